"""Operations of the tag `observations`."""

from __future__ import annotations

from typing import Any

from understudy import World

from ..zep.model.graph.derived.observations import find_observation, observations_of
from ..zep.model.graph.owner import graph_of
from ..zep.model.graph.search.filters import wanted_derived
from .model.addresses import owner_at
from .model.errors import not_found
from .model.lists.filters import filters_of
from .model.lists.lists import KEYS_OF_DERIVED, ListRequest, list_page
from .model.shapes.graph_parts import as_observation


def list_observations(
    world: World,
    graph_uuid: str,
    page_size: int,
    cursor: str | None,
    order_by: str,
    order: str,
    body: dict[str, Any] | None,
) -> dict[str, Any]:
    """List the observations of a graph."""
    owner = owner_at(world, graph_uuid)
    filters = filters_of(body)
    wanted = wanted_derived(world, owner, filters)
    found = [one for one in observations_of(world, owner) if wanted(one)]
    asked = ListRequest("observations", graph_uuid, order_by, order, page_size, cursor, filters)
    return list_page(found, KEYS_OF_DERIVED, lambda one: as_observation(world, one), asked)


def get_observation(world: World, graph_uuid: str, observation_uuid: str) -> dict[str, Any]:
    """Return an observation."""
    graph = graph_of(owner_at(world, graph_uuid))
    found = find_observation(world, observation_uuid)
    if found["owner"] != graph:
        raise not_found("observation")
    return as_observation(world, found)
