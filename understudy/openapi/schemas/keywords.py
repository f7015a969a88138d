"""Converts the keywords that mean something else to jsonschema-rs, or depend on what a schema is
compiled for."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Any, NamedTuple

from understudy.openapi.document import escape
from understudy.openapi.schemas.one_way import NO_NAMES, Names
from understudy.openapi.schemas.strings.formats import FORMATS
from understudy.openapi.schemas.strings.patterns import translated

#: The resource that has the converted schemas as its definitions.
RESOURCE = "https://understudy.invalid/schemas"
#: The definition that is the compiled schema itself, where it has to be one.
ROOT = "root"
#: Where the shared schemas of a document are.
SHARED = "#/components/schemas/"

#: The keywords that hold schemas: by name, in a list, or one.
SCHEMA_MAPS = ("properties", "patternProperties", "dependentSchemas")
SCHEMA_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
SCHEMAS = (
    *("items", "contains", "additionalProperties", "propertyNames", "not", "if", "then", "else"),
    *("unevaluatedItems", "unevaluatedProperties"),
)
_BOUNDS = {"int32": 2**31, "int64": 2**63}
#: What a part of a value may break although the whole value does not.
_BROKEN_BY_PARTS = (
    *("required", "minProperties", "not", "dependentRequired", "dependentSchemas", "if", "then"),
    *("else", "unevaluatedProperties"),
)


class Direction(Enum):
    """The direction of values, by the keyword of the properties that are left out in it."""

    REQUEST = "readOnly"
    RESPONSE = "writeOnly"


class Mode(Enum):
    """The meaning of a schema.

    PLAIN is the schema. PARTIAL accepts values that lack required properties. STRICT lets only one
    of several alternatives (`oneOf`) accept, even if a discriminator chooses one.
    """

    PLAIN = "plain"
    PARTIAL = "partial"
    STRICT = "strict"


class Context(NamedTuple):
    """The place of a schema: the JSON pointer to it, the names that it must not require there, and
    whether another schema includes it as a base (then its discriminator chooses nothing)."""

    place: str
    optional: Names = NO_NAMES
    is_base: bool = False

    def inner(self, *steps: str | int) -> str:
        """Return the pointer to a part of the schema."""
        return self.place + "".join(f"/{escape(step)}" for step in steps)


@dataclass(slots=True)
class Converted:
    """A converted schema, the numbers of the definitions that it refers to, and the URIs of the
    named schemas ("" stands for the meta-schemas)."""

    schema: Any
    definitions: set[int] = field(default_factory=set)
    uris: set[str] = field(default_factory=set)


class Keywords:
    """Converts keywords, and remembers from which places in the document they came."""

    def __init__(self, patterns: dict[str, str | None]) -> None:
        """`patterns` are those that are translated already."""
        self._patterns = patterns
        #: The places of converted parts, each with the place in the document where it came from.
        self.moved: dict[str, str] = {}
        #: Whether a schema has one of `FORMATS`; validators without them are faster.
        self.has_own_format = False

    def place_of(self, place: str) -> str:
        """Return the place in the document that a place in a converted schema came from."""
        steps = place.split("/")
        starts = ("/".join(steps[:count]) for count in range(len(steps), 0, -1))
        start = next((start for start in starts if start in self.moved), None)
        return place if start is None else self.place_of(self.moved[start] + place[len(start) :])

    def bounds(self, schema: dict[str, Any], converted: dict[str, Any], context: Context) -> None:
        """Add the bounds of the formats of integers."""
        limit = _BOUNDS.get(str(schema.get("format")))
        self.has_own_format = self.has_own_format or schema.get("format") in tuple(FORMATS)
        types = schema.get("type")
        if limit and "integer" in (types if isinstance(types, list) else [types]):
            for bound, choose, value in (("minimum", max, -limit), ("maximum", min, limit - 1)):
                if bound not in converted:
                    self.moved[context.inner(bound)] = context.inner("format")
                converted[bound] = choose(converted.get(bound, value), value)

    def patterns(self, schema: dict[str, Any], converted: dict[str, Any], context: Context) -> None:
        """Convert the patterns of strings and of property names."""
        if isinstance(schema.get("pattern"), str):
            pattern = self._translated(schema["pattern"])
            if pattern is None:
                converted.pop("pattern", None)
            else:
                converted["pattern"] = pattern
        if "patternProperties" not in converted:
            return
        parts: dict[str, Any] = {}
        for original, part in converted["patternProperties"].items():
            pattern = self._translated(original)
            if pattern is None:  # nobody knows which properties it matches
                converted.pop("additionalProperties", None)
                converted.pop("unevaluatedProperties", None)
            else:
                parts[pattern] = {"allOf": [parts[pattern], part]} if pattern in parts else part
                if pattern != original:
                    moved = context.inner("patternProperties", pattern)
                    self.moved[moved] = context.inner("patternProperties", original)
        converted["patternProperties"] = parts

    def _translated(self, pattern: str) -> str | None:
        if pattern not in self._patterns:
            self._patterns[pattern] = translated(pattern)
        return self._patterns[pattern]

    def add_nullable(
        self, converted: dict[str, Any], keyword: str, number: int, context: Context
    ) -> None:
        """Replace the alternatives of a schema and null; `number` is the index of the schema."""
        parts = converted["allOf"] = [*converted.get("allOf", ())]
        place = context.inner("allOf", len(parts), "else")
        self.moved[place] = context.inner(keyword, number)
        parts.append({"if": {"type": "null"}, "else": converted.pop(keyword)[number]})

    def relax(self, converted: dict[str, Any], context: Context) -> None:
        """Remove the rules that a partial value may break; it may match several alternatives."""
        for key in _BROKEN_BY_PARTS:
            converted.pop(key, None)
        if "oneOf" in converted:
            self.loosen(converted, context)

    def loosen(self, converted: dict[str, Any], context: Context) -> None:
        """Let a value match several of the alternatives of a `oneOf`."""
        parts = converted["allOf"] = [*converted.get("allOf", ())]
        self.moved[context.inner("allOf", len(parts), "anyOf")] = context.inner("oneOf")
        parts.append({"anyOf": converted.pop("oneOf")})


def make_optional(converted: dict[str, Any], optional: Names) -> None:
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
