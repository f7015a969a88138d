"""Operations of the tag `graph` on the types of entities and edges."""

from __future__ import annotations

from typing import Any

from understudy import World

from .model.owners import target_of_query, targets_of_request
from .model.settings.ontology import declare, declared


def list_entity_types(world: World, user_id: str | None, graph_id: str | None) -> dict[str, Any]:
    """Return the types that count for a graph or the project; none if none were declared."""
    types = declared(world, target_of_query(world, user_id, None if user_id else graph_id))
    return {name: types[name] for name in ("entity_types", "edge_types")}


def set_entity_types_internal(world: World, body: dict[str, Any] | None) -> dict[str, Any]:
    """Replace the types of the named graphs, or else of the project."""
    given = body or {}
    for owner in targets_of_request(world, given):
        declare(world, given, owner)
    return {"message": "OK"}
