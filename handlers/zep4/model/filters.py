"""The filters of lists and searches of Zep v4: which ones there are, and whether values fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from understudy import World

from ...zep.model.graph.records import Owner
from ...zep.model.graph.search.filters import Wanted, wanted_edges, wanted_nodes
from ...zep.model.project import find_project
from .errors import invalid

EDGE_LABELS = frozenset(("node_labels", "exclude_node_labels"))
EDGE_ENDS = frozenset(("connected_node_uuids", "source_node_uuids", "target_node_uuids"))
OF_EDGES = frozenset(("edge_types", "exclude_edge_types", "edge_uuids"))
_COMMON = frozenset(("date_filters", "property_filters", "metadata_filters", "episode_uuids"))

#: Which filters each list and search has.
LISTED_EDGES = _COMMON | OF_EDGES | EDGE_ENDS | EDGE_LABELS
LISTED_NODES = _COMMON | OF_EDGES | EDGE_LABELS
LISTED_EPISODES = frozenset(("mentioned_node_uuids", "metadata_filters", "content_policy_violated"))
LISTED_HYPEREDGES = frozenset(("node_uuids", "edge_uuids", "episode_uuids"))
LISTED_OBSERVATIONS = frozenset(("date_filters", "property_filters"))
LISTED_SUMMARIES = LISTED_OBSERVATIONS | {"metadata_filters"}
FOUND_EDGES = LISTED_EDGES - EDGE_LABELS
FOUND_NODES = _COMMON - {"date_filters"} | EDGE_LABELS
FOUND_EPISODES = frozenset(("metadata_filters", "content_policy_violated"))
FOUND_OBSERVATIONS: frozenset[str] = frozenset()
FOUND_THREAD_SUMMARIES = frozenset(("metadata_filters",))
#: Those of contexts, subgraphs and neighbours.
ALL_BUT_POLICY = LISTED_EDGES

_VALUELESS = ("is_null", "is_not_null")
_UNSUPPORTED = "unsupported_filter"


def checked(
    filters: Mapping[str, Any] | None, supported: frozenset[str], *, only_created: bool = False
) -> dict[str, Any]:
    """Return the filters that are not null.

    Raises Problem 400 for one that is not supported, for another date than `created_at` if
    `only_created`, and for a value that does not fit its comparison.
    """
    given = {name: value for name, value in (filters or {}).items() if value is not None}
    for name in given:
        if name not in supported:
            raise invalid("body", f"/filters/{name}", "there is no such filter here", _UNSUPPORTED)
    for at, date in _dates(given):
        if only_created and date["field"] != "created_at":
            raise invalid("body", f"{at}/field", "only created_at can be compared", _UNSUPPORTED)
        _check_value(at, date)
    for number, one in enumerate(given.get("property_filters") or ()):
        _check_value(f"/filters/property_filters/{number}", one)
    for at, one in _metadata_comparisons(given):
        _check_value(at, one)
    return given


def _dates(given: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    groups = (given.get("date_filters") or {}).get("any_of") or ()
    for number, group in enumerate(groups):
        for place, one in enumerate(group.get("all_of") or ()):
            yield f"/filters/date_filters/any_of/{number}/all_of/{place}", one


def _metadata_comparisons(given: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the comparisons of all groups; without recursion, as clients choose the depth."""
    pending = [("/filters/metadata_filters", given.get("metadata_filters") or {})]
    for at, group in pending:  # the list grows in the loop
        for place, one in enumerate(group.get("filters") or ()):
            yield f"{at}/filters/{place}", one
        for place, inner in enumerate(group.get("groups") or ()):
            pending.append((f"{at}/groups/{place}", inner))


def _check_value(at: str, comparison: Mapping[str, Any]) -> None:
    operator, value = comparison["operator"], comparison.get("value")
    if operator in _VALUELESS:
        return
    if value is None:
        raise invalid("body", f"{at}/value", f"{operator} needs a value")
    if isinstance(value, list) is not (operator == "in"):
        expected = "an array" if operator == "in" else "one value"
        raise invalid("body", f"{at}/value", f"{operator} needs {expected}")
    if operator == "contains" and not value:
        raise invalid("body", f"{at}/value", "contains needs a value that is not empty")


def check_policy_filter(world: World, given: Mapping[str, Any]) -> None:
    """Raise Problem 400 if episodes are filtered by a policy that hides those it concerns."""
    if "content_policy_violated" not in given or shows_violations(world):
        return
    message = "the project does not include the episodes that violate its content policy"
    raise invalid("body", "/filters/content_policy_violated", message, _UNSUPPORTED)


def shows_violations(world: World) -> bool:
    """Return whether the episodes that violate a content policy can be read."""
    return bool(find_project(world)["include_policy_violating_episodes"])


def wanted_surroundings(
    world: World, owner: Owner, filters: Mapping[str, Any]
) -> tuple[Wanted, Wanted]:
    """Return what is wanted of the edges that lead to other nodes, and of these nodes.

    Labels are wanted of the nodes; what edges and nodes both have, of the edges.
    """
    of_edges = {name: value for name, value in filters.items() if name not in EDGE_LABELS}
    of_nodes = {name: value for name, value in filters.items() if name in EDGE_LABELS}
    return wanted_edges(world, owner, of_edges), wanted_nodes(world, owner, of_nodes)
