"""The places in a Swagger 2.0 document of what its converted form has elsewhere."""

from __future__ import annotations

import re
from typing import Any

from understudy.openapi.document import Document, existing, follow, resolve

_PARAMETER = re.compile(r"(#/paths/.+?)/parameters/(\d+)(?:/schema)?(/.*)?")
_BODY = re.compile(r"(#/paths/.+?)/requestBody(?:/content/[^/]+)?(/.*)?")
_RESPONSE = re.compile(r"(.+/responses/[^/]+)/content/[^/]+(/.*)?")
_HEADER = re.compile(r"(.+/responses/[^/]+/headers/[^/]+)/schema(/.*)?")
#: Where parameters are that became (parts of) a body.
_OF_BODY = ("body", "formData")


def place_in_source(source: Document, place: str) -> str:
    """Return the JSON pointer in a Swagger 2.0 document to what a pointer into an operation of the
    converted document means; other pointers stay as they are."""
    if match := _PARAMETER.fullmatch(place):
        numbers = _numbers(source, match[1], is_body=False)
        if int(match[2]) < len(numbers):
            return f"{match[1]}/parameters/{numbers[int(match[2])]}{match[3] or ''}"
    elif match := _BODY.fullmatch(place):
        numbers = _numbers(source, match[1], is_body=True)
        if numbers:
            return f"{match[1]}/parameters/{numbers[0]}{match[2] or ''}"
    elif match := _RESPONSE.fullmatch(place) or _HEADER.fullmatch(place):
        return f"{match[1]}{match[2] or ''}"
    return place


def _numbers(source: Document, place: str, *, is_body: bool) -> list[int]:
    """Return the numbers of the parameters at a place, of those that became a body or the others,
    in the order that they have in the converted document."""
    holder = follow(source, place) if existing(source, place) == place else None
    parameters: Any = holder.get("parameters") if isinstance(holder, dict) else None
    found = []
    for number, node in enumerate(parameters if isinstance(parameters, list) else ()):
        parameter = resolve(source, node)
        kind = parameter.get("in") if isinstance(parameter, dict) else None
        if (kind in _OF_BODY) is is_body:
            found.append(number)
    return found
