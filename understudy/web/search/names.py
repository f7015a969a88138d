"""What the search finds in many operations by the same name: fields, schemas, parameters,
headers and statuses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from understudy.web.reference.operation_page import OperationPage


@dataclass(slots=True)
class SharedName:
    """A name in an API, with the numbers of the operations that have it, each with the anchor of
    its first place on the page."""

    kind: str
    name: str
    place: str
    anchors: dict[int, str] = field(default_factory=dict)


class NameCollector:
    """Collects the names of one API, page by page."""

    def __init__(self, place: str) -> None:
        self._place = place
        self._names: dict[tuple[str, str], SharedName] = {}

    @property
    def names(self) -> list[SharedName]:
        """All names, in the order of their kinds."""
        return list(self._names.values())

    def add(self, operation: int, page: OperationPage) -> None:
        """Add the names of an operation's page; the operation is known by its number."""
        for kind, name, anchor in _names_on(page):
            shared = self._names.get((kind, name))
            if shared is None:
                shared = self._names[kind, name] = SharedName(kind, name, self._place)
            shared.anchors.setdefault(operation, anchor)


def _names_on(page: OperationPage) -> Iterator[tuple[str, str, str]]:
    """Yield the kind, the name and the anchor of everything with a name."""
    for row in page.rows:
        yield "parameter", row.parameter.name, row.anchor
    for response in page.responses:
        yield "status", f"{response.status} {response.reason}".strip(), response.anchor
        for header in response.headers:
            yield "header", header.name, header.anchor
    for section, node in page.fields:
        if node.title and not node.link:
            yield "schema", node.title, node.anchor or section
        for child in node.children:
            yield "field", child.name, child.anchor
