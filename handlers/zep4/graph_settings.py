"""Operations of the tag `graph_settings`."""

from __future__ import annotations

from typing import Any

from understudy import Record, World

from ..zep.model.graph.learning.screening import EVENTS_OF_GRAPH, POLICY_EVENTS
from ..zep.model.graph.owner import graph_of
from ..zep.model.settings.content_policy import policy_of
from ..zep.model.settings.instructions import CUSTOM_INSTRUCTIONS
from .model.addresses import owner_at
from .model.lists.pages import Request, stored_page
from .model.settings.content_policy import shown_graph_policy
from .model.settings.ontology import put_ontology, shown_ontology
from .model.settings.settings import (
    put_instructions,
    put_steering,
    shown_instructions,
    shown_steering,
)

_FILTERS = ("drop_reason", "episode_uuid")
#: The `serial` is that of states that were exported by older versions.
_HIDDEN = frozenset(("graph", "serial"))


def get_graph_instructions(world: World, graph_uuid: str) -> dict[str, Any]:
    """Return the custom instructions that count for a graph."""
    return shown_instructions(world, CUSTOM_INSTRUCTIONS, owner_at(world, graph_uuid))


def set_graph_instructions(
    world: World, graph_uuid: str, body: dict[str, Any] | None
) -> dict[str, Any]:
    """Replace the custom instructions of a graph."""
    return put_instructions(world, CUSTOM_INSTRUCTIONS, owner_at(world, graph_uuid), body or {})


def get_graph_observation_steering(world: World, graph_uuid: str) -> dict[str, Any]:
    """Return the observation steering that counts for a graph."""
    return shown_steering(world, owner_at(world, graph_uuid))


def set_graph_observation_steering(
    world: World, graph_uuid: str, body: dict[str, Any] | None
) -> dict[str, Any]:
    """Replace the observation steering of a graph."""
    return put_steering(world, owner_at(world, graph_uuid), body or {})


def get_graph_ontology(world: World, graph_uuid: str) -> dict[str, Any]:
    """Return the ontology that counts for a graph."""
    return shown_ontology(world, owner_at(world, graph_uuid))


def set_graph_ontology(
    world: World, graph_uuid: str, body: dict[str, Any] | None
) -> dict[str, Any]:
    """Replace the ontology of a graph."""
    return put_ontology(world, owner_at(world, graph_uuid), body or {})


def get_graph_content_policy(world: World, graph_uuid: str) -> dict[str, Any]:
    """Return the content policy that a graph is bound to."""
    owner = owner_at(world, graph_uuid)
    return shown_graph_policy(world, owner, policy_of(world, owner))


def list_graph_content_policy_events(
    world: World,
    graph_uuid: str,
    page_size: int,
    cursor: str | None,
    body: dict[str, Any] | None,
) -> dict[str, Any]:
    """List what the content policy of a graph has decided, newest first."""
    graph = graph_of(owner_at(world, graph_uuid))
    filters = (body or {}).get("filters") or {}
    wanted = {name: filters[name] for name in _FILTERS if filters.get(name)}
    request = Request(("policy_events", graph, wanted), page_size, cursor, descending=True)

    def is_wanted(event: Record) -> bool:
        return all(event[name] == wanted[name] for name in wanted)

    return stored_page(
        world,
        POLICY_EVENTS,
        EVENTS_OF_GRAPH,
        graph,
        _shown,
        request,
        is_wanted if wanted else None,
    )


def _shown(event: Record) -> dict[str, Any]:
    return {name: value for name, value in event.items() if name not in _HIDDEN}
