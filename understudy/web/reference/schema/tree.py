"""A schema as a tree for readers, with its references resolved.

A shared schema is expanded once in a section of a page. At every other place, its own fields
included, is a link to the expanded one, so that every tree ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from understudy.openapi.document import Document, resolve
from understudy.openapi.schemas.discriminator import discriminator_of
from understudy.openapi.schemas.schema import CHOICES, Schema, as_object, merged, types_of
from understudy.web.reference.schema.anchors import Anchors
from understudy.web.reference.schema.node import SchemaNode, flags_of, or_null
from understudy.web.reference.schema.shared import (
    SharedSchema,
    other_than_null,
    shared_schema,
    static,
)
from understudy.web.reference.schema.words import (
    as_json,
    condition_of,
    has_parts,
    kind_of,
    limits_of,
    listed,
    values_of,
)

_NOT_SHOWN = "its parts are not shown here, because the page is long: the document has them"


class SchemaTrees:
    """Makes the trees of one section of a page; they share their expanded schemas."""

    def __init__(self, document: Document, anchors: Anchors | None = None) -> None:
        self._document = document
        self._anchors = Anchors() if anchors is None else anchors
        self._expanded_at: dict[str, str] = {}
        self._arrays: list[str] = []  # the references to the arrays around the schema at hand
        self._depth = 0

    def tree(
        self,
        schema: Any,
        name: str = "",
        *,
        anchor: str,
        required: bool = False,
        known_as: SharedSchema | None = None,
    ) -> SchemaNode:
        """Return the tree of a schema in the element with the id `anchor`.

        `name` and `required` are those of its field; `known_as` is what it is if it refers to no
        other schema.
        """
        shared = shared_schema(schema) or known_as or SharedSchema()
        whole = merged(self._document, static(schema))
        other = other_than_null(whole)
        # A schema may be itself or null.
        if other is not None and self._depth <= self._anchors.deepest:
            with self._deeper():
                node = self.tree(other, name, anchor=anchor, required=required, known_as=shared)
            return or_null(node, whole)
        node = SchemaNode(
            name=name,
            title=str(whole.get("title", "")).strip() or shared.name.strip(),
            kind=kind_of(whole, shared.name),
            description=str(whole.get("description", "")),
            required=required,
            limits=tuple(limits_of(self._document, whole)),
            flags=flags_of(whole),
            anchor=anchor,
            values=tuple(values_of(whole)),
        )
        with self._deeper():
            return self._with_parts(node, schema, whole, shared)

    @contextmanager
    def _deeper(self) -> Iterator[None]:
        """Count a schema within the schema at hand."""
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1

    def _with_parts(
        self, node: SchemaNode, schema: Any, whole: Schema, shared: SharedSchema
    ) -> SchemaNode:
        is_list = "array" in types_of(whole) and not whole.get("prefixItems")
        if not is_list and not (
            has_parts(whole) or whole.get("prefixItems") or "contentSchema" in whole
        ):
            return node
        if self._depth > self._anchors.deepest or self._anchors.are_too_many:
            return replace(node, limits=(*node.limits, _NOT_SHOWN))
        if is_list:
            return self._array(node, whole.get("items", {}), shared)
        return self._expanded(node, schema, whole, shared)

    def _expanded(
        self, node: SchemaNode, schema: Any, whole: Schema, shared: SharedSchema
    ) -> SchemaNode:
        if shared.ref in self._expanded_at:
            return replace(node, link=self._expanded_at[shared.ref], limits=(), values=())
        if shared.ref:
            self._expanded_at[shared.ref] = node.anchor
        return replace(
            node,
            children=tuple(self._children(whole, node.anchor)),
            alternatives=tuple(self._alternatives(schema, whole, node.anchor, shared)),
            conditions=tuple(self._conditions(schema, node.anchor, frozenset())),
        )

    def _part(self, schema: Any, name: str, around: str, segment: str = "") -> SchemaNode:
        return self.tree(schema, name, anchor=self._anchors.new(around, segment or name))

    def _children(self, schema: Schema, around: str) -> Iterator[SchemaNode]:
        """Yield the nodes of the parts of a value."""
        required = schema.get("required", ())
        for name, part in schema.get("properties", {}).items():
            anchor = self._anchors.new(around, name)
            yield self.tree(part, name, anchor=anchor, required=name in required)
        for pattern, part in schema.get("patternProperties", {}).items():
            yield self._part(part, f"any name that matches {pattern}", around, f"names-{pattern}")
        for key in ("additionalProperties", "unevaluatedProperties"):
            if isinstance(schema.get(key), dict) and schema[key]:
                yield self._part(schema[key], "any other name", around)
        for number, part in enumerate(schema.get("prefixItems", ()), 1):
            yield self._part(part, f"item {number}", around)
        if schema.get("prefixItems") and isinstance(schema.get("items"), dict):
            yield self._part(schema["items"], "any other item", around)
        if "contentSchema" in schema:
            yield self._part(schema["contentSchema"], "its content", around)

    def _alternatives(
        self, schema: Any, whole: Schema, around: str, shared: SharedSchema
    ) -> Iterator[SchemaNode]:
        """Yield the nodes of the alternatives, each with the values that choose it."""
        # A part of a schema inherits the discriminator of a base, but not its alternatives.
        own = whole if any(map(whole.get, CHOICES)) else as_object(resolve(self._document, schema))
        chooser = discriminator_of(self._document, own, shared.ref or None)
        chosen_by = {} if chooser is None else {c.index: c.values for c in chooser.choices}
        number = 0
        for key in CHOICES:
            for index, part in enumerate(whole.get(key, ())):
                number += 1
                is_chosen = chooser is not None and chooser.keyword == key
                values = chosen_by.get(index, ()) if is_chosen else ()
                node = self._alternative(part, around, number)
                yield (
                    node
                    if not values or chooser is None
                    else replace(node, when=_when(chooser.property_name, values))
                )
        if chooser is not None and chooser.keyword == "allOf":
            for choice in chooser.choices:
                node = self._alternative(choice.schema, around, 0)
                yield replace(node, when=_when(chooser.property_name, choice.values))

    def _alternative(self, schema: Any, around: str, number: int) -> SchemaNode:
        title = (shared_schema(schema) or SharedSchema()).name or as_object(schema).get("title")
        return self._part(schema, "", around, str(title or number))

    def _conditions(self, schema: Any, around: str, within: frozenset[str]) -> Iterator[SchemaNode]:
        """Yield the nodes of what applies on a condition, by any part of the schema."""
        ref = schema.get("$ref", "") if isinstance(schema, dict) else ""
        if ref in within:
            return
        whole = as_object(resolve(self._document, schema))
        condition = condition_of(self._document, whole["if"]) if "if" in whole else ""
        if condition and "then" in whole:
            yield self._titled(whole["then"], f"If {condition}", around)
        if condition and "else" in whole:
            yield self._titled(whole["else"], f"Unless {condition}", around)
        for name, part in whole.get("dependentSchemas", {}).items():
            yield self._titled(part, f"If {name} is present", around)
        for part in whole.get("allOf", ()):
            yield from self._conditions(part, around, within | {ref} if ref else within)

    def _titled(self, schema: Any, title: str, around: str) -> SchemaNode:
        node = self._part(schema, "", around, title)
        required = merged(self._document, schema).get("required", ())
        named = {child.name for child in node.children}
        missing = [str(name) for name in required if name not in named]
        limits = (f"needs {', '.join(missing)}", *node.limits) if missing else node.limits
        return replace(node, title=title, limits=limits)

    def _array(self, node: SchemaNode, items: Any, shared: SharedSchema) -> SchemaNode:
        """Return an array's node with the fields of its items."""
        if shared.ref and shared.ref in self._arrays:  # an array of itself
            return replace(node, kind=shared.name)
        self._arrays.append(shared.ref)
        item = self.tree(items, anchor=node.anchor)
        self._arrays.pop()
        return replace(
            node,
            kind=re.sub(r"\barray\b", lambda _: f"array of {item.kind}", node.kind, count=1),
            description=node.description or item.description,
            limits=(*node.limits, *(f"each {limit}" for limit in item.limits)),
            values=node.values or item.values,
            values_of_items=not node.values and bool(item.values),
            link=item.link,
            children=item.children,
            alternatives=item.alternatives,
            conditions=item.conditions,
        )


def _when(name: str, values: tuple[Any, ...]) -> str:
    return f"{name} is {listed([as_json(value) for value in values], 'or')}"
