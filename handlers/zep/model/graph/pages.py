"""Lists of what a graph holds, as v3 asks for them: filtered, in an order, page by page.

A page ends with a cursor of the next one, which brings its order along. Without an order, things
come in the order in which they were added; such a page costs as much as it holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

from understudy import Collection, Record, World

from ..records import not_found
from .facts import FACTS
from .lists import Cursor, Item, SortKeys, by_uuid, cursor_text, order_of, page_of, time_key
from .nodes import degree_of
from .records import EPISODES, IN_GRAPH, NODES, Owner, find, graph_of, owner_of
from .search.filters import (
    Filters,
    Wanted,
    refuse_filters_of_edges,
    wanted_derived,
    wanted_edges,
    wanted_episodes,
    wanted_nodes,
)
from .traversal import Neighbour, neighbours

#: What an operation returns: a value, a status and headers.
Answer = tuple[Any, int, dict[str, str]]
#: The items of a page, and the cursor of the next one.
Found = tuple[list[Any], str | None]

#: How many items the older lists have at most, which have no pages.
MOST_ITEMS = 1000

_DEFAULT_LIMIT = 100
_MOST_ON_A_PAGE = 50

#: The order in which things were added.
_ADDED = "added"


def answer(shown: list[dict[str, Any]], cursor: str | None) -> Answer:
    """Return a page with the header that names the next one."""
    return shown, 200, {"Zep-Next-Cursor": cursor} if cursor else {}


def cut(items: Sequence[Any]) -> tuple[Sequence[Any], dict[str, str]]:
    """Return the last items, no more than an older list has, and a header if there are others."""
    return items[-MOST_ITEMS:], {"Zep-Truncated": "true"} if len(items) > MOST_ITEMS else {}


def list_edges(world: World, owner: Owner, given: Mapping[str, Any]) -> Found:
    """Return a page of the edges of a graph. Raises Problem 400 or 404."""
    filters = given.get("filters") or {}
    keys: SortKeys = {
        _ADDED: _serial,
        "uuid": by_uuid,
        "created_at": lambda stored: time_key(stored["fact"]["created_at"]),
        "valid_at": lambda stored: time_key(
            stored["fact"]["valid_at"] or stored["fact"]["created_at"]
        ),
    }
    wanted = wanted_edges(world, owner, filters) if filters else None
    return _records(world, FACTS, owner, given, keys, wanted)


def list_nodes(world: World, owner: Owner, given: Mapping[str, Any]) -> Found:
    """Return a page of the nodes of a graph. Raises Problem 400 or 404."""
    filters = given.get("filters") or {}
    refuse_filters_of_edges(filters)

    def created(stored: Item) -> float:
        return time_key(stored["node"]["created_at"])

    keys: SortKeys = {
        _ADDED: _serial,
        "uuid": by_uuid,
        "created_at": created,
        "valid_at": created,
        "degree": lambda stored: degree_of(world, stored["uuid"]),
    }
    wanted = wanted_nodes(world, owner, filters) if filters else None
    return _records(world, NODES, owner, given, keys, wanted)


def _serial(stored: Item) -> int:
    return int(stored["serial"])


def _records(
    world: World,
    collection: Collection,
    owner: Owner,
    given: Mapping[str, Any],
    keys: SortKeys,
    wanted: Wanted | None,
) -> Found:
    order, descending = _order(given, _ADDED)
    after = given.get("uuid_cursor")
    cursor = given.get("cursor")
    if not cursor and after:
        last = find(world, collection, after)
        if last["owner"] != graph_of(owner):
            raise not_found()
        cursor = cursor_text(Cursor(order, descending, keys[order](last), last["uuid"]))
    if order == _ADDED and wanted is None:
        return _as_added(world, collection, owner, given.get("limit"), cursor)
    records = world.store.list(collection, IN_GRAPH, graph_of(owner))
    wanted_records = records if wanted is None else [one for one in records if wanted(one)]
    return _page(wanted_records, keys, order, descending, given.get("limit"), cursor)


def _order(given: Mapping[str, Any], default: str) -> tuple[str, bool]:
    """Return what to sort by and whether downwards: as the cursor says, else the request."""
    cursor = given.get("cursor")
    if cursor:
        return order_of(cursor)
    order = given.get("order_by") or default
    direction = given.get("direction")
    return order, order != _ADDED if direction is None else direction == "desc"


def _as_added(
    world: World, collection: Collection, owner: Owner, limit: int | None, last: Cursor | None
) -> Found:
    """Return a page in the order in which things were added, without looking at others."""
    raise NotImplementedError
