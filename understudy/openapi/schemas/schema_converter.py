"""Converts the schemas of a document to what jsonschema-rs compiles.

The schemas are JSON Schema 2020-12 already. What is different: `readOnly` and `writeOnly`, which
make properties optional in one direction; discriminators; the bounds of the formats `int32` and
`int64`; patterns, in the syntax of jsonschema-rs; and references, which become those to the
numbered definitions of one resource.
"""

from __future__ import annotations

from typing import Any

from understudy.errors import UsageError
from understudy.openapi.document import Document, follow, resolve
from understudy.openapi.schemas.discriminator import discriminator_of
from understudy.openapi.schemas.dispatch import Dispatch
from understudy.openapi.schemas.keywords import (
    RESOURCE,
    SCHEMA_LISTS,
    SCHEMA_MAPS,
    SCHEMAS,
    SHARED,
    Context,
    Converted,
    Direction,
    Keywords,
    Mode,
    make_optional,
)
from understudy.openapi.schemas.named_converter import NamedConverter
from understudy.openapi.schemas.named_resources import NamedResources
from understudy.openapi.schemas.one_way import NO_NAMES, Names, OneWayProperties

#: The keywords with schemas of the same value that apply to some values only.
_ALTERNATIVES = frozenset(["anyOf", "oneOf", "then", "else", "dependentSchemas"])
#: The keywords that mean the same in both, and contain no schemas.
_KEPT = frozenset(
    [
        *("type", "enum", "const", "format", "required", "uniqueItems", "multipleOf"),
        *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength"),
        *("minItems", "maxItems", "minProperties", "maxProperties", "minContains", "maxContains"),
        "dependentRequired",
    ]
)

_NULLS = ({"type": "null"}, {"const": None}, {"enum": [None]})
#: The depth at which compositions are no longer followed.
_DEEPEST = 12


class SchemaConverter:
    """Converts schemas of a document for one direction and mode; remembers what it converted."""

    def __init__(
        self,
        document: Document,
        names: NamedResources,
        keywords: Keywords,
        direction: Direction,
        mode: Mode,
    ) -> None:
        self.keywords = keywords
        self.names = names
        self._document = document
        self._mode = mode
        self._one_way = OneWayProperties(document, direction.value)
        self._targets: list[Context] = []
        self._numbers: dict[Context, int] = {}
        self._definitions: dict[int, Converted] = {}
        self._named = NamedConverter(names, self.keywords, self._one_way, mode, self._uri)

    def converted(self, schema: Any, place: str) -> Converted:
        """Return a schema converted; `place` is the JSON pointer to it."""
        result = Converted(True)
        result.schema = self._convert(schema, Context(place), result)
        return result

    def definition(self, number: int) -> Converted:
        """Return the converted schema of a definition."""
        if number not in self._definitions:
            target = self._targets[number]
            result = self._definitions[number] = Converted(True)
            result.schema = self._convert(follow(self._document, target.place), target, result)
        return self._definitions[number]

    def named(self, uri: str) -> Converted:
        """Return the converted schema that has a URI as its `$id`."""
        return self._named.converted(uri)

    def anchors(self) -> Converted:
        """Return definitions with the dynamic anchors that stand outside named schemas."""
        result = Converted({})
        for name, place in self.names.dynamic_anchors.items():
            if (number := self._number(place, Context(place))) is not None:
                result.definitions.add(number)
                ref = f"{RESOURCE}#/$defs/{number}"
                result.schema[f"anchor {name}"] = {"$dynamicAnchor": name, "$ref": ref}
        return result

    def place_of(self, place: str) -> str:
        """Return the JSON pointer in the document for one in the converted resource, or for the
        place of a converted schema followed by steps in it."""
        if place.startswith("#/$defs/"):
            number, slash, rest = place.removeprefix("#/$defs/").partition("/")
            place = f"{self._targets[int(number)].place}{slash}{rest}"
        return self.keywords.place_of(place)

    def _convert(self, schema: Any, context: Context, result: Converted) -> Any:
        if not isinstance(schema, dict):
            return schema
        if isinstance(schema.get("$id"), str) and (named := self.names.named(schema)):
            result.uris.add(named.root)
            return {"$ref": named.uri}
        converted = {key: value for key, value in schema.items() if key in _KEPT}
        if "required" in schema or "allOf" in schema or "dependentRequired" in schema:
            context = context._replace(optional=context.optional | self._one_way.of(schema))
        self._convert_parts(schema, converted, context, result)
        self._convert_reference(schema, converted, context, result)
        self.keywords.bounds(schema, converted, context)
        self.keywords.patterns(schema, converted, context)
        if isinstance(schema.get("discriminator"), dict):
            self._convert_discriminator(schema, converted, context, result)
        for keyword in ("anyOf", "oneOf"):
            if keyword in converted:
                self._convert_nullable(schema, converted, keyword, context)
        if "oneOf" in converted:
            optional = self._optional_in_alternatives(schema, context)
            if optional and self._requires(schema["oneOf"], optional):
                self.keywords.loosen(converted, context)
        make_optional(converted, context.optional)
        if self._mode is Mode.PARTIAL:
            self.keywords.relax(converted, context)
        return converted

    def _convert_parts(
        self, schema: dict[str, Any], converted: dict[str, Any], context: Context, result: Converted
    ) -> None:
        for key in SCHEMA_MAPS:
            if isinstance(schema.get(key), dict):
                inner = self._contexts(schema, context, key)
                converted[key] = {
                    name: self._convert(
                        part, inner._replace(place=context.inner(key, name)), result
                    )
                    for name, part in schema[key].items()
                }
        for key in SCHEMA_LISTS:
            if isinstance(schema.get(key), list):
                inner = self._contexts(schema, context, key)
                converted[key] = [
                    self._convert(part, inner._replace(place=context.inner(key, number)), result)
                    for number, part in enumerate(schema[key])
                ]
        for key in SCHEMAS:
            if key in schema:
                inner = self._contexts(schema, context, key)
                converted[key] = self._convert(schema[key], inner, result)

    def _contexts(self, schema: dict[str, Any], context: Context, key: str) -> Context:
        """Return the context of the schemas of a keyword; its place is that of the keyword."""
        place = context.inner(key)
        if key == "allOf":
            return Context(place, context.optional, is_base=_is_shared(context.place))
        if key in _ALTERNATIVES:
            return Context(place, self._optional_in_alternatives(schema, context))
        return Context(place)

    def _optional_in_alternatives(self, schema: dict[str, Any], context: Context) -> Names:
        """Return the names that are optional in an alternative of a schema: those that the schema
        makes optional in any case, and not those of another alternative."""
        own = NO_NAMES
        if "properties" in schema or "allOf" in schema:
            own = self._one_way.of(schema, always=True)
        if not context.optional:
            return own
        return own | (context.optional - self._one_way.of(schema))

    def _requires(self, alternatives: list[Any], optional: Names) -> bool:
        """Return whether an alternative requires a name that is optional for another reason than
        its own properties; without it, a value may fit more than one."""
        return any(
            optional & self._one_way.required_by(part) - self._one_way.of(part)
            for part in alternatives
        )

    # References

    def _convert_reference(
        self, schema: dict[str, Any], converted: dict[str, Any], context: Context, result: Converted
    ) -> None:
        ref = schema.get("$ref", schema.get("$dynamicRef"))
        if not isinstance(ref, str):
            return
        if "$ref" not in schema and ref.removeprefix("#") in self.names.dynamic_anchors:
            result.uris.update(self.names.by_uri)
            converted["$dynamicRef"] = RESOURCE + ref
        elif uri := self._uri(ref, context, result):
            converted["$ref"] = uri

    def _uri(self, ref: str, context: Context, result: Converted) -> str | None:
        """Return the URI for a reference, or None if it leads nowhere."""
        located = self.names.located(ref)
        if located is None:
            return None
        if located.uri:
            result.uris.add(located.root)
            return located.uri
        number = self._number(located.pointer, context)
        if number is None:
            return None
        result.definitions.add(number)
        return f"{RESOURCE}#/$defs/{number}"

    def _number(self, place: str, context: Context) -> int | None:
        """Return the number of the definition for a place, or None if nothing is there."""
        try:
            schema = follow(self._document, place)
        except UsageError:
            return None
        optional = context.optional
        if optional:
            optional &= self._one_way.required_by(schema) - self._one_way.of(schema)
        is_base = context.is_base and isinstance(schema, dict) and "discriminator" in schema
        target = Context(place, optional, is_base)
        if target not in self._numbers:
            self._numbers[target] = len(self._targets)
            self._targets.append(target)
        return self._numbers[target]

    def _convert_nullable(
        self, schema: dict[str, Any], converted: dict[str, Any], keyword: str, context: Context
    ) -> None:
        """Make a condition of a schema and null as the alternatives, so that the violations of
        values that are not null are those of the schema."""
        parts = converted[keyword]
        others = [number for number, part in enumerate(parts) if part not in _NULLS]
        if len(parts) != 2 or len(others) != 1:
            return
        (number,) = others
        if keyword == "oneOf" and not self._excludes_null(schema[keyword][number]):
            return
        self.keywords.add_nullable(converted, keyword, number, context)

    def _excludes_null(self, schema: Any, depth: int = 0) -> bool:
        """Return whether a schema says plainly that a value is not null."""
        try:
            schema = resolve(self._document, schema)
        except UsageError:
            return False
        if not isinstance(schema, dict) or depth > _DEEPEST:
            return False
        if "type" in schema:
            return "null" not in schema["type"]
        if isinstance(schema.get("enum"), list):
            return None not in schema["enum"]
        parts = schema.get("allOf", ())
        return any(self._excludes_null(part, depth + 1) for part in parts)

    def _convert_discriminator(
        self, schema: dict[str, Any], converted: dict[str, Any], context: Context, result: Converted
    ) -> None:
        """Let the value of a property choose the schema that an object must match."""
        ref = context.place if _is_shared(context.place) else None
        discriminator = discriminator_of(self._document, schema, ref)
        if discriminator is None or (context.is_base and discriminator.keyword == "allOf"):
            return
        name = discriminator.property_name
        inner = Context(context.inner("discriminator"), context.optional)
        dispatch = Dispatch(
            discriminator,
            converted,
            is_optional=self._mode is Mode.PARTIAL or name in self._one_way.of(schema),
            is_required=name in self._one_way.required_by(schema, always=True),
            with_aliases=self._mode is not Mode.STRICT,
            convert=lambda choice: self._convert(choice, inner, result),
        )
        self.keywords.moved.update(dispatch.moved(context))
        converted["allOf"] = [*converted.get("allOf", ()), *dispatch.parts()]
        if self._mode is not Mode.STRICT:
            converted.pop(dispatch.replaced, None)


def _is_shared(place: str) -> bool:
    return place.startswith(SHARED) and "/" not in place.removeprefix(SHARED)
