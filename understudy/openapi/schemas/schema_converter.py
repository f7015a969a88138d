"""Converts the schemas of a document to what jsonschema-rs compiles.

The schemas are JSON Schema 2020-12 already. What is different: `readOnly` and `writeOnly`, which
make properties optional in one direction; discriminators; the bounds of the formats `int32` and
`int64`; patterns, in the syntax of jsonschema-rs; and references, which become those to the
numbered definitions of one resource.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, NamedTuple

from understudy.errors import UsageError
from understudy.openapi.document import Document, escape, follow
from understudy.openapi.schemas.discriminator import Discriminator, discriminator_of
from understudy.openapi.schemas.one_way import NO_NAMES, Names, OneWayProperties
from understudy.openapi.schemas.patterns import translated

#: The resource that has the converted schemas as its definitions.
RESOURCE = "https://understudy.invalid/schemas"

_SHARED = "#/components/schemas/"
_BOUNDS = {"int32": 2**31, "int64": 2**63}
_SCHEMA_MAPS = ("properties", "patternProperties", "dependentSchemas")
_SCHEMA_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
_SCHEMAS = (
    *("items", "contains", "additionalProperties", "propertyNames", "not", "if", "then", "else"),
    *("unevaluatedItems", "unevaluatedProperties"),
)
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
#: What a part of a value may break although the whole value does not.
_BROKEN_BY_PARTS = (
    *("required", "minProperties", "not", "dependentRequired", "dependentSchemas", "if", "then"),
    *("else", "unevaluatedProperties"),
)


class Direction(Enum):
    """Which way values go; the value is the keyword of the properties that this way has not."""

    REQUEST = "readOnly"
    RESPONSE = "writeOnly"


class Mode(Enum):
    """How a schema is meant.

    PLAIN is the schema. PARTIAL accepts values that lack required properties. STRICT lets only one
    of several alternatives (`oneOf`) accept, even if a discriminator chooses one.
    """

    PLAIN = "plain"
    PARTIAL = "partial"
    STRICT = "strict"


class Context(NamedTuple):
    """Where a schema stands: the JSON pointer to it, the names that it must not require there, and
    whether another schema includes it as a base (then its discriminator chooses nothing)."""

    place: str
    optional: Names = NO_NAMES
    is_base: bool = False

    def inner(self, *steps: str | int) -> str:
        """Return the pointer to a part of the schema."""
        return self.place + "".join(f"/{escape(step)}" for step in steps)


@dataclass(slots=True)
class Converted:
    """A converted schema, and the numbers of the definitions that it refers to."""

    schema: Any
    definitions: set[int] = field(default_factory=set)


class SchemaConverter:
    """Converts schemas of a document for one direction and mode; remembers what it converted."""

    def __init__(self, document: Document, direction: Direction, mode: Mode) -> None:
        self._document = document
        self._mode = mode
        self._one_way = OneWayProperties(document, direction.value)
        self._is_30 = str(document.get("openapi", "")).startswith("3.0")
        self._targets: list[Context] = []
        self._numbers: dict[Context, int] = {}
        self._definitions: dict[int, Converted] = {}
        self._patterns: dict[str, str | None] = {}
        #: Where converted parts that stand somewhere else in the document came from.
        self._moved: dict[str, str] = {}

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

    def place_of(self, place: str) -> str:
        """Return the JSON pointer in the document for one in the converted resource, or for the
        place of a converted schema followed by steps in it."""
        if place.startswith("#/$defs/"):
            number, slash, rest = place.removeprefix("#/$defs/").partition("/")
            place = f"{self._targets[int(number)].place}{slash}{rest}"
        steps = place.split("/")
        starts = ("/".join(steps[:count]) for count in range(len(steps), 0, -1))
        start = next((start for start in starts if start in self._moved), None)
        return place if start is None else self.place_of(self._moved[start] + place[len(start) :])

    def _convert(self, schema: Any, context: Context, result: Converted) -> Any:
        if not isinstance(schema, dict):
            return schema
        if self._is_30 and isinstance(schema.get("$ref"), str):
            schema = {"$ref": schema["$ref"]}
        converted = {key: value for key, value in schema.items() if key in _KEPT}
        if "required" in schema or "allOf" in schema or "dependentRequired" in schema:
            context = context._replace(optional=context.optional | self._one_way.of(schema))
        self._convert_parts(schema, converted, context, result)
        self._convert_reference(schema, converted, context, result)
        self._convert_bounds(schema, converted, context)
        self._convert_patterns(schema, converted, context)
        if isinstance(schema.get("discriminator"), dict):
            self._convert_discriminator(schema, converted, context, result)
        if "oneOf" in converted and self._requires(schema["oneOf"], context.optional):
            self._loosen(converted, context)
        _make_optional(converted, context.optional)
        if self._mode is Mode.PARTIAL:
            self._relax(converted, context)
        return _nullable(converted) if schema.get("nullable") is True else converted

    def _convert_parts(
        self, schema: dict[str, Any], converted: dict[str, Any], context: Context, result: Converted
    ) -> None:
        for key in _SCHEMA_MAPS:
            if isinstance(schema.get(key), dict):
                inner = self._contexts(schema, context, key)
                converted[key] = {
                    name: self._convert(
                        part, inner._replace(place=context.inner(key, name)), result
                    )
                    for name, part in schema[key].items()
                }
        for key in _SCHEMA_LISTS:
            if isinstance(schema.get(key), list):
                inner = self._contexts(schema, context, key)
                converted[key] = [
                    self._convert(part, inner._replace(place=context.inner(key, number)), result)
                    for number, part in enumerate(schema[key])
                ]
        for key in _SCHEMAS:
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
        if "properties" not in schema and "allOf" not in schema:
            return context.optional & self._one_way.required_by(schema)
        own = self._one_way.of(schema, always=True)
        return own | (context.optional - self._one_way.of(schema))

    def _requires(self, alternatives: list[Any], optional: Names) -> bool:
        """Return whether an alternative requires a name that is optional for another reason than
        its own properties; without it, a value may fit more than one."""
        return bool(optional) and any(
            optional & self._one_way.required_by(part) - self._one_way.of(part)
            for part in alternatives
        )

    # References

    def _convert_reference(
        self, schema: dict[str, Any], converted: dict[str, Any], context: Context, result: Converted
    ) -> None:
        ref = schema.get("$ref")
        if isinstance(ref, str):
            number = self._number(ref, context)
            if number is not None:
                result.definitions.add(number)
                converted["$ref"] = f"{RESOURCE}#/$defs/{number}"

    def _number(self, ref: str, context: Context) -> int | None:
        """Return the number of the definition for a reference, or None if it leads nowhere."""
        try:
            schema = follow(self._document, ref)
        except UsageError:
            return None
        optional = context.optional
        if optional:
            optional &= self._one_way.required_by(schema) - self._one_way.of(schema)
        is_base = context.is_base and isinstance(schema, dict) and "discriminator" in schema
        target = Context(ref, optional, is_base)
        if target not in self._numbers:
            self._numbers[target] = len(self._targets)
            self._targets.append(target)
        return self._numbers[target]

    # Keywords

    def _convert_bounds(
        self, schema: dict[str, Any], converted: dict[str, Any], context: Context
    ) -> None:
        for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
            if isinstance(schema.get(exclusive), bool):
                del converted[exclusive]
                if schema[exclusive] and bound in converted:
                    converted[exclusive] = converted.pop(bound)
        limit = _BOUNDS.get(str(schema.get("format")))
        types = schema.get("type")
        if limit and "integer" in (types if isinstance(types, list) else [types]):
            for bound, choose, value in (("minimum", max, -limit), ("maximum", min, limit - 1)):
                if bound not in converted:
                    self._moved[context.inner(bound)] = context.inner("format")
                converted[bound] = choose(converted.get(bound, value), value)

    def _convert_patterns(
        self, schema: dict[str, Any], converted: dict[str, Any], context: Context
    ) -> None:
        if isinstance(schema.get("pattern"), str):
            pattern = self._translated(schema["pattern"])
            if pattern is not None:
                converted["pattern"] = pattern
        if "patternProperties" not in converted:
            return
        parts = {}
        for original, part in converted["patternProperties"].items():
            pattern = self._translated(original)
            if pattern is None:  # nobody knows which properties it matches
                converted.pop("additionalProperties", None)
                converted.pop("unevaluatedProperties", None)
            else:
                parts[pattern] = part
                if pattern != original:
                    moved = context.inner("patternProperties", pattern)
                    self._moved[moved] = context.inner("patternProperties", original)
        converted["patternProperties"] = parts

    def _translated(self, pattern: str) -> str | None:
        if pattern not in self._patterns:
            self._patterns[pattern] = translated(pattern)
        return self._patterns[pattern]

    def _relax(self, converted: dict[str, Any], context: Context) -> None:
        """Remove the rules that a partial value may break; it may match several alternatives."""
        for key in _BROKEN_BY_PARTS:
            converted.pop(key, None)
        if "oneOf" in converted:
            self._loosen(converted, context)

    def _loosen(self, converted: dict[str, Any], context: Context) -> None:
        """Let a value match several of the alternatives of a `oneOf`."""
        parts = converted["allOf"] = [*converted.get("allOf", ())]
        self._moved[context.inner("allOf", len(parts), "anyOf")] = context.inner("oneOf")
        parts.append({"anyOf": converted.pop("oneOf")})

    # Discriminators

    def _convert_discriminator(
        self, schema: dict[str, Any], converted: dict[str, Any], context: Context, result: Converted
    ) -> None:
        """Let the value of a property choose the schema that an object must match."""
        ref = context.place if _is_shared(context.place) else None
        discriminator = discriminator_of(self._document, schema, ref)
        if discriminator is None or (context.is_base and discriminator.keyword == "allOf"):
            return
        inner = Context(context.inner("discriminator"), context.optional)
        chosen = [
            self._convert(choice.schema, inner, result)
            if choice.index is None
            else converted[discriminator.keyword][choice.index]
            for choice in discriminator.choices
        ]
        parts = converted["allOf"] = [*converted.get("allOf", ())]
        self._move_choices(discriminator, context, len(parts))
        parts.append(self._known_values(schema, converted, discriminator, context))
        for choice, then in zip(discriminator.choices, chosen, strict=True):
            condition = {"type": "object", **has_value(discriminator.property_name, choice.values)}
            parts.append({"if": condition, "then": then})
        if discriminator.default is not None:
            known = has_value(discriminator.property_name, discriminator.values)
            then = self._convert(discriminator.default, inner, result)
            parts.append({"if": {"type": "object", "not": known}, "then": then})
        if self._mode is not Mode.STRICT and discriminator.keyword != "allOf":
            del converted[discriminator.keyword]

    def _known_values(
        self,
        schema: dict[str, Any],
        converted: dict[str, Any],
        discriminator: Discriminator,
        context: Context,
    ) -> dict[str, Any]:
        """Return the schema of objects whose property chooses a schema, and of the values that are
        no objects."""
        name, keyword = discriminator.property_name, discriminator.keyword
        known: dict[str, Any] = {}
        if discriminator.default is None:
            known = has_value(name, discriminator.values)
            is_required = name in self._one_way.required_by(schema, always=True)
            is_optional = name in self._one_way.of(schema) or self._mode is Mode.PARTIAL
            if is_required or is_optional or keyword == "allOf":
                del known["required"]
        if keyword == "allOf":
            return known
        if not discriminator.others:
            return {"type": "object", **known}
        others = {keyword: [converted[keyword][index] for index in discriminator.others]}
        return {"if": {"type": "object"}, "then": known, "else": others}

    def _move_choices(self, discriminator: Discriminator, context: Context, start: int) -> None:
        """Remember where the parts of a discriminator, from a place in `allOf` on, came from."""
        keyword = discriminator.keyword
        place = context.inner("allOf", start)
        self._moved[place] = context.inner("discriminator")
        self._moved[f"{place}/else/{keyword}"] = context.inner(keyword)
        for number, index in enumerate(discriminator.others):
            self._moved[f"{place}/else/{keyword}/{number}"] = context.inner(keyword, index)
        for number, choice in enumerate(discriminator.choices, start + 1):
            moved = context.inner("discriminator")
            if choice.index is not None:
                moved = context.inner(keyword, choice.index)
            self._moved[context.inner("allOf", number, "then")] = moved


def has_value(name: str, values: Sequence[Any]) -> dict[str, Any]:
    """Return the schema of objects that have one of some values as a property."""
    return {"properties": {name: {"enum": list(values)}}, "required": [name]}


def _is_shared(place: str) -> bool:
    return place.startswith(_SHARED) and "/" not in place.removeprefix(_SHARED)


def _make_optional(converted: dict[str, Any], optional: Names) -> None:
    """Remove names from those that a converted schema requires."""
    if not optional:
        return
    if isinstance(converted.get("required"), list):
        converted["required"] = [n for n in converted["required"] if n not in optional]
    if isinstance(converted.get("dependentRequired"), dict):
        converted["dependentRequired"] = {
            name: [n for n in names if n not in optional]
            for name, names in converted["dependentRequired"].items()
        }


def _nullable(converted: dict[str, Any]) -> dict[str, Any]:
    """Return the schema with null allowed: by its type if it has one, for exact violations."""
    if "type" not in converted:
        return {"anyOf": [{"type": "null"}, converted]}
    converted["type"] = [converted["type"], "null"]
    if "enum" in converted:
        converted["enum"] = [*converted["enum"], None]
    return converted
