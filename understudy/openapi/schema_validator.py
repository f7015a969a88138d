"""OpenAPI 3.0 schemas, said in JSON Schema 2020-12, and compiled by jsonschema-rs.

The differences: `nullable`, boolean `exclusiveMinimum`/`exclusiveMaximum`, siblings of `$ref`
(which 3.0 ignores), the formats `int32` and `int64` (bounds), and `readOnly`/`writeOnly`.
"""

from __future__ import annotations

from typing import Any

from jsonschema_rs import Draft202012Validator, ValidationError

from understudy.errors import Violation
from understudy.openapi.document import Document, escape, follow, locate

#: Violations reported for one message; beyond that they repeat themselves.
MOST_VIOLATIONS = 20

_BOUNDS = {"int32": 2**31, "int64": 2**63}
_SCHEMA_MAPS = ("properties",)
_SCHEMA_LISTS = ("allOf", "anyOf", "oneOf")
_SCHEMAS = ("items", "not", "additionalProperties")
#: What means the same in both, and holds no schemas.
_KEPT = frozenset(
    [
        *("type", "enum", "format", "pattern", "required", "uniqueItems", "multipleOf"),
        *("minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems"),
        *("minProperties", "maxProperties"),
    ]
)


class SchemaValidator:
    """Tells whether a value fits a schema of a document; compiled at its first use."""

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
        """`place` is the JSON pointer to the schema; `where` names the part of the message. What
        is `partial` need not have all that is required: it says what it has, and no more."""
        self._document = document
        self._schema = schema
        self._where = where
        self._place = place
        self._partial = partial
        self._without = "readOnly" if request else "writeOnly"
        self._compiled: Draft202012Validator | None = None

    def accepts(self, value: Any) -> bool:
        """Whether `value` fits; about 0.3 us and what the value's size adds."""
        compiled = self._compiled
        if compiled is None:
            compiled = self._compiled = self._compile()
        return compiled.is_valid(value)

    def of_parts(self) -> SchemaValidator:
        """The same for a value that need not have all that is required."""
        return SchemaValidator(
            self._document,
            self._schema,
            where=self._where,
            place=self._place,
            request=self._without == "readOnly",
            partial=True,
        )

    def violations(self, value: Any, at: str = "") -> list[Violation]:
        """What is wrong with `value`; `at` is where it stands in the message."""
        self.accepts(value)
        assert self._compiled is not None
        found: list[Violation] = []
        try:
            for error in self._compiled.iter_errors(value):
                found.append(self._violation(error, at))
                if len(found) == MOST_VIOLATIONS:
                    break
        except ValueError:  # jsonschema-rs shows no value that is more than 255 levels deep
            told = "does not fit, and is too deep to say where"
            found.append(Violation(self._where, at, told, self._place))
        return found

    def _violation(self, error: ValidationError, at: str) -> Violation:
        steps = "".join(f"/{escape(step)}" for step in error.instance_path)
        message = error.message
        if len(message) > 300:
            message = f"{message[:140]} ... {message[-140:]}"
        return Violation(self._where, at + steps, message, self._rule(error.schema_path))

    def _rule(self, path: list[str | int]) -> str:
        """The JSON pointer to the broken rule: as far as the document has it, for the converted
        schema says some rules in keywords of its own."""
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
        schema = self._say(self._schema, named)
        if named:
            schema = {**schema, "$defs": named}
        return Draft202012Validator(schema, validate_formats=True)

    def _say(self, schema: Any, named: dict[str, Any]) -> Any:
        if not isinstance(schema, dict):
            return schema
        ref = schema.get("$ref")
        if isinstance(ref, str):
            return {"$ref": self._name(ref, named)}
        said: dict[str, Any] = {key: value for key, value in schema.items() if key in _KEPT}
        for key in _SCHEMA_MAPS:
            if key in schema:
                said[key] = {name: self._say(s, named) for name, s in schema[key].items()}
        for key in _SCHEMA_LISTS:
            if key in schema:
                said[key] = [self._say(s, named) for s in schema[key]]
        for key in _SCHEMAS:
            if key in schema:
                said[key] = self._say(schema[key], named)
        self._say_numbers(schema, said)
        if self._partial:
            _loosen(said)
        self._drop_one_way_properties(schema, said)
        return _nullable(said) if schema.get("nullable") is True else said

    @staticmethod
    def _say_numbers(schema: dict[str, Any], said: dict[str, Any]) -> None:
        for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
            if schema.get(exclusive) is True and bound in said:
                said[exclusive] = said.pop(bound)
        limit = _BOUNDS.get(schema.get("format", ""))
        if limit and schema.get("type") == "integer":
            said["minimum"] = max(said.get("minimum", -limit), -limit)
            said["maximum"] = min(said.get("maximum", limit - 1), limit - 1)

    def _drop_one_way_properties(self, schema: dict[str, Any], said: dict[str, Any]) -> None:
        """No `readOnly` property is required in a request, and no `writeOnly` one in an answer."""
        properties = schema.get("properties", {})
        if "required" in said:
            said["required"] = [
                name
                for name in said["required"]
                if not (
                    isinstance(properties.get(name), dict) and properties[name].get(self._without)
                )
            ]

    def _name(self, ref: str, named: dict[str, Any]) -> str:
        """The reference to a definition, which is added where it is new."""
        name = ref.removeprefix("#/components/schemas/").removeprefix("#")
        if name not in named:
            named[name] = True  # a recursive schema meets itself here
            named[name] = self._say(follow(self._document, ref), named)
        return f"#/$defs/{escape(name)}"


def _loosen(said: dict[str, Any]) -> None:
    """Without what a part of a value may break; of choices, a part may fit more than one."""
    for key in ("required", "minProperties", "not"):
        said.pop(key, None)
    if "oneOf" in said:
        said["allOf"] = [*said.get("allOf", ()), {"anyOf": said.pop("oneOf")}]


def _nullable(said: dict[str, Any]) -> dict[str, Any]:
    """The schema, or null: said in its type where it has one, so that faults stay exact."""
    if "type" not in said:
        return {"anyOf": [{"type": "null"}, said]}
    said["type"] = [said["type"], "null"]
    if "enum" in said:
        said["enum"] = [*said["enum"], None]
    return said
