"""Operations of the tag `graph` on graphs that are no user's: groups, as v2 calls them."""

from __future__ import annotations

from typing import Any

from understudy import Record, World

from .model.groups import GROUPS, GROUPS_BY_ID, as_graph, find_group, refuse_known_group
from .model.owners import change_group
from .model.owners import create_group as create
from .model.removal import forget_group

_PAGE_SIZE = 50
#: The fields that a search looks into.
_SEARCHED = ("group_id", "name", "description")
_FIELDS = {"graph_id": "group_id", "name": "name"}


def create_graph(world: World, body: dict[str, Any]) -> dict[str, Any]:
    """Add a graph; fields that are empty are left out."""
    refuse_known_group(world, body["graph_id"], "graph")
    return as_graph(create(world, body["graph_id"], body))


def get_graph(world: World, graph_id: str) -> dict[str, Any]:
    """Return a graph."""
    return as_graph(find_group(world, graph_id))


def update_graph(world: World, graph_id: str, body: dict[str, Any] | None) -> dict[str, Any]:
    """Change the fields that are not empty."""
    group = find_group(world, graph_id)
    return as_graph(change_group(world, group, body) if body else group)


def delete_graph(world: World, graph_id: str) -> dict[str, Any]:
    """Delete a graph with all that is in it."""
    find_group(world, graph_id)
    forget_group(world, graph_id)
    return {"message": "OK"}


def warm_graph(world: World, graph_id: str) -> dict[str, Any]:
    """Do nothing: no graph is cold here."""
    find_group(world, graph_id)
    return {"message": "OK"}


def list_graphs(
    world: World,
    page_number: int | None,
    page_size: int | None,
    search: str | None,
    order_by: str | None,
    asc: bool | None,
) -> dict[str, Any]:
    """List a page of the graphs that have a text, newest first or in another order."""
    number, size = page_number or 1, page_size or _PAGE_SIZE
    groups = world.store.list(GROUPS, GROUPS_BY_ID, descending=not asc)
    words = " ".join((search or "").split()).casefold()
    if words:
        groups = [group for group in groups if _has(group, words)]
    if order_by in _FIELDS:
        groups = sorted(groups, key=lambda group: _key(group, order_by), reverse=not asc)
    shown = groups[(number - 1) * size :][:size]
    return {
        "graphs": [as_graph(group) for group in shown],
        "row_count": len(shown),
        "total_count": len(groups),
        "page_number": number,
        "page_size": size,
    }


def _has(group: Record, words: str) -> bool:
    return any(words in str(group.get(field) or "").casefold() for field in _SEARCHED)


def _key(group: Record, order_by: str) -> str:
    return str(group.get(_FIELDS[order_by]) or "")
