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
from understudy.openapi.schemas.patterns import PATTERN_OPTIONS
from understudy.openapi.schemas.schema_converter import (
    RESOURCE,
    Converted,
    Direction,
    Mode,
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
            self._converters[key] = SchemaConverter(self.document, direction, mode)
        return self._converters[key]


def _options() -> _Options:
    return {"validate_formats": True, "pattern_options": PATTERN_OPTIONS, "offline": True}


def _registry(converter: SchemaConverter, converted: Converted) -> Registry:
    """Return the definitions that a converted schema refers to, directly or through others."""
    definitions: dict[str, Any] = {}
    pending = [*converted.definitions]
    while pending:
        number = pending.pop()
        if str(number) not in definitions:
            definition = converter.definition(number)
            definitions[str(number)] = definition.schema
            pending += definition.definitions
    return Registry([(RESOURCE, {"$defs": definitions})])
