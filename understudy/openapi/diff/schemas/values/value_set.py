"""A schema of a document as a schema that stands alone, for the comparison of sets of values."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from understudy.openapi.diff.schemas.direction import REQUEST
from understudy.openapi.diff.schemas.located_schema import ANNOTATIONS
from understudy.openapi.document import Document, escape, resolve
from understudy.openapi.schemas.schema import as_object, parts
from understudy.openapi.schemas.strings.patterns import translated

#: What a schema is taken to allow: what it says; of objects that leave others open, documented
#: properties only; or also properties that it excludes, and values of several alternatives.
EXACT, DOCUMENTED, TOLERANT = "exact", "documented", "tolerant"

_PART_MAPS = ("properties", "patternProperties")
_PARTS = ("items", "additionalProperties", "unevaluatedItems", "unevaluatedProperties")
_SAME_VALUE = ("allOf", "anyOf", "oneOf")
_CONDITIONAL = ("then", "else")
_TESTS = ("not", "if", "contains", "propertyNames")
_OTHERS = ("additionalProperties", "unevaluatedProperties")


class StandaloneSchema:
    """Makes schemas that stand alone, for values in one direction."""

    def __init__(self, document: Document, direction: str, allowance: str) -> None:
        self._document = document
        self._one_way = "readOnly" if direction == REQUEST else "writeOnly"
        self._allowance = allowance
        self._definitions: dict[str, Any] = {}

    def of(self, schema: Any) -> dict[str, Any]:
        """Return a schema with all that it refers to in its `$defs`."""
        self._definitions = {}
        whole = as_object(self._value(schema))
        return {**whole, "$defs": self._definitions} if self._definitions else whole

    def _value(self, schema: Any) -> Any:
        """Return the schema of a whole value."""
        converted = self._part(schema, self._one_way_names(schema))
        if self._allowance != DOCUMENTED or not self._is_open_object(schema):
            return converted
        if not converted.keys() & {"$ref", "dependentSchemas", "if", *_SAME_VALUE}:
            return {**converted, "additionalProperties": False}
        return {**converted, "unevaluatedProperties": False}

    def _is_open_object(self, schema: Any) -> bool:
        """Return whether a schema names properties of an object, and says nothing of others."""
        applied = list(parts(self._document, schema))
        names = any(part.get(key) for part in applied for key in _PART_MAPS)
        return names and not any(key in part for part in applied for key in _OTHERS)

    def _one_way_names(self, schema: Any) -> frozenset[str]:
        """Return the names of the properties that values in this direction do not have."""
        return frozenset(
            name
            for part in parts(self._document, schema)
            for name, each in part.get("properties", {}).items()
            if as_object(resolve(self._document, each)).get(self._one_way) is True
        )

    def _part(self, schema: Any, one_way: frozenset[str]) -> Any:
        """Return a schema that applies to a value with others."""
        if not isinstance(schema, dict):
            return schema
        ref = schema.get("$ref")
        if isinstance(ref, str):
            return {"$ref": self._definition(ref, one_way)}
        converted: dict[str, Any] = {}
        for key, value in schema.items():
            if key in ANNOTATIONS or key.startswith("x-"):
                continue
            if self._allowance == TOLERANT and key in _OTHERS and value is False:
                continue
            converted[key] = self._keyword(key, value, one_way)
        if self._allowance == TOLERANT and "oneOf" in converted:
            any_of = {"anyOf": converted.pop("oneOf")}
            converted["allOf"] = [*converted.get("allOf", ()), any_of]
        return converted

    def _keyword(self, key: str, value: Any, one_way: frozenset[str]) -> Any:
        """Return the converted value of a keyword."""
        if key == "required":
            return [name for name in value if name not in one_way]
        if key == "properties":
            return {name: self._value(s) for name, s in value.items() if name not in one_way}
        if key == "patternProperties":
            return {_pattern(pattern): self._value(part) for pattern, part in value.items()}
        if key == "pattern":
            return _pattern(value)
        if key in _PARTS:
            return self._value(value)
        if key == "prefixItems":
            return [self._value(part) for part in value]
        if key in _SAME_VALUE:
            return [self._part(part, one_way) for part in value]
        if key == "dependentSchemas":
            return {name: self._part(part, one_way) for name, part in value.items()}
        if key in _CONDITIONAL:
            return self._part(value, one_way)
        return self._test(value) if key in _TESTS else value

    def _test(self, schema: Any) -> Any:
        """Return a schema that values are only tested by, as it is."""
        exact = StandaloneSchema(self._document, "", EXACT)
        exact._definitions = self._definitions
        return exact._part(schema, frozenset())

    def _definition(self, ref: str, one_way: frozenset[str]) -> str:
        """Return the reference to a converted schema, which is added if it is new."""
        name = f"{ref} {' '.join(sorted(one_way))} {self._allowance}"
        if name not in self._definitions:
            self._definitions[name] = True  # a recursive schema meets itself here
            self._definitions[name] = self._part(resolve(self._document, {"$ref": ref}), one_way)
        return f"#/$defs/{quote(escape(name))}"


def _pattern(pattern: str) -> str:
    """Return a pattern in the syntax of jsonschema-rs; one that it cannot read stays as it is, and
    has no canonical form."""
    return translated(pattern) or pattern
