"""Converts named schemas of a document (those with an `$id`) in their place.

jsonschema-rs resolves the references in them: they are relative to the name, and may depend on
what refers to the schema (`$dynamicRef`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from understudy.errors import UsageError
from understudy.openapi.document import follow
from understudy.openapi.schemas.keywords import (
    SCHEMA_LISTS,
    SCHEMA_MAPS,
    SCHEMAS,
    SHARED,
    Context,
    Converted,
    Keywords,
    Mode,
    make_optional,
)
from understudy.openapi.schemas.named_resources import NamedResources, NamedSchema
from understudy.openapi.schemas.one_way import OneWayProperties

#: The dialects that jsonschema-rs knows; others are read as JSON Schema 2020-12.
_DIALECTS = frozenset(
    [
        *(f"http://json-schema.org/draft-0{number}/schema" for number in (4, 6, 7)),
        *(f"https://json-schema.org/draft/{year}/schema" for year in ("2019-09", "2020-12")),
    ]
)


class NamedConverter:
    """Converts named schemas for one direction and mode; remembers what it converted."""

    def __init__(
        self,
        names: NamedResources,
        keywords: Keywords,
        one_way: OneWayProperties,
        mode: Mode,
        uri_of: Callable[[str, Context, Converted], str | None],
    ) -> None:
        """`uri_of` returns the URI for a reference from outside the named schemas."""
        self._names = names
        self._keywords = keywords
        self._one_way = one_way
        self._mode = mode
        self._uri_of = uri_of
        self._converted: dict[str, Converted] = {}

    def converted(self, uri: str) -> Converted:
        """Return the converted schema that has a URI as its `$id`."""
        if uri not in self._converted:
            named = self._names.by_uri[uri]
            result = self._converted[uri] = Converted(True)
            result.schema = self._convert(named.schema, Context(named.place), named, result)
        return self._converted[uri]

    def _convert(
        self, schema: Any, context: Context, within: NamedSchema, result: Converted
    ) -> Any:
        if not isinstance(schema, dict):
            return schema
        within = self._names.named(schema) or within
        converted = self._with_parts(schema, context, within, result)
        if isinstance(schema.get("$id"), str):
            converted["$id"] = within.uri
        if str(converted.get("$schema")).removesuffix("#") not in _DIALECTS:
            converted.pop("$schema", None)
        if isinstance(schema.get("$ref"), str):
            ref = self._ref(schema["$ref"], within, result)
            converted = {**converted, "$ref": ref} if ref else _without(converted, "$ref")
        self._keywords.bounds(schema, converted, context)
        self._keywords.patterns(schema, converted, context)
        make_optional(converted, self._one_way.of({"properties": schema.get("properties", {})}))
        if self._mode is Mode.PARTIAL:
            self._keywords.relax(converted, context)
        return converted

    def _with_parts(
        self, schema: dict[str, Any], context: Context, within: NamedSchema, result: Converted
    ) -> dict[str, Any]:
        """Return a schema with its parts converted."""

        def convert(part: Any, *steps: str | int) -> Any:
            return self._convert(part, Context(context.inner(*steps)), within, result)

        converted = dict(schema)
        for key, value in schema.items():
            if key in (*SCHEMA_MAPS, "$defs", "definitions") and isinstance(value, dict):
                converted[key] = {name: convert(part, key, name) for name, part in value.items()}
            elif key in SCHEMA_LISTS and isinstance(value, list):
                converted[key] = [convert(part, key, n) for n, part in enumerate(value)]
            elif key in SCHEMAS:
                converted[key] = convert(value, key)
        return converted

    def _ref(self, ref: str, within: NamedSchema, result: Converted) -> str | None:
        """Return the reference for one in a named schema; None if it leads nowhere.

        Some authors mean the root of the document although the schema has a name.
        """
        if ref.startswith(SHARED) and not _has(self._names.by_uri[within.uri].schema, ref):
            return self._uri_of(ref, Context(""), result)
        located = self._names.located(ref, within)
        if located is None:
            return None
        result.uris.add(located.root)
        return ref


def _has(schema: dict[str, Any], ref: str) -> bool:
    try:
        follow(schema, ref)
    except UsageError:
        return False
    return True


def _without(schema: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in schema.items() if name != key}
