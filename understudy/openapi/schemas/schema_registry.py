"""The schemas of a document, as jsonschema-rs compiles them at their first use."""

from __future__ import annotations

from typing import Any, TypedDict

from jsonschema_rs import (
    CanonicalSchema,
    Draft202012Validator,
    FancyRegexOptions,
    Registry,
    canonicalize,
)

from understudy.openapi.document import Document
from understudy.openapi.schemas.keywords import RESOURCE, Converted, Direction, Mode
from understudy.openapi.schemas.named_resources import NamedResources, meta_schemas
from understudy.openapi.schemas.patterns import PATTERN_OPTIONS
from understudy.openapi.schemas.schema_converter import (
    SchemaConverter,
)


class _Options(TypedDict):
    validate_formats: bool
    pattern_options: FancyRegexOptions
    offline: bool


class SchemaRegistry:
    """The schemas of one document; one for each contract, because it remembers what it converted.

    A schema is compiled with those that its references lead to, and no others: documents of
    several megabytes cost nothing at the start.
    """

    def __init__(self, document: Document) -> None:
        self.document = document
        self._names = NamedResources(document)
        self._converters: dict[tuple[Direction, Mode], SchemaConverter] = {}

    def compiled(
        self, schema: Any, direction: Direction, mode: Mode = Mode.PLAIN, place: str = "#"
    ) -> Draft202012Validator:
        """Return a validator of a schema of the document; `place` is the JSON pointer to it."""
        converter = self.converter(direction, mode)
        converted = converter.converted(schema, place)
        return Draft202012Validator(
            converted.schema, registry=_registry(converter, converted), **_options()
        )

    def canonical(
        self, schema: Any, direction: Direction, mode: Mode = Mode.PLAIN, place: str = "#"
    ) -> CanonicalSchema:
        """Return the canonical form of a schema of the document."""
        converter = self.converter(direction, mode)
        converted = converter.converted(schema, place)
        return canonicalize(
            converted.schema, registry=_registry(converter, converted), **_options()
        )

    def converter(self, direction: Direction, mode: Mode) -> SchemaConverter:
        """Return what converts the schemas of the document for a direction and a mode."""
        key = direction, mode
        if key not in self._converters:
            self._converters[key] = SchemaConverter(self.document, self._names, direction, mode)
        return self._converters[key]


def _options() -> _Options:
    return {"validate_formats": True, "pattern_options": PATTERN_OPTIONS, "offline": True}


def _registry(converter: SchemaConverter, converted: Converted) -> Registry:
    """Return the schemas that a converted schema refers to, directly or through others."""
    definitions: dict[str, Any] = {}
    named: dict[str, Any] = {}
    pending = [converted]
    if converted.uris:
        pending.append(converter.anchors())
        definitions |= pending[-1].schema
    while pending:
        part = pending.pop()
        for number in part.definitions:
            if str(number) not in definitions:
                pending.append(converter.definition(number))
                definitions[str(number)] = pending[-1].schema
        for uri in part.uris - named.keys():
            if uri:
                pending.append(converter.named(uri))
                named[uri] = pending[-1].schema
            else:
                named.update(meta_schemas(), **{"": True})
    named.pop("", None)
    return Registry([(RESOURCE, {"$defs": definitions}), *named.items()])
