"""A schema in its document, in the form in which two versions of it are compared."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from understudy.openapi.document import Document, resolve
from understudy.openapi.schemas.schema import CHOICES, Schema, as_object, merged, types_of

#: Keywords that say nothing about which values are valid.
ANNOTATIONS = frozenset(
    [
        *("title", "description", "default", "example", "examples", "deprecated", "$comment"),
        *("readOnly", "writeOnly", "externalDocs", "xml", "discriminator"),
        *("$id", "$anchor", "$schema", "$defs", "contentSchema"),
    ]
)
#: Keywords that say which values of any type are valid, null among them; besides `type`.
_OF_ANY_VALUE = frozenset(
    ["enum", "const", "not", "if", "then", "else", "anyOf", "oneOf", "allOf", "$ref"]
)


class LocatedSchema(NamedTuple):
    """A schema and the document that it is in."""

    document: Document
    schema: Any

    def merged(self) -> LocatedSchema:
        """Return the schema with its reference followed and its `allOf` merged into it.

        Two ways to write the same have one form then: null as an alternative and as a type, and
        the formats `byte` and `binary` and their keywords in JSON Schema.
        """
        schema = self._with_null_as_type(merged(self.document, self.schema))
        return self.part(_without_binary_formats(schema))

    def part(self, schema: Any) -> LocatedSchema:
        """Return a schema of the same document."""
        return LocatedSchema(self.document, schema)

    def resolved(self) -> Schema:
        """Return the schema with its reference followed."""
        return as_object(resolve(self.document, self.schema))

    def _with_null_as_type(self, schema: Schema) -> Schema:
        """Return a schema that has null as its only other alternative, with null as a type."""
        keyword = choice_keyword(schema)
        alternatives = schema[keyword] if keyword else ()
        others = [each for each in alternatives if not _is_null(each)]
        is_limited = bool({*schema} & (_OF_ANY_VALUE | {"type"}) - {keyword})
        if len(others) != 1 or len(alternatives) != 2 or is_limited:
            return schema
        rest = {key: value for key, value in schema.items() if key != keyword}
        other = merged(self.document, {"allOf": [rest, others[0]]})
        if "type" not in other or other.keys() & _OF_ANY_VALUE:
            return schema
        return {**other, "type": [*dict.fromkeys((*types_of(other), "null"))]}


def choice_keyword(schema: Schema) -> str:
    """Return the keyword by which a schema lists alternatives, or an empty string."""
    return next((key for key in reversed(CHOICES) if schema.get(key)), "")


def without_meaning(schema: Any) -> Any:
    """Return a schema, or True if it allows everything."""
    return True if schema == {} else schema


def rules(schema: Schema) -> Iterator[tuple[str, Any]]:
    """Yield the keywords that say which values are valid."""
    for key, value in schema.items():
        if key not in ANNOTATIONS and not key.startswith("x-"):
            yield key, value


def _is_null(schema: Any) -> bool:
    return isinstance(schema, dict) and types_of(schema) == ("null",)


def _without_binary_formats(schema: Schema) -> Schema:
    if schema.get("format") == "byte":
        schema = {**schema, "contentEncoding": "base64"}
        del schema["format"]
    for key, value in (("format", "binary"), ("contentMediaType", "application/octet-stream")):
        if schema.get(key) == value:
            schema = {name: rule for name, rule in schema.items() if name != key}
    return schema
