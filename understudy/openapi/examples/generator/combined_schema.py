"""A schema and all that it combines by `allOf`, as one list of parts.

A value must fit all parts, one option of each choice (`oneOf`, `anyOf`), and all conditions.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from understudy.openapi.examples.generator.budget import CannotGenerate
from understudy.openapi.examples.generator.document_schemas import DocumentSchemas
from understudy.openapi.schemas.schema import CHOICES, Schema

#: References in one another.
_MOST_NESTED = 200
#: Parts of one schema.
_MOST_PARTS = 1000
_NULL = {"type": "null"}
#: The keywords by which a schema is more than one plain part.
_COMBINING = frozenset(
    [
        *("$ref", "$dynamicRef", "allOf", "anyOf", "oneOf", "not", "if", "nullable"),
        *("discriminator", "const"),
    ]
)


@dataclass(frozen=True, slots=True)
class Choice:
    """Options of which a value must fit one; if `exclusive`, only one.

    A discriminator chooses them by the values of a property; `names` are those of each option.
    """

    options: list[Any]
    exclusive: bool = False
    property_name: str = ""
    names: tuple[tuple[Any, ...], ...] = ()


@dataclass(frozen=True)
class CombinedSchema:
    """The parts that a value must fit; none of them has `$ref`, `allOf`, `oneOf` or `anyOf`."""

    parts: tuple[Schema, ...] = ()
    choices: tuple[Choice, ...] = ()
    #: Schemas that a value may not fit.
    excluded: tuple[Any, ...] = ()
    #: Schemas with `if`, and `then` or `else`.
    conditions: tuple[Schema, ...] = ()
    #: The schemas whose own examples are examples of the whole value.
    guides: tuple[Schema, ...] = field(default=(), repr=False)
    #: The schemas of properties that were asked for.
    properties: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def is_simple(self) -> bool:
        """Return whether a value that fits the parts is valid."""
        return not (self.choices or self.excluded or self.conditions)

    @cached_property
    def keywords(self) -> frozenset[str]:
        """The keywords of all parts."""
        return frozenset(key for part in self.parts for key in part)

    def all(self, key: str) -> list[Any]:
        """Return the values that the parts have for a keyword, each once."""
        values: list[Any] = []
        for part in self.parts:
            if key in part and part[key] not in values:
                values.append(part[key])
        return values

    def first(self, key: str) -> Any:
        """Return the first value that a part has for a keyword, or None."""
        return next((part[key] for part in self.parts if key in part), None)

    def greatest(self, key: str) -> Any:
        """Return the greatest value of a keyword, or None."""
        return max((part[key] for part in self.parts if key in part), default=None)

    def least(self, key: str) -> Any:
        """Return the least value of a keyword, or None."""
        return min((part[key] for part in self.parts if key in part), default=None)

    @cached_property
    def types(self) -> list[str] | None:
        """Return the types that all parts allow; None if no part names any."""
        allowed: list[str] | None = None
        for named in self.all("type"):
            types = [named] if isinstance(named, str) else list(named)
            allowed = types if allowed is None else _common_types(allowed, types)
        barred = {e["type"] for e in self.excluded if _only_names_type(e)}
        if barred:
            allowed = [t for t in (ALL_TYPES if allowed is None else allowed) if t not in barred]
        return allowed

    @cached_property
    def enum(self) -> list[Any] | None:
        """Return the values that all `enum` and `const` allow; None without these."""
        lists = self.all("enum")
        if not lists:
            return None
        types = self.types
        others = [set(map(_key, values)) for values in lists[1:]]
        barred = {_key(value) for schema in self.excluded for value in _enumerated(schema)}
        return [
            value
            for value in lists[0]
            if (key := _key(value)) not in barred
            and all(key in other for other in others)
            and (types is None or type_fits(value, types))
        ]


ALL_TYPES = ("string", "object", "integer", "number", "array", "boolean", "null")


def combine(schemas_of: DocumentSchemas, schema: Any) -> CombinedSchema:
    """Return the combination of a schema, which is kept.

    Raises CannotGenerate if it is false, or too large.
    """
    kept = schemas_of.combined.get(id(schema))
    if kept is not None:
        return kept[1]
    if isinstance(schema, dict) and not schema.keys() & _COMBINING:
        part = _numeric_bounds(schema)
        combined = CombinedSchema((part,), guides=(part,))
    else:
        combined = _combined(schemas_of, (schema,))
    if isinstance(schema, dict):
        schemas_of.keep(schema, combined)
    return combined


def _combined(schemas_of: DocumentSchemas, schemas: tuple[Any, ...]) -> CombinedSchema:
    collector = _Collector(schemas_of)
    for schema in schemas:
        collector.add(schema, frozenset(), is_whole=True)
    return collector.combined()


def extend(schemas_of: DocumentSchemas, combined: CombinedSchema, *schemas: Any) -> CombinedSchema:
    """Return the combination with more schemas; the examples of these come first."""
    more = _combined(schemas_of, schemas)
    return CombinedSchema(
        combined.parts + more.parts,
        combined.choices + more.choices,
        combined.excluded + more.excluded,
        combined.conditions + more.conditions,
        more.guides + combined.guides,
    )


def without_choice(combined: CombinedSchema, choice: Choice) -> CombinedSchema:
    """Return the combination without one of its choices."""
    return CombinedSchema(
        combined.parts,
        tuple(c for c in combined.choices if c is not choice),
        combined.excluded,
        combined.conditions,
        combined.guides,
    )


class _Collector:
    """Collects the parts of schemas."""

    def __init__(self, schemas: DocumentSchemas) -> None:
        self._schemas = schemas
        self._parts: list[Schema] = []
        self._choices: list[Choice] = []
        self._excluded: list[Any] = []
        self._conditions: list[Schema] = []
        self._guides: list[Schema] = []

    def combined(self) -> CombinedSchema:
        return CombinedSchema(
            tuple(self._parts),
            tuple(self._choices),
            tuple(self._excluded),
            tuple(self._conditions),
            tuple(self._guides),
        )

    def add(self, schema: Any, within: frozenset[str], *, is_whole: bool) -> None:
        """Add a schema; `within` are the references that lead to it."""
        if isinstance(schema, dict) and schema.keys() & {"$ref", "$dynamicRef"}:
            self._add_reference(schema, within, is_whole=is_whole)
            return
        self._add_schema(schema, within, None, is_whole=is_whole)

    def _add_reference(self, schema: Schema, within: frozenset[str], *, is_whole: bool) -> None:
        ref = schema.get("$ref", schema.get("$dynamicRef"))
        if isinstance(ref, str) and ref not in within:  # else a part contains itself
            target = self._schemas.followed({"$ref": ref})
            self._add_schema(target, within | {ref}, ref, is_whole=is_whole)
        if len(schema) > 1 and not self._schemas.ignores_siblings:
            siblings = {k: v for k, v in schema.items() if k not in ("$ref", "$dynamicRef")}
            self._add_schema(siblings, within, None, is_whole=is_whole)

    def _add_schema(
        self, schema: Any, within: frozenset[str], ref: str | None, *, is_whole: bool
    ) -> None:
        if schema is False:
            raise CannotGenerate
        if not isinstance(schema, dict):
            return
        if len(within) > _MOST_NESTED or len(self._parts) > _MOST_PARTS:
            raise CannotGenerate
        if schema.get("nullable") is True:
            schema = self._nullable(schema)
        self._parts.append(_numeric_bounds(schema))
        if is_whole or not _has_example_object(schema):
            self._guides.append(schema)
        self._add_choices(schema, ref if is_whole else None)
        if "not" in schema:
            self._excluded.append(schema["not"])
        if "if" in schema and schema.keys() & {"then", "else"}:
            self._conditions.append(schema)
        if "const" in schema:
            self._parts.append({"enum": [schema["const"]]})
        for part in schema.get("allOf", ()):
            nested = is_whole and len(schema["allOf"]) == 1 and "properties" not in schema
            self.add(part, within, is_whole=nested)

    def _add_choices(self, schema: Schema, ref: str | None) -> None:
        discriminator = self._schemas.discriminator(schema, ref)
        keyword = "" if discriminator is None else discriminator.keyword
        for word in CHOICES:
            options = schema.get(word)
            if isinstance(options, list) and options and word != keyword:
                self._choices.append(Choice(options, exclusive=word == "oneOf"))
        if discriminator is None:
            return
        listed = [c for c in discriminator.choices if c.index is not None or keyword == "allOf"]
        options = [choice.schema for choice in listed]
        names = [choice.values for choice in listed]
        if keyword == "allOf":
            if discriminator.other_values:
                options.append(True)
                names.append(discriminator.other_values)
        else:
            options += [schema[keyword][index] for index in discriminator.others]
            names += [()] * len(discriminator.others)
        self._choices.append(
            Choice(options, keyword == "oneOf", discriminator.property_name, tuple(names))
        )

    def _nullable(self, schema: Schema) -> Schema:
        """Return a schema of OpenAPI 3.0 with null among its types, or as a choice."""
        rest = {key: value for key, value in schema.items() if key != "nullable"}
        if "type" not in rest:
            self._choices.append(Choice([rest, _NULL]))
            return {}
        types = rest["type"] if isinstance(rest["type"], list) else [rest["type"]]
        rest["type"] = [*types, "null"]
        if "enum" in rest and None not in rest["enum"]:
            rest["enum"] = [*rest["enum"], None]
        return rest


def property_schema(
    combined: CombinedSchema, name: str, matches: Callable[[str, str], bool]
) -> Any:
    """Return the schema that a property must fit, False if it is not allowed."""
    if name not in combined.properties:
        combined.properties[name] = _property_schema(combined, name, matches)
    return combined.properties[name]


def _property_schema(
    combined: CombinedSchema, name: str, matches: Callable[[str, str], bool]
) -> Any:
    schemas: list[Any] = []
    unevaluated: list[Any] = []
    for part in combined.parts:
        known = len(schemas)
        if name in part.get("properties", ()):
            schemas.append(part["properties"][name])
        for pattern, schema in part.get("patternProperties", {}).items():
            if matches(pattern, name):
                schemas.append(schema)
        if len(schemas) == known and "additionalProperties" in part:
            schemas.append(part["additionalProperties"])
        if "unevaluatedProperties" in part:
            unevaluated.append(part["unevaluatedProperties"])
    return _whole(schemas or unevaluated)


def item_schema(combined: CombinedSchema, index: int, *, is_contained: bool) -> Any:
    """Return the schema that an item must fit, False if there may be none.

    An item that fits `contains` is not one of the unevaluated items.
    """
    schemas: list[Any] = []
    unevaluated: list[Any] = []
    for part in combined.parts:
        prefix = part.get("prefixItems", ())
        if index < len(prefix):
            schemas.append(prefix[index])
        elif "items" in part:
            schemas.append(part["items"])
        if "unevaluatedItems" in part:
            unevaluated.append(part["unevaluatedItems"])
    return _whole(schemas or ([] if is_contained else unevaluated))


def property_names(combined: CombinedSchema) -> Iterator[str]:
    """Yield the names of all properties, in the author's order, each once."""
    yield from dict.fromkeys(name for part in combined.parts for name in part.get("properties", ()))


def _whole(schemas: list[Any]) -> Any:
    distinct: list[Any] = []
    for schema in schemas:
        if schema is False:
            return False
        if schema is not True and schema != {} and schema not in distinct:
            distinct.append(schema)
    if len(distinct) == 1:
        return distinct[0]
    return {"allOf": distinct} if distinct else True


def _numeric_bounds(schema: Schema) -> Schema:
    """Return the schema with the exclusive bounds of OpenAPI 3.0 as numbers."""
    for exclusive, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if isinstance(schema.get(exclusive), bool):
            schema = {**schema}
            if schema.pop(exclusive) and bound in schema:
                schema[exclusive] = schema.pop(bound)
    return schema


def _has_example_object(schema: Schema) -> bool:
    """Return whether the examples are objects: of a part, they need not have all properties."""
    return isinstance(schema.get("example", schema.get("default")), dict) or any(
        isinstance(example, dict) for example in schema.get("examples", ())
    )


def _enumerated(schema: Any) -> list[Any]:
    """Return the values of a schema that does nothing but list them."""
    if isinstance(schema, dict) and schema.keys() == {"const"}:
        return [schema["const"]]
    is_enum = isinstance(schema, dict) and schema.keys() == {"enum"}
    return list(schema["enum"]) if is_enum else []


def _only_names_type(schema: Any) -> bool:
    return (
        isinstance(schema, dict) and schema.keys() == {"type"} and isinstance(schema["type"], str)
    )


def _common_types(first: list[str], second: list[str]) -> list[str]:
    common = [name for name in first if name in second]
    for one, other in ((first, second), (second, first)):
        if "integer" in one and "number" in other and "integer" not in common:
            common.append("integer")
    return common


def type_fits(value: Any, types: list[str]) -> bool:
    """Return whether a value is of one of some types."""
    if isinstance(value, bool):
        return "boolean" in types
    if isinstance(value, int | float):
        return "number" in types or ("integer" in types and value == int(value))
    names = {str: "string", dict: "object", list: "array", type(None): "null"}
    return names.get(type(value)) in types


def _key(value: Any) -> Any:
    """Return what is equal for equal values of JSON."""
    if isinstance(value, dict | list):
        return json.dumps(value, sort_keys=True, default=str)
    return isinstance(value, bool), value
