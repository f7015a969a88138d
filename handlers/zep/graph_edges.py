"""Operations of the tag `graph` on edges."""

from __future__ import annotations

from typing import Any

from understudy import World

from .model.graph.facts import FACTS
from .model.graph.records import Owner, find, page
from .model.graph.shapes import show_edge
from .model.owners import group_owner, user_owner


def get_graph_edge(world: World, uuid: str) -> dict[str, Any]:
    """Return an edge."""
    return show_edge(world, find(world, FACTS, uuid))


def delete_graph_edge(world: World, uuid: str) -> dict[str, Any]:
    """Delete an edge, which is a fact; its nodes stay."""
    world.store.delete(FACTS, find(world, FACTS, uuid)["uuid"])
    return {"message": "OK"}


def list_user_edges(
    world: World, user_id: str, body: dict[str, Any] | None
) -> list[dict[str, Any]]:
    """List a page of the edges in a user's graph, oldest first."""
    return _edges(world, user_owner(world, user_id), body or {})


def list_group_edges(
    world: World, group_id: str, body: dict[str, Any] | None
) -> list[dict[str, Any]]:
    """List a page of the edges in a group's graph, oldest first."""
    return _edges(world, group_owner(world, group_id), body or {})


def _edges(world: World, owner: Owner, body: dict[str, Any]) -> list[dict[str, Any]]:
    edges = page(world, FACTS, owner, body.get("limit"), body.get("uuid_cursor"))
    return [show_edge(world, stored) for stored in edges]
