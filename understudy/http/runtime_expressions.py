"""Runtime expressions of OpenAPI: a value of an exchange, such as `$request.body#/callbackUrl`.

A text may be one expression, or have several in braces: `{$request.query.url}/events`. A value that
does not exist is ABSENT.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from understudy.http import json_codec
from understudy.http.json_codec import ABSENT

_EMBEDDED = re.compile(r"\{(\$[^{}]+)\}")

#: What stays unquoted in a URL before its query, and in the query.
_SAFE_IN_PATH = "%:/?#[]@!$&'()*+,;="
_SAFE_IN_QUERY = ":/@"

#: The largest number of addresses that one expression may give, as a list.
MOST_ADDRESSES = 20


@dataclass(frozen=True, slots=True)
class Message:
    """The parts of a request or a response that expressions name; header names are lower-case."""

    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = ABSENT
    query: Mapping[str, str] = field(default_factory=dict)
    path: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ExpressionValues:
    """The values of the expressions of one exchange."""

    url: str
    method: str
    status: int
    request: Message
    response: Message


def evaluate(expression: str, values: ExpressionValues) -> Any:
    """Return the value of an expression; ABSENT if there is none.

    Raises ValueError if the text is not an expression.
    """
    simple = {"$url": values.url, "$method": values.method, "$statusCode": values.status}
    if expression in simple:
        return simple[expression]
    start, _, rest = expression.partition(".")
    if start in ("$request", "$response"):
        message = values.request if start == "$request" else values.response
        place, _, name = rest.partition(".")
        if rest == "body":
            return message.body
        if rest.startswith("body#"):
            return resolve_pointer(message.body, rest.removeprefix("body#"))
        if place == "header" and name:
            return message.headers.get(name.lower(), ABSENT)
        if place in ("query", "path") and name and start == "$request":
            return (message.query if place == "query" else message.path).get(name, ABSENT)
    raise ValueError(f"{expression} is not a runtime expression")


def resolve_pointer(value: Any, pointer: str) -> Any:
    """Return the value at a JSON pointer; ABSENT if there is none."""
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict):
            value = value.get(key, ABSENT)
        elif isinstance(value, list) and key.isdecimal() and int(key) < len(value):
            value = value[int(key)]
        else:
            return ABSENT
    return value


def addresses(template: str, values: ExpressionValues) -> list[str]:
    """Return the URLs that a text with expressions stands for.

    It is one; but if the text is one expression whose value is a list, it is each of its items. The
    value at the start of the text is a URL or the start of one; other values are percent-encoded
    where a URL needs that. Raises ValueError if an expression has no value, or an unusable one.
    """
    whole = template if template.startswith("$") else _whole(template)
    if whole:
        value = evaluate(whole, values)
        items = value if isinstance(value, list) else [value]
        if len(items) > MOST_ADDRESSES:
            raise ValueError(f"{whole} has {len(items)} items; at most {MOST_ADDRESSES} are called")
        return [quote(_text(whole, item), safe=_SAFE_IN_PATH) for item in items]

    def filled(match: re.Match[str]) -> str:
        text = _text(match[1], evaluate(match[1], values))
        is_in_query = "?" in template[: match.start()]
        return quote(text, safe=_SAFE_IN_QUERY if is_in_query else _SAFE_IN_PATH)

    return [_EMBEDDED.sub(filled, template)]


def expressions(text: str) -> list[str]:
    """Return the expressions in a text, each of which stands in braces."""
    return _EMBEDDED.findall(text)


def filled(text: str, values: ExpressionValues) -> Any:
    """Return a text with the values of its expressions; if it is one expression, its value, of
    whatever type. Raises ValueError if an expression has no value."""
    whole = _whole(text)
    if whole:
        return _known(whole, values)

    def as_text(match: re.Match[str]) -> str:
        value = _known(match[1], values)
        return value if isinstance(value, str) else json_codec.encode(value).decode()

    return _EMBEDDED.sub(as_text, text)


def _known(expression: str, values: ExpressionValues) -> Any:
    value = evaluate(expression, values)
    if value is ABSENT:
        raise ValueError(f"{expression} has no value")
    return value


def _whole(template: str) -> str:
    match = _EMBEDDED.fullmatch(template)
    return "" if match is None else match[1]


def _text(expression: str, value: Any) -> str:
    """Return a value as a part of a URL. Raises ValueError."""
    if value is ABSENT:
        raise ValueError(f"{expression} has no value")
    if value is None or isinstance(value, dict | list):
        kind = "null" if value is None else "an object" if isinstance(value, dict) else "a list"
        raise ValueError(f"{expression} is {kind}, which is no part of a URL")
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    return value if isinstance(value, str) else json_codec.encode(value).decode()
