"""The filters of lists and searches of Zep v4; which ones there are is in the document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy import World

from ....zep.model.graph.records import Owner
from ....zep.model.graph.search.filters import Wanted, wanted_edges, wanted_nodes
from ....zep.model.project import find_project
from ..errors import UNSUPPORTED_FILTER, invalid

#: What only edges have, and what only nodes have.
OF_EDGES = frozenset(("edge_types", "exclude_edge_types", "edge_uuids"))
_OF_NODES = frozenset(("node_labels", "exclude_node_labels"))


def filters_of(body: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the filters of a request that are not null."""
    filters = (body or {}).get("filters") or {}
    return {name: value for name, value in filters.items() if value is not None}


def check_policy_filter(world: World, given: Mapping[str, Any]) -> None:
    """Raise Problem 400 if episodes are filtered by a policy that hides those it concerns."""
    if "content_policy_violated" not in given or shows_violations(world):
        return
    message = "the project does not include the episodes that violate its content policy"
    raise invalid("body", "/filters/content_policy_violated", message, UNSUPPORTED_FILTER)


def shows_violations(world: World) -> bool:
    """Return whether the episodes that violate a content policy can be read."""
    return bool(find_project(world)["include_policy_violating_episodes"])


def wanted_surroundings(
    world: World, owner: Owner, filters: Mapping[str, Any]
) -> tuple[Wanted, Wanted]:
    """Return what is wanted of the edges that lead to other nodes, and of these nodes.

    Labels are wanted of the nodes; what edges and nodes both have, of the edges.
    """
    of_edges = {name: value for name, value in filters.items() if name not in _OF_NODES}
    of_nodes = {name: value for name, value in filters.items() if name in _OF_NODES}
    return wanted_edges(world, owner, of_edges), wanted_nodes(world, owner, of_nodes)
