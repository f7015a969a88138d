"""Converts OpenAPI 3.0 schemas to JSON Schema 2020-12, which jsonschema-rs compiles.

The differences are `nullable`, boolean `exclusiveMinimum`/`exclusiveMaximum`, siblings of `$ref`
(which 3.0 ignores), the formats `int32` and `int64` (bounds), and `readOnly`/`writeOnly`.
"""

from __future__ import annotations

from typing import Any

from jsonschema_rs import Draft202012Validator, ValidationError

from understudy.errors import Violation
from understudy.openapi.document import Document, escape, follow, locate

#: Violations that are reported of one value.
MOST_VIOLATIONS = 20

_BOUNDS = {"int32": 2**31, "int64": 2**63}
_SCHEMA_MAPS = ("properties",)
_SCHEMA_LISTS = ("allOf", "anyOf", "oneOf")
_SCHEMAS = ("items", "not", "additionalProperties")
#: The keywords that mean the same in both, and contain no schemas.
_KEPT = frozenset(
    [
        *("type", "enum", "format", "pattern", "required", "uniqueItems", "multipleOf"),
        *("minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems"),
        *("minProperties", "maxProperties"),
    ]
)


class SchemaValidator:
    """Validates values by a schema of a document; compiled at first use."""

    __slots__ = ("_compiled", "_document", "_partial", "_place", "_schema", "_where", "_without")

    def __init__(
        self,
        document: Document,
        schema: Any,
        *,
        where: str,
        place: str,
        request: bool,
        partial: bool = False,
    ) -> None:
        """`where` is the part of the message, `place` the JSON pointer to the schema. A `request`
        needs no `readOnly` properties, a response no `writeOnly` ones. A `partial` value need not
        have the required properties."""
        self._document = document
        self._schema = schema
        self._where = where
        self._place = place
        self._partial = partial
        self._without = "readOnly" if request else "writeOnly"
        self._compiled: Draft202012Validator | None = None

    def accepts(self, value: Any) -> bool:
        """Return whether a value is valid; takes about 0.3 us for a small one."""
        compiled = self._compiled
        if compiled is None:
            compiled = self._compiled = self._compile()
        return compiled.is_valid(value)

    def of_parts(self) -> SchemaValidator:
        """Return a validator of values that need not have the required properties."""
        return SchemaValidator(
            self._document,
            self._schema,
            where=self._where,
            place=self._place,
            request=self._without == "readOnly",
            partial=True,
        )

    def violations(self, value: Any, at: str = "") -> list[Violation]:
        """Return the violations of a value; `at` is the JSON pointer to it in the message."""
        self.accepts(value)
        assert self._compiled is not None
        violations: list[Violation] = []
        try:
            for error in self._compiled.iter_errors(value):
                violations.append(self._violation(error, value, at))
                if len(violations) == MOST_VIOLATIONS:
                    break
        except ValueError:  # jsonschema-rs shows no value that is more than 255 levels deep
            message = "does not fit, and is too deep to say where"
            violations.append(Violation(self._where, at, message, self._place))
        return violations

    def _violation(self, error: ValidationError, value: Any, at: str) -> Violation:
        steps = "".join(f"/{escape(step)}" for step in _instance_path(error, value))
        message = error.message
        if len(message) > 300:
            message = f"{message[:140]} ... {message[-140:]}"
        return Violation(self._where, at + steps, message, self._rule(error.schema_path))

    def _rule(self, path: list[str | int]) -> str:
        """Return the JSON pointer to the broken rule in the document.

        It ends where the document differs from the converted schema, which has other keywords for
        some rules.
        """
        place, node = self._place, self._schema
        if path[:1] == ["$defs"]:
            name, path = str(path[1]), path[2:]
            place = f"#{name}" if name.startswith("/") else f"#/components/schemas/{name}"
            node = follow(self._document, place)
        for step in path:
            node, place = locate(self._document, node, place)
            if isinstance(node, list):
                node = dict(enumerate(node))
            if not isinstance(node, dict) or step not in node:
                break
            node, place = node[step], f"{place}/{escape(step)}"
        return place

    def _compile(self) -> Draft202012Validator:
        named: dict[str, Any] = {}
        schema = self._convert(self._schema, named)
        if named:
            schema = {**schema, "$defs": named}
        return Draft202012Validator(schema, validate_formats=True)

    def _convert(self, schema: Any, named: dict[str, Any]) -> Any:
        """Return a schema in JSON Schema; add the schemas that it refers to to `named`."""
        if not isinstance(schema, dict):
            return schema
        ref = schema.get("$ref")
        if isinstance(ref, str):
            return {"$ref": self._name(ref, named)}
        converted: dict[str, Any] = {key: value for key, value in schema.items() if key in _KEPT}
        for key in _SCHEMA_MAPS:
            if key in schema:
                converted[key] = {name: self._convert(s, named) for name, s in schema[key].items()}
        for key in _SCHEMA_LISTS:
            if key in schema:
                converted[key] = [self._convert(s, named) for s in schema[key]]
        for key in _SCHEMAS:
            if key in schema:
                converted[key] = self._convert(schema[key], named)
        self._convert_bounds(schema, converted)
        if self._partial:
            _relax(converted)
        self._drop_one_way_properties(schema, converted)
        return _nullable(converted) if schema.get("nullable") is True else converted

    @staticmethod
    def _convert_bounds(schema: dict[str, Any], converted: dict[str, Any]) -> None:
        for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
            if schema.get(exclusive) is True and bound in converted:
                converted[exclusive] = converted.pop(bound)
        limit = _BOUNDS.get(schema.get("format", ""))
        if limit and schema.get("type") == "integer":
            converted["minimum"] = max(converted.get("minimum", -limit), -limit)
            converted["maximum"] = min(converted.get("maximum", limit - 1), limit - 1)

    def _drop_one_way_properties(self, schema: dict[str, Any], converted: dict[str, Any]) -> None:
        """Make `readOnly` properties optional in requests, and `writeOnly` ones in responses."""
        properties = schema.get("properties", {})
        if "required" in converted:
            converted["required"] = [
                name
                for name in converted["required"]
                if not (
                    isinstance(properties.get(name), dict) and properties[name].get(self._without)
                )
            ]

    def _name(self, ref: str, named: dict[str, Any]) -> str:
        """Return the reference to a converted schema, which is added to `named` if it is new."""
        name = ref.removeprefix("#/components/schemas/").removeprefix("#")
        if name not in named:
            named[name] = True  # a recursive schema meets itself here
            named[name] = self._convert(follow(self._document, ref), named)
        return f"#/$defs/{escape(name)}"


def _instance_path(error: ValidationError, value: Any) -> list[str | int]:
    """Return the keys and indexes that lead to the invalid part of a value.

    jsonschema-rs leaves out empty keys, which are put back here.
    """
    path: list[str | int] = []
    part = value
    try:
        for step in error.instance_path:
            while isinstance(part, dict) and step not in part:
                path.append("")
                part = part[""]
            path.append(step)
            part = part[step]
        while isinstance(part, dict) and "" in part and part != error.instance:
            path.append("")
            part = part[""]
    except (LookupError, TypeError):  # another key has the same name as one below an empty key
        return list(error.instance_path)
    return path


def _relax(converted: dict[str, Any]) -> None:
    """Remove the rules that a partial value may break; it may match several alternatives."""
    for key in ("required", "minProperties", "not"):
        converted.pop(key, None)
    if "oneOf" in converted:
        converted["allOf"] = [*converted.get("allOf", ()), {"anyOf": converted.pop("oneOf")}]


def _nullable(converted: dict[str, Any]) -> dict[str, Any]:
    """Return the schema with null allowed: by its type if it has one, for exact violations."""
    if "type" not in converted:
        return {"anyOf": [{"type": "null"}, converted]}
    converted["type"] = [converted["type"], "null"]
    if "enum" in converted:
        converted["enum"] = [*converted["enum"], None]
    return converted
