"""The keywords of a schema that are about a value itself, and small values that break them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

#: What stands for a value in the message of an error.
MASK = "\0value\0"

#: Keywords that are about parts of a value, contain schemas of it, or mean nothing alone.
_OTHERS = frozenset(
    [
        *("$ref", "$dynamicRef", "$id", "$schema", "$anchor", "$dynamicAnchor", "$defs"),
        *("allOf", "anyOf", "oneOf", "if", "then", "else", "dependentSchemas"),
        *("properties", "patternProperties", "propertyNames", "items", "prefixItems"),
        *("minContains", "maxContains", "unevaluatedItems", "unevaluatedProperties"),
    ]
)
_EXCERPT = 140


def own_rules(schema: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the keywords of a schema that are about a value itself, and a schema of each."""
    for keyword, parameter in schema.items():
        rule = {keyword: parameter}
        if keyword == "contains":
            bounds = ("minContains", "maxContains")
            rule |= {key: schema[key] for key in bounds if key in schema}
        elif keyword == "additionalProperties":
            if parameter is not False:
                continue
            for key in ("properties", "patternProperties"):
                rule[key] = dict.fromkeys(schema.get(key, ()), True)
        elif keyword in _OTHERS:
            continue
        yield keyword, rule


def stand_ins(rule: Mapping[str, Any], keyword: str, value: Any) -> Iterator[Any]:
    """Yield small values that may break a rule as a large value does; a text is its own."""
    parameter = rule[keyword]
    if not isinstance(value, list | dict):
        yield value
    elif keyword == "required":
        yield {name: None for name in parameter if name in value}
    elif keyword == "dependentRequired":
        names = [*parameter, *(name for names in parameter.values() for name in names)]
        yield {name: None for name in names if name in value}
    else:
        most = parameter + 1 if isinstance(parameter, int) and parameter < len(value) else 0
        for count in (0, 2, most):
            yield (
                [None] * count if isinstance(value, list) else dict.fromkeys(map(str, range(count)))
            )


def excerpt(value: Any) -> str:
    """Return the beginning of a value as JSON."""
    if isinstance(value, str):
        value = value[:_EXCERPT]
    encoder = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=str)
    text = ""
    for part in encoder.iterencode(value):
        text += part
        if len(text) > _EXCERPT:
            return f"{text[:_EXCERPT]} ..."
    return text
