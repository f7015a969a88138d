"""What the search finds in many operations by the same name: fields and their allowed values,
schemas, parameters, headers and statuses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from understudy.web.reference.operation_page import OperationPage
from understudy.web.reference.schema.node import SchemaNode

#: Names below this depth of a schema have one place in an API, however many operations have them.
_DEEPEST = 2
#: The allowed values of one field that are found; lists of more are for machines.
_MOST_VALUES = 100


@dataclass(slots=True)
class SharedName:
    """A name in an API, with the numbers of the operations that have it, each with the anchor of
    its first place on the page."""

    kind: str
    name: str
    place: str
    anchors: dict[int, str] = field(default_factory=dict)


class _Named(NamedTuple):
    """A name on a page, the anchor of its place, and how deep in a schema it is."""

    kind: str
    name: str
    anchor: str
    depth: int = 0


class NameCollector:
    """Collects the names of one API, page by page."""

    def __init__(self, place: str) -> None:
        self._place = place
        self._names: dict[tuple[str, str], SharedName] = {}

    @property
    def names(self) -> list[SharedName]:
        """All names, in the order in which they were found."""
        return list(self._names.values())

    def add(self, operation: int, page: OperationPage) -> None:
        """Add the names of an operation's page; the operation is known by its number."""
        for kind, name, anchor, depth in _names_on(page):
            shared = self._names.get((kind, name))
            if shared is None:
                shared = self._names[kind, name] = SharedName(kind, name, self._place)
            elif depth > _DEEPEST:
                continue
            shared.anchors.setdefault(operation, anchor)


def _names_on(page: OperationPage) -> Iterator[_Named]:
    for row in page.rows:
        yield _Named("parameter", row.parameter.name, row.anchor)
        yield from _values_of(row.tree, row.anchor)
    contents = list(page.contents)
    for response in page.responses:
        yield _Named("status", f"{response.status} {response.reason}".strip(), response.anchor)
        yield from (_Named("header", h.name, h.anchor) for h in response.headers)
        contents += response.contents
    for content in contents:
        if content.tree is not None:
            yield from _names_in(content.tree)


def _values_of(node: SchemaNode, anchor: str, depth: int = 0) -> Iterator[_Named]:
    """Yield the texts that a schema allows, if they are few; numbers say nothing without their
    field."""
    if len(node.values) <= _MOST_VALUES:
        texts = (json.loads(value) for value in node.values if value.startswith('"'))
        yield from (_Named("value", text, anchor, depth) for text in texts)


def _names_in(node: SchemaNode, depth: int = 1) -> Iterator[_Named]:
    """Yield the names of a schema and its fields, and of those in it."""
    if node.title and not node.link:
        yield _Named("schema", node.title, node.anchor, depth - 1)
    if not node.link:
        yield from _values_of(node, node.anchor, depth - 1)
    for child in node.children:
        yield _Named("field", child.name, child.anchor, depth)
    for part in (*node.children, *node.alternatives, *node.conditions):
        yield from _names_in(part, depth + 1)
