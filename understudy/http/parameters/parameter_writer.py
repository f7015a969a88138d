"""Writes values as parameters, by their style: the inverse of the readers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from understudy.http import json_codec
from understudy.openapi.operation import Parameter

_DIVIDERS = {"spaceDelimited": "%20", "pipeDelimited": "%7C", "tabDelimited": "%09"}


def path_text(parameter: Parameter, value: Any) -> str:
    """Return a value as the escaped text of a path parameter."""
    if parameter.media_type is not None:
        return _escaped(value)
    name = quote(parameter.name, safe="")
    if parameter.style == "matrix":
        if parameter.explode and isinstance(value, dict):
            return "".join(f";{pair}" for pair in _assigned(value))
        if parameter.explode and isinstance(value, list):
            return "".join(f";{name}={_escaped(item)}" for item in value)
        text = _joined(value, ",", explode=False)
        return f";{name}={text}" if text else f";{name}"
    if parameter.style == "label":
        return "." + _joined(value, "." if parameter.explode else ",", explode=parameter.explode)
    return _joined(value, _DIVIDERS.get(parameter.style, ","), explode=parameter.explode)


def query_fields(parameter: Parameter, value: Any) -> Iterator[str]:
    """Yield the fields of a query that a value is, escaped: `name=text`."""
    name = quote(parameter.name, safe="")
    is_container = isinstance(value, dict | list)
    if parameter.media_type is not None or not is_container:
        yield f"{name}={_escaped(value)}"
    elif parameter.style == "deepObject":
        yield from _deep_fields(name, value)
    elif parameter.explode and isinstance(value, dict):
        for key, item in value.items():
            for text in item if isinstance(item, list) else [item]:
                yield f"{quote(str(key), safe='')}={_escaped(text)}"
    elif parameter.explode:
        yield from (f"{name}={_escaped(item)}" for item in value)
    else:
        yield f"{name}={_joined(value, _DIVIDERS.get(parameter.style, ','), explode=False)}"


def _deep_fields(name: str, value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _deep_fields(f"{name}%5B{quote(str(key), safe='')}%5D", item)
    elif isinstance(value, list):
        for item in value:
            yield f"{name}={_escaped(item)}"
    else:
        yield f"{name}={_escaped(value)}"


def _joined(value: Any, divider: str, *, explode: bool) -> str:
    if isinstance(value, dict):
        if explode:
            return divider.join(_assigned(value))
        return divider.join(_escaped(part) for pair in value.items() for part in pair)
    if isinstance(value, list):
        return divider.join(map(_escaped, value))
    return _escaped(value)


def _assigned(value: dict[str, Any]) -> Iterator[str]:
    return (f"{_escaped(key)}={_escaped(item)}" for key, item in value.items())


def _escaped(value: Any) -> str:
    """Return a value as text with percent escapes; what is not text as JSON."""
    text = value if isinstance(value, str) else json_codec.encode(value).decode()
    return quote(text, safe="")
