"""The structure of OpenAPI documents: which part of a document is of which kind.

Examples, defaults, enums and extensions are data: nothing in them is a reference or a schema,
whatever it looks like. So parts are never searched for by their keys, but by a typed walk.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from understudy.openapi.document import pointer

#: The fields of a path item that hold operations.
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")

#: How a field holds parts: one part, parts by name, or a list of parts.
ONE, MAP, LIST = "one", "map", "list"

Fields = dict[str, tuple[str, str]]

#: The keywords of JSON Schema that hold schemas.
SCHEMA_FIELDS: Fields = {
    **dict.fromkeys(
        ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas"),
        (MAP, "schema"),
    ),
    **dict.fromkeys(("allOf", "anyOf", "oneOf", "prefixItems"), (LIST, "schema")),
    **dict.fromkeys(
        (
            *("items", "contains", "additionalProperties", "propertyNames", "not", "if", "then"),
            *("else", "unevaluatedItems", "unevaluatedProperties", "contentSchema"),
            "additionalItems",
        ),
        (ONE, "schema"),
    ),
}
_VALUE: Fields = {
    "schema": (ONE, "schema"),
    "content": (MAP, "mediaType"),
    "examples": (MAP, "example"),
}
_PATH_ITEM: Fields = {
    **dict.fromkeys(METHODS, (ONE, "operation")),
    "additionalOperations": (MAP, "operation"),
    "parameters": (LIST, "parameter"),
}
_OPERATION: Fields = {
    "parameters": (LIST, "parameter"),
    "requestBody": (ONE, "requestBody"),
    "responses": (MAP, "response"),
    "callbacks": (MAP, "callback"),
}
#: The fields of each kind of part that hold parts, in OpenAPI 3.
_FIELDS: dict[str, Fields] = {
    "document": {
        "paths": (ONE, "paths"),
        "webhooks": (MAP, "pathItem"),
        "x-webhooks": (MAP, "pathItem"),  # Redocly's, for OpenAPI 3.0
        "components": (ONE, "components"),
    },
    "components": {
        "schemas": (MAP, "schema"),
        "responses": (MAP, "response"),
        "parameters": (MAP, "parameter"),
        "examples": (MAP, "example"),
        "requestBodies": (MAP, "requestBody"),
        "headers": (MAP, "header"),
        "securitySchemes": (MAP, "securityScheme"),
        "links": (MAP, "link"),
        "callbacks": (MAP, "callback"),
        "pathItems": (MAP, "pathItem"),
        "mediaTypes": (MAP, "mediaType"),
    },
    "pathItem": _PATH_ITEM,
    "operation": _OPERATION,
    "parameter": _VALUE,
    "header": _VALUE,
    "requestBody": {"content": (MAP, "mediaType")},
    "response": {
        "headers": (MAP, "header"),
        "content": (MAP, "mediaType"),
        "links": (MAP, "link"),
    },
    "mediaType": {
        "schema": (ONE, "schema"),
        "itemSchema": (ONE, "schema"),
        "examples": (MAP, "example"),
        "encoding": (MAP, "encoding"),
        "prefixEncoding": (LIST, "encoding"),
        "itemEncoding": (ONE, "encoding"),
    },
    "encoding": {"headers": (MAP, "header")},
    "schema": SCHEMA_FIELDS,
}
#: The same in Swagger 2.0.
_FIELDS_OF_2: dict[str, Fields] = {
    "document": {
        "paths": (ONE, "paths"),
        "definitions": (MAP, "schema"),
        "parameters": (MAP, "parameter"),
        "responses": (MAP, "response"),
    },
    "pathItem": _PATH_ITEM,
    "operation": _OPERATION,
    "parameter": {"schema": (ONE, "schema")},
    "response": {"schema": (ONE, "schema")},
    "schema": SCHEMA_FIELDS,
}
#: Where a document keeps the shared parts of each kind; parts of other kinds are no references.
SHARED = {kind: ("components", field) for field, (_, kind) in _FIELDS["components"].items()}
SHARED_OF_2 = {k: (field,) for field, (how, k) in _FIELDS_OF_2["document"].items() if how == MAP}


class Part(NamedTuple):
    """A part of a document: its kind, the part itself, the steps that lead to it, and the object
    or list that holds it, with its key or index there (None for the part that a walk begins at)."""

    kind: str
    node: Any
    steps: tuple[str, ...]
    holder: Any
    key: Any

    @property
    def pointer(self) -> str:
        """The JSON pointer to the part, from where the walk began."""
        return pointer(*self.steps)

    @property
    def is_in_place(self) -> bool:
        """Return whether its holder still has it."""
        if self.holder is None:
            return True
        try:
            return self.holder[self.key] is self.node
        except (KeyError, IndexError):
            return False


def walk(node: Any, kind: str = "document", *, is_version_2: bool = False) -> Iterator[Part]:
    """Yield a part and all parts in it, in the document's order; it does not follow references.

    The caller may change the document meanwhile: parts that were removed are not entered, and
    replacements are. The parts are yielded as they are: they need not have the right JSON type.
    """
    fields = _FIELDS_OF_2 if is_version_2 else _FIELDS
    pending = [Part(kind, node, (), None, None)]
    while pending:
        part = pending.pop()
        yield part
        try:
            current = part.node if part.holder is None else part.holder[part.key]
        except (KeyError, IndexError):
            continue
        if isinstance(current, dict):
            pending += reversed(list(_parts_of(fields, part, current)))


def _parts_of(fields: dict[str, Fields], part: Part, node: dict[str, Any]) -> Iterator[Part]:
    if part.kind in ("paths", "callback"):
        for name, item in node.items():
            if not name.startswith("x-") and (part.kind == "paths" or name != "$ref"):
                yield Part("pathItem", item, (*part.steps, name), node, name)
        return
    known = fields.get(part.kind, {})
    for field, value in node.items():
        if field not in known:
            continue
        how, kind = known[field]
        steps = (*part.steps, field)
        if how == ONE:
            yield Part(kind, value, steps, node, field)
        elif how == MAP and isinstance(value, dict):
            for name, each in value.items():
                if not (field == "responses" and name.startswith("x-")):
                    yield Part(kind, each, (*steps, name), value, name)
        elif how == LIST and isinstance(value, list):
            for number, each in enumerate(value):
                yield Part(kind, each, (*steps, str(number)), value, number)


def is_dynamic(document: Any) -> bool:
    """Return whether a schema of the document has `$dynamicRef`."""
    return any(
        part.kind == "schema" and isinstance(part.node, dict) and "$dynamicRef" in part.node
        for part in walk(document)
    )
