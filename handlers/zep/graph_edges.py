"""Operations of the tag `graph` on edges."""

from __future__ import annotations

from typing import Any

from understudy import World

from .model.graph.elements.facts import FACTS, change_fact
from .model.graph.lists.lists import Answer, answer, list_edges
from .model.graph.owner import Owner
from .model.graph.records import find
from .model.graph.shapes import show_edge
from .model.owners import group_owner, user_owner

_TEXTS = ("fact", "name")
_DATES = ("valid_at", "invalid_at", "expired_at")


def get_graph_edge(world: World, uuid: str) -> dict[str, Any]:
    """Return an edge."""
    return show_edge(world, find(world, FACTS, uuid))


def update_graph_edge(world: World, uuid: str, body: dict[str, Any] | None) -> dict[str, Any]:
    """Change the fields of an edge that are not empty; attributes are merged."""
    given = body or {}
    changes = {field: given[field] for field in (*_TEXTS, *_DATES) if given.get(field)}
    stored = find(world, FACTS, uuid)
    changed = change_fact(world, stored, {**changes, "attributes": given.get("attributes")})
    return show_edge(world, changed)


def delete_graph_edge(world: World, uuid: str) -> dict[str, Any]:
    """Delete an edge, which is a fact; its nodes stay."""
    world.store.delete(FACTS, find(world, FACTS, uuid)["uuid"])
    return {"message": "OK"}


def list_user_edges(world: World, user_id: str, body: dict[str, Any] | None) -> Answer:
    """List a page of the edges in a user's graph."""
    return _edges(world, user_owner(world, user_id), body)


def list_group_edges(world: World, group_id: str, body: dict[str, Any] | None) -> Answer:
    """List a page of the edges in a group's graph."""
    return _edges(world, group_owner(world, group_id), body)


def list_graph_edges(world: World, graph_id: str, body: dict[str, Any] | None) -> Answer:
    """List a page of the edges in a graph."""
    return _edges(world, group_owner(world, graph_id), body)


def _edges(world: World, owner: Owner, body: dict[str, Any] | None) -> Answer:
    page = list_edges(world, owner, body or {})
    return answer([show_edge(world, stored) for stored in page.items], page.next_cursor)
