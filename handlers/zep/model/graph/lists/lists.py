"""Lists of what a graph holds, as v3 asks for them: filtered, in an order, page by page.

A page ends with a cursor of the next one, which brings its order along. Without an order, things
come in the order in which they were added; such a page costs as much as it holds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from understudy import Collection, Record, World

from ...dates import time_key
from ...records import not_found
from ..elements.episodes import as_episode
from ..elements.facts import FACTS
from ..elements.nodes import degree_of
from ..owner import Owner, graph_of, owner_of
from ..records import EPISODES, IN_GRAPH, NODES, Wanted, find, is_in_graph, records_in
from ..search.filters import (
    refuse_filters_of_edges,
    wanted_derived,
    wanted_edges,
    wanted_episodes,
    wanted_nodes,
    wanted_surroundings,
)
from ..traversal import neighbours
from .pages import Item, Page, PageRequest, SortKeys, by_uuid, page_of, read_cursor

#: What an operation returns: a value, or a value, a status and headers.
Answer = Any

#: How many items the older lists have at most, which have no pages.
MOST_ITEMS = 1000

_DEFAULT_LIMIT = 100
_MOST_ON_A_PAGE = 50

#: The order in which things were added.
_ADDED = "added"


def answer(shown: list[dict[str, Any]], cursor: str | None) -> Answer:
    """Return a page, with the header that names the next one if there is one."""
    return (shown, 200, {"Zep-Next-Cursor": cursor}) if cursor else shown


def cut(items: Sequence[Any]) -> Sequence[Any]:
    """Return the last items, no more than an older list has."""
    return items[-MOST_ITEMS:]


def cut_answer(shown: Any, *items: Sequence[Any]) -> Answer:
    """Return an older list, with a header if it does not have all of the items."""
    is_cut = any(len(all_of_them) > MOST_ITEMS for all_of_them in items)
    return (shown, 200, {"Zep-Truncated": "true"}) if is_cut else shown


def list_edges(world: World, owner: Owner, given: Mapping[str, Any]) -> Page:
    """Return a page of the edges of a graph. Raises Problem 400 or 404."""
    filters = given.get("filters") or {}
    keys: SortKeys = {
        _ADDED: _position_in(world, FACTS),
        "uuid": by_uuid,
        "created_at": lambda stored: time_key(stored["fact"]["created_at"]),
        "valid_at": lambda stored: time_key(
            stored["fact"]["valid_at"] or stored["fact"]["created_at"]
        ),
    }
    wanted = wanted_edges(world, owner, filters) if filters else None
    return _records(world, FACTS, owner, given, keys, wanted)


def list_nodes(world: World, owner: Owner, given: Mapping[str, Any]) -> Page:
    """Return a page of the nodes of a graph. Raises Problem 400 or 404."""
    filters = given.get("filters") or {}
    refuse_filters_of_edges(filters)

    def created(stored: Item) -> int:
        return time_key(stored["node"]["created_at"])

    keys: SortKeys = {
        _ADDED: _position_in(world, NODES),
        "uuid": by_uuid,
        "created_at": created,
        "valid_at": created,
        "degree": lambda stored: degree_of(world, stored["uuid"]),
    }
    wanted = wanted_nodes(world, owner, filters) if filters else None
    return _records(world, NODES, owner, given, keys, wanted)


def _position_in(world: World, collection: Collection) -> Callable[[Item], int]:
    return lambda stored: world.store.position(collection, stored["uuid"]) or 0


def _records(
    world: World,
    collection: Collection,
    owner: Owner,
    given: Mapping[str, Any],
    keys: SortKeys,
    wanted: Wanted | None,
) -> Page:
    asked, uuid = _asked(given, keys, _ADDED), given.get("uuid_cursor")
    if asked.after is None and uuid:
        last = find(world, collection, uuid)
        if last["owner"] != graph_of(owner):
            raise not_found()
        asked = asked.after_item(last, keys)
    if asked.order == _ADDED:
        return _as_added(world, collection, owner, asked, wanted)
    records = records_in(world, collection, owner)
    if wanted is not None:
        records = [stored for stored in records if wanted(stored)]
    return page_of(records, keys, asked)


def _asked(
    given: Mapping[str, Any], keys: SortKeys, default: str, direction: str = "direction"
) -> PageRequest:
    """Return which page a request asks for, whose cursor may bring the order along."""
    limit = given.get("limit") or None
    if given.get("cursor"):
        after = read_cursor(given["cursor"], keys)
        return PageRequest(after.order, after.descending, limit, after)
    order = given.get("order_by") or default
    descending = order != _ADDED if given.get(direction) is None else given[direction] == "desc"
    return PageRequest(order, descending, limit)


def _as_added(
    world: World, collection: Collection, owner: Owner, asked: PageRequest, wanted: Wanted | None
) -> Page:
    """Return a page in the order in which records were added.

    The others are read only if not all records are wanted, or edges.
    """
    limit = asked.limit
    records = _following(world, collection, owner, asked, wanted)
    if limit is None or len(records) <= limit:
        return Page(records, None, _ADDED)
    last = records[limit - 1]
    position = _position_in(world, collection)(last)
    return Page(records[:limit], asked.cursor_after(position, last["uuid"]), _ADDED)


def _following(
    world: World, collection: Collection, owner: Owner, asked: PageRequest, wanted: Wanted | None
) -> list[Record]:
    """Return the records that follow, at least one more than the page has if there are more."""
    after, limit, descending = asked.after, asked.limit, asked.descending
    if after is not None and isinstance(after.key, str):
        raise not_found()
    last = after.key if after else None
    records = world.store.list(
        collection,
        IN_GRAPH,
        graph_of(owner),
        descending=descending,
        limit=limit and limit + 1,
        above=None if descending else last,
        below=last if descending else None,
    )
    found = [one for one in records if is_in_graph(one) and (wanted is None or wanted(one))]
    if limit and len(found) < len(records):
        return _following(world, collection, owner, asked._replace(limit=None), wanted)
    return found


def list_episodes(world: World, owner: Owner, given: Mapping[str, Any]) -> Page:
    """Return a page of the episodes of a graph. Raises Problem 400 or 404."""
    keys: SortKeys = {
        "uuid": by_uuid,
        "created_at": lambda stored: time_key(as_episode(stored)["created_at"]),
    }
    asked = _clamped(_asked(given, keys, "uuid"))
    wanted = wanted_episodes(world, owner, given)
    records = [stored for stored in records_in(world, EPISODES, owner) if wanted(stored)]
    return page_of(records, keys, asked)


def _clamped(asked: PageRequest) -> PageRequest:
    limit = asked.limit
    return asked._replace(limit=min(limit, _MOST_ON_A_PAGE) if limit else _DEFAULT_LIMIT)


def list_neighbours(world: World, node: Record, given: Mapping[str, Any]) -> Page:
    """Return a page of the neighbours of a node. Raises Problem 400 or 404."""
    keys: SortKeys = {
        "uuid": by_uuid,
        "created_at": lambda item: time_key(item["neighbour"].node["node"]["created_at"]),
    }
    asked = _clamped(_asked(given, keys, "uuid", "direction_sort"))
    edges, nodes = wanted_surroundings(world, owner_of(node["owner"]), given.get("filters") or {})
    found = neighbours(world, node, given.get("direction") or "both", edges, nodes)
    items = [{"uuid": neighbour.node["uuid"], "neighbour": neighbour} for neighbour in found]
    shown = page_of(items, keys, asked)
    return shown._replace(items=[item["neighbour"] for item in shown.items])


def list_derived(
    world: World, owner: Owner, derived: list[dict[str, Any]], given: Mapping[str, Any]
) -> Page:
    """Return a page of what is derived from a graph. Raises Problem 400 or 404."""
    keys: SortKeys = {
        _ADDED: lambda item: time_key(item["created_at"]),
        "uuid": by_uuid,
        "created_at": lambda item: time_key(item["created_at"]),
        "valid_at": lambda item: time_key(
            item.get("start_at") or item.get("last_summarized_episode_valid_at")
        ),
    }
    filters = given.get("filters") or {}
    refuse_filters_of_edges(filters)
    asked, uuid = _asked(given, keys, _ADDED), given.get("uuid_cursor")
    if asked.after is None and uuid:
        last = next((item for item in derived if item["uuid"] == uuid.lower()), None)
        if last is None:
            raise not_found()
        asked = asked.after_item(last, keys)
    wanted = wanted_derived(world, owner, filters)
    return page_of([item for item in derived if wanted(item)], keys, asked)
