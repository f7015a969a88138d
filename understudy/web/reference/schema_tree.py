"""A schema as a tree for readers, with its references resolved.

A named schema is expanded once in a tree. At every other place, its own fields included, is a link
to the expanded one, so that every tree ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from understudy.openapi.document import Document, resolve
from understudy.openapi.schemas.schema import CHOICES, Schema, as_object, merged, types_of
from understudy.web.reference.schema_words import condition_of, has_parts, kind_of, limits_of

_FLAGS = {"deprecated": "deprecated", "readOnly": "read only", "writeOnly": "write only"}
#: The keywords that do not keep a schema from being the one that it refers to.
_ABOUT = frozenset(
    [*_FLAGS, "description", "title", "default", "example", "examples", "externalDocs", "xml"]
)
#: The depth of schemas in schemas that are shown, and the number of schemas on a page in which
#: others are shown; schemas that combine themselves with others have no end.
_DEEPEST, _MOST_NODES = 20, 1500


@dataclass(frozen=True, slots=True)
class SchemaNode:
    """One schema: `name` is that of its field, `title` its own, `kind` its type in words.

    `anchor` is the id of the element that shows it expanded; `link` the anchor of another place
    where it is expanded already. `conditions` are schemas that apply on a condition, which is the
    title of each.
    """

    name: str
    title: str
    kind: str
    description: str
    required: bool
    limits: tuple[str, ...]
    flags: tuple[str, ...]
    anchor: str = ""
    link: str = ""
    children: tuple[SchemaNode, ...] = ()
    alternatives: tuple[SchemaNode, ...] = ()
    conditions: tuple[SchemaNode, ...] = ()

    def walk(self) -> Iterator[SchemaNode]:
        """Yield this node and all below it."""
        yield self
        for child in (*self.children, *self.alternatives, *self.conditions):
            yield from child.walk()


class SchemaTrees:
    """Makes trees that share their expanded schemas; anchors begin with `prefix`."""

    def __init__(self, document: Document, prefix: str) -> None:
        self._document = document
        self._prefix = prefix
        self._anchors: dict[str, str] = {}
        self._array_names: list[str] = []  # the named arrays around the schema at hand
        self._depth = self._nodes = 0

    def tree(
        self, schema: Any, name: str = "", *, required: bool = False, known_as: str = ""
    ) -> SchemaNode:
        """Return the tree of a schema; `name` and `required` are those of its field, and `known_as`
        is the name of the schema if it refers to none."""
        schema_name = _name_of(schema) or known_as
        whole = merged(self._document, schema)
        other = self._other_than_null(whole)
        if other is not None:
            node = self.tree(other, name, required=required, known_as=schema_name)
            return _or_null(node, whole)
        node = SchemaNode(
            name=name,
            title=str(whole.get("title", "") or schema_name),
            kind=kind_of(whole, schema_name),
            description=str(whole.get("description", "")),
            required=required,
            limits=tuple(limits_of(self._document, whole)),
            flags=tuple(text for key, text in _FLAGS.items() if whole.get(key) is True),
        )
        self._depth += 1
        try:
            return self._with_parts(node, schema, whole, schema_name)
        finally:
            self._depth -= 1

    def _with_parts(
        self, node: SchemaNode, schema: Any, whole: Schema, schema_name: str
    ) -> SchemaNode:
        self._nodes += 1
        if self._depth > _DEEPEST or self._nodes > _MOST_NODES:
            return node
        if "array" in types_of(whole) and not whole.get("prefixItems"):
            return self._array(node, whole.get("items", {}), schema_name)
        if has_parts(whole) or whole.get("prefixItems") or "contentSchema" in whole:
            return self._expanded(node, schema, whole, schema_name)
        return node

    def _other_than_null(self, schema: Schema) -> Any:
        """Return the schema whose only alternative is null, or None."""
        keyword = next((key for key in CHOICES if schema.get(key)), "")
        alternatives = schema.get(keyword, ())
        others = [s for s in alternatives if types_of(as_object(s)) != ("null",)]
        is_plain = not schema.keys() - _ABOUT - {keyword}
        return others[0] if len(alternatives) == 2 and len(others) == 1 and is_plain else None

    def _expanded(
        self, node: SchemaNode, schema: Any, whole: Schema, schema_name: str
    ) -> SchemaNode:
        if schema_name in self._anchors:
            return replace(node, link=self._anchors[schema_name], limits=())
        anchor = ""
        if schema_name:
            anchor = self._anchors[schema_name] = self._new_anchor(schema_name)
        return replace(
            node,
            anchor=anchor,
            children=tuple(self._children(whole)),
            alternatives=tuple(self.tree(part) for key in CHOICES for part in whole.get(key, ())),
            conditions=tuple(self._conditions(schema, frozenset())),
        )

    def _children(self, schema: Schema) -> Iterator[SchemaNode]:
        """Yield the nodes of the parts of a value."""
        required = schema.get("required", ())
        for name, part in schema.get("properties", {}).items():
            yield self.tree(part, name, required=name in required)
        for pattern, part in schema.get("patternProperties", {}).items():
            yield self.tree(part, f"any name that matches {pattern}")
        for key in ("additionalProperties", "unevaluatedProperties"):
            if isinstance(schema.get(key), dict) and schema[key]:
                yield self.tree(schema[key], "any other name")
        for number, part in enumerate(schema.get("prefixItems", ()), 1):
            yield self.tree(part, f"item {number}")
        if schema.get("prefixItems") and isinstance(schema.get("items"), dict):
            yield self.tree(schema["items"], "any other item")
        if "contentSchema" in schema:
            yield self.tree(schema["contentSchema"], "its content")

    def _conditions(self, schema: Any, within: frozenset[str]) -> Iterator[SchemaNode]:
        """Yield the nodes of what applies on a condition, by any part of the schema."""
        ref = schema.get("$ref", "") if isinstance(schema, dict) else ""
        if ref in within:
            return
        whole = as_object(resolve(self._document, schema))
        condition = condition_of(self._document, whole["if"]) if "if" in whole else ""
        if condition and "then" in whole:
            yield self._titled(whole["then"], f"If {condition}")
        if condition and "else" in whole:
            yield self._titled(whole["else"], f"Unless {condition}")
        for name, part in whole.get("dependentSchemas", {}).items():
            yield self._titled(part, f"If {name} is present")
        for part in whole.get("allOf", ()):
            yield from self._conditions(part, within | {ref} if ref else within)

    def _titled(self, schema: Any, title: str) -> SchemaNode:
        node = self.tree(schema)
        required = merged(self._document, schema).get("required", ())
        named = {child.name for child in node.children}
        missing = [str(name) for name in required if name not in named]
        limits = (f"needs {', '.join(missing)}", *node.limits) if missing else node.limits
        return replace(node, title=title, limits=limits)

    def _array(self, node: SchemaNode, items: Any, schema_name: str) -> SchemaNode:
        """Return an array's node with the fields of its items."""
        if schema_name and schema_name in self._array_names:  # an array of itself
            return replace(node, kind=schema_name)
        self._array_names.append(schema_name)
        item = self.tree(items)
        self._array_names.pop()
        return replace(
            node,
            kind=re.sub(r"\barray\b", lambda _: f"array of {item.kind}", node.kind, count=1),
            description=node.description or item.description,
            limits=(*node.limits, *(f"each {limit}" for limit in item.limits)),
            anchor=item.anchor,
            link=item.link,
            children=item.children,
            alternatives=item.alternatives,
            conditions=item.conditions,
        )

    def _new_anchor(self, schema_name: str) -> str:
        anchor = f"{self._prefix}-{re.sub(r'[^A-Za-z0-9_.-]', '-', schema_name)}"
        return f"{anchor}-{len(self._anchors)}" if anchor in self._anchors.values() else anchor


def _or_null(node: SchemaNode, schema: Schema) -> SchemaNode:
    """Return the node of a schema that allows null, too, with the words of that schema."""
    flags = [text for key, text in _FLAGS.items() if schema.get(key) is True]
    return replace(
        node,
        kind=node.kind if node.kind.endswith(" or null") else f"{node.kind} or null",
        description=str(schema.get("description", node.description)),
        flags=tuple(dict.fromkeys((*node.flags, *flags))),
    )


def _name_of(schema: Any) -> str:
    """Return the name of the schema that another is: what it refers to, perhaps with words of its
    own about it."""
    if not isinstance(schema, dict):
        return ""
    parts = schema.get("allOf")
    if isinstance(parts, list) and len(parts) == 1 and not schema.keys() - _ABOUT - {"allOf"}:
        return _name_of(parts[0])
    ref = schema.get("$ref")
    return ref.rpartition("/")[2] if isinstance(ref, str) else ""
