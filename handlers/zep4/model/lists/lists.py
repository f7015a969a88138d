"""Lists of what graphs have: filtered, put into order, and shown by the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from ....zep.model.cursors import Position
from ....zep.model.dates import time_key
from .pages import Request, page


class ListRequest(NamedTuple):
    """Which page of a list a client asks for, and what the list is ordered by."""

    #: The operation and the address of the graph.
    name: str
    graph_uuid: str
    order_by: str
    order: str
    page_size: int | None = None
    cursor: str | None = None
    #: What else makes the list another one, such as its filters.
    about: Any = None

    def request(self) -> Request:
        """Return it as a request for a page."""
        identity = (self.name, self.graph_uuid.lower(), self.order_by, self.about)
        return Request(identity, self.page_size, self.cursor, self.order == "desc")


#: What lists of what is derived from a graph may be ordered by.
KEYS_OF_DERIVED: Mapping[str, Callable[[Mapping[str, Any]], Any]] = {
    "uuid": lambda found: found["uuid"],
    "created_at": lambda found: time_key(found["created_at"]),
}


def list_page(
    items: Sequence[Any],
    keys: Mapping[str, Callable[[Any], Any]],
    shown: Callable[[Any], Any],
    asked: ListRequest,
    *,
    counted: bool = False,
) -> dict[str, Any]:
    """Return a page of items, by the key of `keys` that the request names, and by uuid.

    The lists of a graph tell no total, so that it is left out unless they are `counted`.
    """
    uuid, key = keys["uuid"], keys[asked.order_by]

    def position(item: Any) -> Position:
        return (key(item), uuid(item))

    found = page(items, position, shown, asked.request())
    if not counted:
        del found["total_size"]
    return found
