"""A schema as a tree for readers, with its references resolved.

A named schema is expanded once in a tree. At every other place, its own fields included, is a link
to the expanded one, so that every tree ends.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from understudy.openapi.document import Document
from understudy.openapi.schemas.schema import merged

Schema = dict[str, Any]

_FLAGS = {"deprecated": "deprecated", "readOnly": "read only", "writeOnly": "write only"}
_BOUNDS = {
    "minimum": "at least {}",
    "maximum": "at most {}",
    "multipleOf": "a multiple of {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minItems": "at least {} items",
    "maxItems": "at most {} items",
    "minProperties": "at least {} fields",
    "maxProperties": "at most {} fields",
    "pattern": "matches {}",
}
#: The keywords of alternatives, and the type in words of a schema that has no other.
_ALTERNATIVES = {"oneOf": "one of these", "anyOf": "any of these"}
#: The length of a JSON value that is shown in full.
_MOST_JSON = 120


@dataclass(frozen=True, slots=True)
class SchemaNode:
    """One schema: `name` is that of its field, `title` its own, `kind` its type in words.

    `anchor` is the id of the element that shows it expanded; `link` the anchor of another place
    where it is expanded already.
    """

    name: str
    title: str
    kind: str
    description: str
    required: bool
    limits: tuple[str, ...]
    flags: tuple[str, ...]
    anchor: str
    link: str
    children: tuple[SchemaNode, ...]
    alternatives: tuple[SchemaNode, ...]

    def walk(self) -> Iterator[SchemaNode]:
        """Yield this node and all below it."""
        yield self
        for child in (*self.children, *self.alternatives):
            yield from child.walk()


class SchemaTrees:
    """Makes trees that share their expanded schemas; anchors begin with `prefix`."""

    def __init__(self, document: Document, prefix: str) -> None:
        self._document = document
        self._prefix = prefix
        self._anchors: dict[str, str] = {}
        self._array_names: list[str] = []  # the named arrays around the schema at hand

    def tree(self, schema: Any, name: str = "", *, required: bool = False) -> SchemaNode:
        """Return the tree of a schema; `name` and `required` are those of its field."""
        ref = schema.get("$ref") if isinstance(schema, dict) else None
        schema_name = ref.rpartition("/")[2] if isinstance(ref, str) else ""
        whole = merged(self._document, schema)
        kind, items = self._kind(whole, schema_name)
        node = SchemaNode(
            name=name,
            title=str(whole.get("title", "") or schema_name),
            kind=kind,
            description=str(whole.get("description", "")),
            required=required,
            limits=tuple(_limits(whole)),
            flags=tuple(text for key, text in _FLAGS.items() if whole.get(key) is True),
            anchor="",
            link="",
            children=(),
            alternatives=(),
        )
        if items is not None:  # an array shows the fields of its items
            return self._array(node, items, schema_name)
        if not _has_parts(whole):
            return node
        return self._expanded(node, whole, schema_name)

    def _expanded(self, node: SchemaNode, schema: Schema, schema_name: str) -> SchemaNode:
        if schema_name in self._anchors:
            return replace(node, link=self._anchors[schema_name])
        anchor = ""
        if schema_name:
            anchor = self._anchors[schema_name] = self._new_anchor(schema_name)
        required = schema.get("required", ())
        children = [
            self.tree(part, field, required=field in required)
            for field, part in schema.get("properties", {}).items()
        ]
        additional = schema.get("additionalProperties")
        if isinstance(additional, dict) and additional:
            children.append(self.tree(additional, "any other name"))
        alternatives = [self.tree(part) for key in _ALTERNATIVES for part in schema.get(key, ())]
        return replace(
            node, anchor=anchor, children=tuple(children), alternatives=tuple(alternatives)
        )

    def _array(self, node: SchemaNode, items: Any, schema_name: str) -> SchemaNode:
        """Return an array's node with the fields of its items."""
        if schema_name and schema_name in self._array_names:  # an array of itself
            return replace(node, kind=schema_name)
        self._array_names.append(schema_name)
        item = self.tree(items)
        self._array_names.pop()
        or_null = " or null" if node.kind.endswith(" or null") else ""
        return replace(
            node,
            kind=f"array of {item.kind}{or_null}",
            description=node.description or item.description,
            limits=(*node.limits, *(f"each {limit}" for limit in item.limits)),
            anchor=item.anchor,
            link=item.link,
            children=item.children,
            alternatives=item.alternatives,
        )

    def _kind(self, schema: Schema, schema_name: str) -> tuple[str, Any]:
        """Return a schema's type in words, and the schema of its items if it is an array."""
        or_null = " or null" if schema.get("nullable") is True else ""
        if schema.get("type") == "array":
            return f"array{or_null}", schema.get("items", {})
        if schema_name and _has_parts(schema):
            return schema_name + or_null, None
        choice = next((text for key, text in _ALTERNATIVES.items() if schema.get(key)), None)
        kind = str(schema.get("type") or ("object" if "properties" in schema else choice or "any"))
        if "format" in schema:
            kind += f" ({schema['format']})"
        return kind + or_null, None

    def _new_anchor(self, schema_name: str) -> str:
        anchor = f"{self._prefix}-{re.sub(r'[^A-Za-z0-9_.-]', '-', schema_name)}"
        return f"{anchor}-{len(self._anchors)}" if anchor in self._anchors.values() else anchor


def _has_parts(schema: Schema) -> bool:
    additional = schema.get("additionalProperties")
    return any(schema.get(key) for key in ("properties", *_ALTERNATIVES)) or (
        isinstance(additional, dict) and bool(additional)
    )


def _limits(schema: Schema) -> Iterator[str]:
    """Yield the limits of a schema's value, each in words."""
    if "enum" in schema:
        yield "one of " + ", ".join(map(_json, schema["enum"]))
    for key, text in _BOUNDS.items():
        if key in schema:
            exclusive = schema.get(f"exclusive{key.capitalize()}") is True
            yield text.format(schema[key]) + (", exclusive" if exclusive else "")
    if schema.get("uniqueItems") is True:
        yield "unique items"
    if schema.get("additionalProperties") is False:
        yield "no other fields"
    if "default" in schema:
        yield f"default {_json(schema['default'])}"
    if "example" in schema and not _has_parts(schema):
        yield f"for example {_json(schema['example'])}"


def _json(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) < _MOST_JSON else f"{text[: _MOST_JSON - 3]}..."
