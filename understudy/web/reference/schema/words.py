"""The rules of a schema in plain words."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from understudy.openapi.document import Document
from understudy.openapi.schemas.schema import CHOICES, MAPS, Schema, merged, types_of

_BOUNDS = {
    "minimum": "at least {}",
    "exclusiveMinimum": "more than {}",
    "maximum": "at most {}",
    "exclusiveMaximum": "less than {}",
    "multipleOf": "a multiple of {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minItems": "at least {} items",
    "maxItems": "at most {} items",
    "minProperties": "at least {} fields",
    "maxProperties": "at most {} fields",
    "pattern": "matches {}",
}
#: The type in words of a schema that has no other than its alternatives.
_CHOICES = {"oneOf": "one of these", "anyOf": "any of these"}
#: The length of a JSON value that is shown in full.
_MOST_JSON = 120
#: The values of a list that are shown: more are for machines.
_MOST_VALUES = 5000
#: The examples of a value that are shown.
_MOST_EXAMPLES = 3
#: The depth of rules about rules that are put in words.
_DEEPEST = 4


def kind_of(schema: Schema, name: str = "") -> str:
    """Return the type of a schema without `allOf` in words; `name` is that of the schema."""
    types = [kind for kind in types_of(schema) if kind != "null"]
    or_null = " or null" if "null" in types_of(schema) else ""
    if schema.get("not") == {}:
        return "not allowed"
    if name and has_parts(schema):
        return name + or_null
    if types:
        kind = " or ".join(types)
    elif or_null:
        return "null"
    else:
        choice = next((text for key, text in _CHOICES.items() if schema.get(key)), None)
        kind = "object" if any(schema.get(key) for key in MAPS) else choice or "any"
    if "format" in schema:
        kind += f" ({schema['format']})"
    return kind + or_null


def has_parts(schema: Schema) -> bool:
    """Return whether a schema says something of the parts of a value, or has alternatives."""
    others = (schema.get(key) for key in ("additionalProperties", "unevaluatedProperties"))
    return any(schema.get(key) for key in (*MAPS, *CHOICES, "then", "else")) or any(
        isinstance(other, dict) and other for other in others
    )


def limits_of(document: Document, schema: Schema, depth: int = 0) -> Iterator[str]:
    """Yield the rules of a schema without `allOf`, each in words; but for its allowed values."""
    if "const" in schema:
        yield f"always {as_json(schema['const'])}"
    elif len(schema.get("enum", ())) > _MOST_VALUES:
        yield f"and {len(schema['enum']) - _MOST_VALUES} other values, which the document lists"
    for key, text in _BOUNDS.items():
        if key in schema:
            yield _singular(text.format(schema[key]))
    if schema.get("uniqueItems") is True:
        yield "unique items"
    if schema.get("additionalProperties") is True:
        yield "other fields are allowed"
    if False in (schema.get("additionalProperties"), schema.get("unevaluatedProperties")):
        yield "no other fields"
    if False in (schema.get("items"), schema.get("unevaluatedItems")):
        yield "no other items" if schema.get("prefixItems") else "no items"
    yield from _content(schema)
    if depth < _DEEPEST:
        yield from _rules(document, schema, depth + 1)
    if "default" in schema:
        yield f"default {as_json(schema['default'])}"
    examples = [schema["example"]] if "example" in schema else schema.get("examples", ())
    if examples and isinstance(examples, list) and not has_parts(schema):
        yield "for example " + ", ".join(map(as_json, examples[:_MOST_EXAMPLES]))


def values_of(schema: Schema) -> Iterator[str]:
    """Yield the values that a schema lists, as JSON in full."""
    if "const" not in schema:
        values = islice(schema.get("enum", ()), _MOST_VALUES)
        yield from (as_json(value, most=None) for value in values)


def _content(schema: Schema) -> Iterator[str]:
    """Yield what a text contains, and in which encoding."""
    media_type, encoding = schema.get("contentMediaType"), schema.get("contentEncoding")
    if media_type:
        yield f"contains {media_type}" + (f" in {encoding}" if encoding else "")
    elif encoding:
        yield f"encoded in {encoding}"


def _rules(document: Document, schema: Schema, depth: int) -> Iterator[str]:
    """Yield the rules that contain schemas and are shown in a line."""
    if "propertyNames" in schema:
        yield f"names of fields: {_brief(document, schema['propertyNames'], depth)}"
    if "contains" in schema:
        yield f"{_count(schema)}: {_brief(document, schema['contains'], depth)}"
    if schema.get("not") not in (None, {}):
        yield f"not: {_brief(document, schema['not'], depth)}"
    for name, names in schema.get("dependentRequired", {}).items():
        if names:
            yield f"with {name}, also {listed(names)}"


def _count(schema: Schema) -> str:
    fewest, most = schema.get("minContains", 1), schema.get("maxContains")
    if most is not None:
        return f"contains {fewest} to {most} items of this kind"
    return _singular(f"contains at least {fewest} items of this kind")


def _brief(document: Document, schema: Any, depth: int) -> str:
    """Return the type and the rules of a schema in a line."""
    whole = merged(document, schema)
    has_fields = whole.get("properties") and depth < _DEEPEST
    words = conditions_of(document, whole, depth + 1) if has_fields else []
    if not words:
        kind = kind_of(whole)
        words = [kind] if kind != "any" else []
        words += [f"one of {', '.join(values)}"] if (values := [*values_of(whole)]) else []
        words += limits_of(document, whole, depth)
        words += [f"has {listed(whole['required'])}"] if whole.get("required") else []
        words += _brief_choices(document, whole, depth)
    return ", ".join(words) or "any value"


def _brief_choices(document: Document, schema: Schema, depth: int) -> list[str]:
    if depth >= _DEEPEST:
        return []
    choices = [each for key in CHOICES for each in schema.get(key, ())]
    words = [_brief(document, each, depth + 1) for each in choices]
    return [" or ".join(words)] if words else []


def condition_of(document: Document, schema: Any) -> str:
    """Return a condition (the schema of `if`) in words."""
    whole = merged(document, schema)
    words = conditions_of(document, whole)
    if not words:
        words = [f"it is {_brief(document, whole, 1)}"]
    return " and ".join(words)


def conditions_of(document: Document, schema: Schema, depth: int = 1) -> list[str]:
    """Return what a schema asks of the fields of an object, each in words."""
    properties = schema.get("properties", {})
    words = []
    for name, part in properties.items():
        rule = merged(document, part)
        if "const" in rule:
            words.append(f"{name} is {as_json(rule['const'])}")
        elif "enum" in rule:
            words.append(f"{name} is one of {', '.join(map(as_json, rule['enum']))}")
        else:
            words.append(f"{name} is {_brief(document, rule, depth)}")
    words += [f"{name} is present" for name in schema.get("required", ()) if name not in properties]
    return words


def as_json(value: Any, most: int | None = _MOST_JSON) -> str:
    """Return a value as JSON, shortened if it has more than so many characters."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if most is None or len(text) <= most else f"{text[: most - 3]}..."


def listed(names: Sequence[str], conjunction: str = "and") -> str:
    """Return names as a list in a sentence."""
    *first, last = map(str, names)
    return f"{', '.join(first)} {conjunction} {last}" if first else last


def _singular(text: str) -> str:
    """Return a limit with its noun in the singular if its number is one."""
    for plural, singular in ((" 1 characters", " 1 character"), (" 1 items", " 1 item")):
        text = text.replace(plural, singular)
    return text.replace(" 1 fields", " 1 field")
