"""Operations of the tag `graph` on the types of entities and edges."""

from __future__ import annotations

from typing import Any

from understudy import World

from .model.graph.records import Owner
from .model.owners import group_owner, user_owner
from .model.settings.ontology import declare, declared


def list_entity_types(world: World, user_id: str | None, graph_id: str | None) -> dict[str, Any]:
    """Return the types that count for a graph or the project; none if none were declared."""
    owner: Owner | None = None
    if user_id or graph_id:
        owner = user_owner(world, user_id) if user_id else group_owner(world, graph_id or "")
    types = declared(world, owner)
    return {name: types[name] for name in ("entity_types", "edge_types")}


def set_entity_types_internal(world: World, body: dict[str, Any] | None) -> dict[str, Any]:
    """Replace the types of the named graphs, or else of the project."""
    given = body or {}
    owners = [user_owner(world, user_id) for user_id in given.get("user_ids") or ()]
    owners += [group_owner(world, graph_id) for graph_id in given.get("graph_ids") or ()]
    for owner in owners:
        declare(world, given, owner)
    if not owners:
        declare(world, given)
    return {"message": "OK"}
