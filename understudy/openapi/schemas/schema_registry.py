"""The schemas of a document, as jsonschema-rs compiles them at their first use."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import Any

from jsonschema_rs import Draft202012Validator, Registry

from understudy.openapi.document import Document
from understudy.openapi.schemas.errors.error_finder import ErrorFinder
from understudy.openapi.schemas.errors.growth import growth_of_errors
from understudy.openapi.schemas.keywords import RESOURCE, ROOT, Converted, Direction, Keywords, Mode
from understudy.openapi.schemas.named_resources import NamedResources, meta_schemas
from understudy.openapi.schemas.schema_converter import SchemaConverter
from understudy.openapi.schemas.strings.formats import FORMATS
from understudy.openapi.schemas.strings.patterns import PATTERN_OPTIONS


@dataclass(slots=True)
class _Resources:
    """Converted schemas that references lead to: numbered definitions, and named schemas by URI."""

    definitions: dict[str, Any] = field(default_factory=dict)
    named: dict[str, Any] = field(default_factory=dict)

    def registry(self) -> Registry:
        """Return them as jsonschema-rs knows them."""
        return Registry([(RESOURCE, {"$defs": self.definitions}), *self.named.items()])


class SchemaRegistry:
    """The schemas of one document; one for each contract, because it remembers what it converted.

    A schema is compiled with those that its references lead to, and no others: documents of
    several megabytes cost nothing at the start.
    """

    def __init__(self, document: Document) -> None:
        """`document` is in the inner form."""
        self.document = document
        self._names = NamedResources(document)
        self._converters: dict[tuple[Direction, Mode], SchemaConverter] = {}
        self._patterns: dict[str, str | None] = {}

    def compiled(
        self, schema: Any, direction: Direction, mode: Mode = Mode.PLAIN, place: str = "#"
    ) -> Draft202012Validator:
        """Return a validator of a schema of the document; `place` is the JSON pointer to it."""
        root, resources = self._converted(schema, direction, mode, place)
        return self._compile(root, resources.registry(), self.converter(direction, mode))

    def error_finder(
        self, schema: Any, direction: Direction, mode: Mode = Mode.PLAIN, place: str = "#"
    ) -> ErrorFinder:
        """Return what finds the errors of values by a schema; `place` is the JSON pointer to it."""
        root, resources = self._converted(schema, direction, mode, place)
        compile_schema = partial(
            self._compile, registry=resources.registry(), converter=self.converter(direction, mode)
        )
        growth = growth_of_errors(resources.definitions, resources.named)
        return ErrorFinder(root, place, resources.definitions, compile_schema, growth)

    def _converted(
        self, schema: Any, direction: Direction, mode: Mode, place: str
    ) -> tuple[Any, _Resources]:
        """Return a schema as jsonschema-rs compiles it, and what it refers to."""
        converter = self.converter(direction, mode)
        converted = converter.converted(schema, place)
        resources = _resources_of(converter, converted)
        root = converted.schema
        if converted.uris and self._names.dynamic_anchors and not self._names.is_named(schema):
            # The dynamic anchors of the document count for a schema of the document.
            resources.definitions[ROOT] = root
            root = {"$ref": f"{RESOURCE}#/$defs/{ROOT}"}
        return root, resources

    @staticmethod
    def _compile(
        schema: Any, registry: Registry, converter: SchemaConverter, mask: str | None = None
    ) -> Draft202012Validator:
        return Draft202012Validator(
            schema,
            registry=registry,
            mask=mask,
            validate_formats=True,
            formats=dict(FORMATS) if converter.keywords.has_own_format else None,
            pattern_options=PATTERN_OPTIONS,
            offline=True,
        )

    def converter(self, direction: Direction, mode: Mode) -> SchemaConverter:
        """Return what converts the schemas of the document for a direction and a mode."""
        key = direction, mode
        if key not in self._converters:
            self._converters[key] = SchemaConverter(
                self.document, self._names, Keywords(self._patterns), direction, mode
            )
        return self._converters[key]


def _resources_of(converter: SchemaConverter, converted: Converted) -> _Resources:
    """Return what a converted schema refers to, directly or through others."""
    resources = _Resources()
    pending = [converted]
    if converted.uris:
        pending.append(converter.anchors())
        resources.definitions |= pending[-1].schema
    while pending:
        part = pending.pop()
        for number in part.definitions:
            if str(number) not in resources.definitions:
                pending.append(converter.definition(number))
                resources.definitions[str(number)] = pending[-1].schema
        for uri in part.uris - resources.named.keys():
            if uri:
                pending.append(converter.named(uri))
                resources.named[uri] = pending[-1].schema
            else:
                resources.named.update(meta_schemas())
    return resources
