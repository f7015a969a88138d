"""Operations of the tag `graph` on whole graphs, and on entity and edge types."""

from __future__ import annotations

from typing import Any

from understudy import World

from .model.graph.episodes import as_episode
from .model.graph.records import Owner
from .model.graph.search import search
from .model.graph.triples import triple_json
from .model.graph.types import declare, declared
from .model.groups import GROUPS, refuse_known_group
from .model.owners import create_group, create_user, owner_of_request
from .model.users import USERS, refuse_known_user
from .model.work.submission import add_data, add_data_batch, add_triples
from .model.work.submission import clone_graph as submit_clone


def list_entity_types(world: World) -> dict[str, Any]:
    """Return the declared types; none if none were declared."""
    return dict(declared(world))


def set_entity_types_internal(world: World, body: dict[str, Any]) -> dict[str, Any]:
    """Replace the declared types."""
    declare(world, body)
    return {"message": "OK"}


def add_graph_data(world: World, body: dict[str, Any]) -> dict[str, Any]:
    """Add data to a graph."""
    stored, _ = add_data(world, owner_of_request(world, body), body)
    return as_episode(stored)


def add_graph_data_batch(world: World, body: dict[str, Any]) -> list[dict[str, Any]]:
    """Add several pieces of data to a graph, in the order of the request."""
    owner = owner_of_request(world, body)
    episodes, _ = add_data_batch(world, owner, body["episodes"], body)
    return [as_episode(stored) for stored in episodes]


def add_fact_triple(world: World, body: dict[str, Any]) -> dict[str, Any]:
    """Add a fact and the two nodes that it connects."""
    [plan], _ = add_triples(world, owner_of_request(world, body), [body])
    return triple_json(world, plan)


def search_graph(world: World, body: dict[str, Any]) -> dict[str, Any]:
    """Search a graph by words."""
    return search(world, owner_of_request(world, body), body)


def clone_graph(world: World, body: dict[str, Any]) -> dict[str, Any]:
    """Clone a graph into that of a new user or group."""
    source = owner_of_request(world, body, "source_")
    user_id, group_id = body.get("target_user_id"), body.get("target_group_id")
    if user_id is not None:
        submit_clone(world, source, _new_user(world, source, user_id))
        return {"user_id": user_id}
    assert group_id is not None  # the document requires one of the two
    submit_clone(world, source, _new_group(world, source, group_id))
    return {"group_id": group_id}


def _new_user(world: World, source: Owner, user_id: str) -> Owner:
    refuse_known_user(world, user_id)
    kind, source_id = source
    create_user(world, user_id, (kind == "user" and world.store.get(USERS, source_id)) or {})
    return "user", user_id


def _new_group(world: World, source: Owner, group_id: str) -> Owner:
    refuse_known_group(world, group_id)
    kind, source_id = source
    create_group(world, group_id, (kind == "group" and world.store.get(GROUPS, source_id)) or {})
    return "group", group_id
