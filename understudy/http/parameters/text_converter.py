"""Converts texts into the types of a schema: those of parameters, form fields and XML elements.

What has no type that fits stays text, and the validator then reports it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from math import isfinite
from typing import Any

from understudy.errors import Problem
from understudy.http import json_codec
from understudy.http.parameters.fields import listed
from understudy.openapi.document import Document
from understudy.openapi.schemas.schema import item_schema, parts, types
from understudy.openapi.schemas.schema_registry import SchemaRegistry
from understudy.openapi.schemas.schema_validator import SchemaValidator

#: A value before its conversion: a text, a list of such values, or an object of them by name.
Texts = Any

_INTEGER = re.compile(r"-?[0-9]{1,4000}")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?")
_BOOLEANS = {"true": True, "false": False}
_CONTAINERS = ("array", "object")


def convert(kind: str, text: str) -> Any:
    """Return a text as the type `kind`, or unchanged if it is not one."""
    return CONVERSIONS.get(kind, str)(text)


def _is_finite(text: str) -> bool:
    return isfinite(float(text))


#: The conversion of a text into each type that is not text.
CONVERSIONS: dict[str, Callable[[str], Any]] = {
    "integer": lambda text: int(text) if _INTEGER.fullmatch(text) else text,
    "number": lambda text: float(text) if _NUMBER.fullmatch(text) and _is_finite(text) else text,
    "boolean": lambda text: _BOOLEANS.get(text.lower(), text),
    "null": lambda text: None if text == "null" else text,
}


def text_types(document: Document, schema: Any) -> tuple[str, ...]:
    """Return the types that a text may have by a schema, in its order, `null` last.

    A schema without a type has those of its enum and of its keywords; empty if it has neither.
    """
    named = types(document, schema) or tuple(dict.fromkeys(_implied_types(document, schema)))
    ordered = [kind for kind in named if kind != "null"]
    return (*ordered, *(kind for kind in named if kind == "null"))


def _implied_types(document: Document, schema: Any) -> Iterator[str]:
    for part in parts(document, schema):
        values = [*part.get("enum", ()), *([part["const"]] if "const" in part else ())]
        yield from map(_type_of, values)
        if "properties" in part or isinstance(part.get("additionalProperties"), dict):
            yield "object"
        if "items" in part or "prefixItems" in part:
            yield "array"


def _type_of(value: Any) -> str:
    if value is None:
        return "null"
    kinds = {bool: "boolean", int: "integer", float: "number", list: "array", dict: "object"}
    return kinds.get(type(value), "string")


class TextConverter:
    """Converts texts by one schema. What is in the schema is read at first use."""

    def __init__(self, schemas: SchemaRegistry, schema: Any) -> None:
        self._schemas = schemas
        self._document = document = schemas.document
        self.schema = schema
        named = text_types(document, schema)
        #: Whether the schema says anything about the type; if not, a text stays text.
        self.is_typed = bool(named)
        self.types = named if any(kind != "null" for kind in named) else ("string", *named)
        self._scalars = tuple(kind for kind in self.types if kind not in _CONTAINERS)
        self._validator: SchemaValidator | None = None
        self._items: list[TextConverter] | None = None
        self._named: dict[str, TextConverter] | None = None
        self._additional: TextConverter | None = None

    def convert(self, value: Texts) -> Any:
        """Return a value in the types of the schema."""
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, list):
            return [self.item(number).convert(item) for number, item in enumerate(value)]
        if isinstance(value, dict):
            items = None if "object" in self.types else listed(value)
            if items is not None:
                return self.convert(items)
            return {name: self.field(name).convert(item) for name, item in value.items()}
        return value

    @property
    def takes_text(self) -> bool:
        """Return whether the value may be other than an array or an object."""
        return bool(self._scalars) and self._scalars != ("null",)

    def from_json(self, text: str) -> Any:
        """Return a text as JSON, or converted as text if it is none."""
        value = json_or_text(text)
        return self.convert(value) if isinstance(value, str) else value

    def _text(self, text: str) -> Any:
        if self.takes_text and len(self._scalars) == 1:
            return convert(self._scalars[0], text)
        if self.takes_text:
            return self._first_valid(text)
        if "object" in self.types and text.lstrip()[:1] == "{":
            return json_or_text(text)
        return [self.item(0).convert(text)] if "array" in self.types else text

    def _first_valid(self, text: str) -> Any:
        """Return a text as the first type in which it is valid."""
        if self._validator is None:
            self._validator = SchemaValidator(
                self._schemas, self.schema, where="body", place="", request=True
            )
        for kind in self._scalars:
            value = convert(kind, text)
            if self._validator.accepts(value):
                return value
        return convert(self._scalars[0], text)

    def item(self, number: int) -> TextConverter:
        """Return the converter of an item of an array."""
        if self._items is None:
            whole = parts(self._document, self.schema)
            first = next((part["prefixItems"] for part in whole if "prefixItems" in part), ())
            items = [*first, item_schema(self._document, self.schema) or {}]
            self._items = [TextConverter(self._schemas, schema) for schema in items]
        return self._items[min(number, len(self._items) - 1)]

    def field(self, name: str) -> TextConverter:
        """Return the converter of a property of an object."""
        converter = self.named.get(name)
        if converter is None:
            if self._additional is None:
                schema = additional_schema(self._document, self.schema)
                schema = schema if isinstance(schema, dict) else {}
                self._additional = TextConverter(self._schemas, schema)
            converter = self._additional
        return converter

    @property
    def named(self) -> dict[str, TextConverter]:
        """The converters of the properties that the schema names."""
        if self._named is None:
            named = named_properties(self._document, self.schema)
            self._named = {n: TextConverter(self._schemas, s) for n, s in named.items()}
        return self._named


def named_properties(document: Document, schema: Any) -> dict[str, Any]:
    """Return the properties that a schema names in any of its parts; one that several parts name
    may be of each of their types."""
    named: dict[str, list[Any]] = {}
    for part in parts(document, schema):
        for name, value in part.get("properties", {}).items():
            if value not in named.setdefault(name, []):
                named[name].append(value)
    return {n: s[0] if len(s) == 1 else {"anyOf": s} for n, s in named.items()}


def additional_schema(document: Document, schema: Any) -> Any:
    """Return the schema of the properties that a schema does not name, or whether it allows them.

    None if it does not say.
    """
    declared = (
        part["additionalProperties"]
        for part in parts(document, schema)
        if "additionalProperties" in part
    )
    return next(declared, None)


def json_or_text(text: str) -> Any:
    """Return a text as JSON, or unchanged if it is none."""
    try:
        return json_codec.decode(text.encode("utf-8", "surrogatepass"))
    except Problem:
        return text
