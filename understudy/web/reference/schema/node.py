"""A schema in a tree for readers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from understudy.openapi.schemas.schema import Schema

#: What flags are called.
FLAGS = {"deprecated": "deprecated", "readOnly": "read only", "writeOnly": "write only"}


@dataclass(frozen=True, slots=True)
class SchemaNode:
    """One schema: `name` is that of its field, `title` its own, `kind` its type in words.

    `values` are all that are allowed, if they are listed; of an array's node, `values_of_items`
    tells that they are those of each item. `anchor` is the id of its element, and `link` that of
    another place where it is expanded already. `when` tells which values of a field choose it.
    `conditions` are schemas that apply on a condition, which is the title of each.
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
    when: str = ""
    values: tuple[str, ...] = ()
    values_of_items: bool = False
    children: tuple[SchemaNode, ...] = ()
    alternatives: tuple[SchemaNode, ...] = ()
    conditions: tuple[SchemaNode, ...] = ()

    def walk(self) -> Iterator[SchemaNode]:
        """Yield this node and all below it."""
        yield self
        for child in (*self.children, *self.alternatives, *self.conditions):
            yield from child.walk()


def flags_of(schema: Schema) -> tuple[str, ...]:
    """Return the flags that a schema has, in words."""
    return tuple(text for key, text in FLAGS.items() if schema.get(key) is True)


def or_null(node: SchemaNode, schema: Schema) -> SchemaNode:
    """Return the node of a schema that allows null, too, with the words of that schema."""
    return replace(
        node,
        kind=node.kind if node.kind.endswith(" or null") else f"{node.kind} or null",
        description=str(schema.get("description", node.description)),
        flags=tuple(dict.fromkeys((*node.flags, *flags_of(schema)))),
    )
