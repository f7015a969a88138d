"""Filters of searches and lists: what is wanted of the edges, nodes and episodes of a graph.

Filters have the fields of v2 and v3, or those of v4: v3 has a list for each date (groups of which
one must hold, with all its comparisons), v4 one list for all dates.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from understudy import Problem, Record, World

from ...dates import parse_date
from ..elements.episodes import as_episode
from ..elements.facts import ENDS, facts_of_episode, is_rated, node_uuids
from ..owner import Owner, graph_of
from ..records import EPISODES, IN_GRAPH, NODES, Wanted
from .comparisons import compares_dates, name_of
from .metadata_filters import Condition, Matches, condition, metadata_filter

Filters = Mapping[str, Any]

#: How many entries each list of a filter may have.
MOST_ENTRIES = 256

#: How many comparisons with dates and properties filters may have.
MOST_COMPARISONS = 512

_DATES = ("created_at", "valid_at", "invalid_at", "expired_at")
_UUIDS = (
    "edge_uuids",
    "episode_uuids",
    "source_node_uuids",
    "target_node_uuids",
    "connected_node_uuids",
)
_OF_EDGES = ("source_node_uuids", "target_node_uuids", "connected_node_uuids", "edge_uuids")


class _DateCondition(NamedTuple):
    field: str
    comparison: str
    wanted: Any

    def holds(self, shown: Mapping[str, Any]) -> bool:
        return compares_dates(self.comparison, shown.get(self.field), self.wanted)


def refuse_long(filters: Filters) -> None:
    """Raise Problem 400 if a list of the filters is too long, or if there are too many of them."""
    for name, value in filters.items():
        if isinstance(value, list) and len(value) > MOST_ENTRIES:
            raise Problem(400, f"bad request: {name} has at most {MOST_ENTRIES} entries")
    compared = len(filters.get("property_filters") or ())
    if compared + sum(map(len, _groups_of_dates(filters))) > MOST_COMPARISONS:
        raise Problem(400, f"bad request: filters have at most {MOST_COMPARISONS} comparisons")


def _groups_of_dates(filters: Filters) -> Iterator[Sequence[Mapping[str, Any]]]:
    for field in _DATES:
        yield from filters.get(field) or ()
    for group in (filters.get("date_filters") or {}).get("any_of") or ():
        yield group.get("all_of") or ()


def refuse_filters_of_edges(filters: Filters) -> None:
    """Raise Problem 400 for filters that only edges have, where no edges are searched."""
    for name in _OF_EDGES:
        if filters.get(name):
            raise Problem(400, f"bad request: {name} applies to edges only")


def wanted_edges(
    world: World, owner: Owner, filters: Filters, min_rating: float | None = None
) -> Wanted:
    """Return a predicate for edges; both nodes must have a label, and none an excluded one."""
    refuse_long(filters)
    labels, excluded = _names(filters, "node_labels"), _names(filters, "exclude_node_labels")
    types, no_types = _names(filters, "edge_types"), _names(filters, "exclude_edge_types")
    edges, _, sources, targets, connected = (_uuids(filters, name) for name in _UUIDS)
    episodes = _episodes(world, owner, filters)
    dates, properties = _dates(filters, _DATES), _properties(filters)

    def is_wanted(stored: Record) -> bool:
        fact, source, target = stored["fact"], stored["source"], stored["target"]
        return (
            is_rated(fact, min_rating)
            and (not types or fact["name"] in types)
            and fact["name"] not in no_types
            and (not edges or stored["uuid"] in edges)
            and (not sources or source in sources)
            and (not targets or target in targets)
            and (not connected or source in connected or target in connected)
            and (episodes is None or stored["episode"] in episodes)
            and all(_is_labelled(world, stored[end], labels, excluded) for end in ENDS)
            and _hold(dates, fact)
            and _have(properties, fact, stored.get("attributes"))
        )

    return is_wanted


def _is_labelled(
    world: World, uuid: str, labels: Collection[str], excluded: Collection[str]
) -> bool:
    if not labels and not excluded:
        return True
    stored = world.store.get(NODES, uuid)
    return stored is not None and _has_labels(stored["node"]["labels"], labels, excluded)


def _has_labels(own: Collection[str], labels: Collection[str], excluded: Collection[str]) -> bool:
    return (not labels or any(label in labels for label in own)) and not any(
        label in excluded for label in own
    )


def wanted_nodes(world: World, owner: Owner, filters: Filters) -> Wanted:
    """Return a predicate for nodes; what a node says of episodes, one of its edges says."""
    refuse_long(filters)
    labels, excluded = _names(filters, "node_labels"), _names(filters, "exclude_node_labels")
    mentioned, of_metadata = _mentioned(world, owner, filters), _metadata(filters)
    dates, properties = _dates(filters, ("created_at",)), _properties(filters)

    def is_told_of(stored: Record) -> bool:
        if mentioned is None or stored["uuid"] in mentioned:
            return True
        own = stored.get("metadata")  # what a node was added with
        return bool(own and of_metadata and not filters.get("episode_uuids") and of_metadata(own))

    def is_wanted(stored: Record) -> bool:
        node = stored["node"]
        return (
            _has_labels(node["labels"], labels, excluded)
            and is_told_of(stored)
            and _hold(dates, node)
            and _have(properties, node, node["attributes"])
        )

    return is_wanted


_LABELS = ("node_labels", "exclude_node_labels")


def wanted_surroundings(world: World, owner: Owner, filters: Filters) -> tuple[Wanted, Wanted]:
    """Return predicates for the edges to follow from node to node, and for the nodes to reach.

    What is said of labels is said of the nodes that are reached, all else of the edges.
    """
    of_nodes = {name: filters[name] for name in _LABELS if filters.get(name)}
    of_edges = {name: value for name, value in filters.items() if name not in _LABELS}
    return wanted_edges(world, owner, of_edges), wanted_nodes(world, owner, of_nodes)


def wanted_episodes(world: World, owner: Owner, filters: Filters) -> Wanted:
    """Return a predicate for episodes; one that is named itself among the nodes is wanted, too."""
    refuse_long(filters)
    episodes = _episodes(world, owner, filters)
    nodes = _uuids(filters, "mentioned_node_uuids")
    dates = _dates(filters, ("created_at",))

    def is_wanted(stored: Record) -> bool:
        return (
            (episodes is None or stored["uuid"] in episodes)
            and (
                not nodes
                or stored["uuid"] in nodes
                or not nodes.isdisjoint(node_uuids(facts_of_episode(world, stored)))
            )
            and (not dates or _hold(dates, as_episode(stored)))
        )

    return is_wanted


def wanted_derived(world: World, owner: Owner, filters: Filters) -> Wanted:
    """Return a predicate for observations and summaries, by the episodes that they are from."""
    refuse_long(filters)
    labels, excluded = _names(filters, "node_labels"), _names(filters, "exclude_node_labels")
    episodes = _episodes(world, owner, filters)
    dates, properties = _dates(filters, _DATES), _properties(filters)

    def is_wanted(derived: Record) -> bool:
        return (
            (episodes is None or not episodes.isdisjoint(derived["episodes"]))
            and _has_labels(derived.get("labels") or (), labels, excluded)
            and _hold(dates, derived)
            and _have(properties, derived, derived.get("attributes"))
        )

    return is_wanted


def _names(filters: Filters, name: str) -> frozenset[str]:
    return frozenset(filters.get(name) or ())


def _uuids(filters: Filters, name: str) -> frozenset[str]:
    return frozenset(uuid.lower() for uuid in filters.get(name) or ())


def _episodes(world: World, owner: Owner, filters: Filters) -> frozenset[str] | None:
    """Return the uuids of the episodes that edges must be from; None if that does not matter."""
    named = _uuids(filters, "episode_uuids")
    matches = _metadata(filters)
    if matches is None:
        return named or None
    graph = world.store.list(EPISODES, IN_GRAPH, graph_of(owner))
    found = (stored["uuid"] for stored in graph if matches(as_episode(stored).get("metadata")))
    return frozenset(uuid for uuid in found if not named or uuid in named)


def _metadata(filters: Filters) -> Matches | None:
    tree = filters.get("metadata_filters") or filters.get("episode_metadata_filters")
    return metadata_filter(tree) if tree else None


def _mentioned(world: World, owner: Owner, filters: Filters) -> frozenset[str] | None:
    """Return the uuids of the nodes that the wanted episodes mention."""
    episodes = _episodes(world, owner, filters)
    if episodes is None:
        return None
    graph = graph_of(owner)
    stored = (world.store.get(EPISODES, uuid) for uuid in episodes)
    of_graph = (one for one in stored if one is not None and one.get("owner") == graph)
    return frozenset(node for one in of_graph for node in node_uuids(facts_of_episode(world, one)))


def _properties(filters: Filters) -> list[Condition]:
    return [condition(given) for given in filters.get("property_filters") or ()]


def _have(
    properties: Sequence[Condition], shown: Mapping[str, Any], attributes: Mapping[str, Any] | None
) -> bool:
    """Return whether all conditions hold for what is shown of a record, and its attributes."""
    if not properties:
        return True
    known = {**shown, **(attributes or {})}
    return all(one.holds(known) for one in properties)


#: All must hold of these; of each, one group, with all its conditions.
_DateClauses = list[list[list[_DateCondition]]]


def _dates(filters: Filters, fields: Sequence[str]) -> _DateClauses:
    clauses = [
        [[_date_condition(field, given) for given in group] for group in filters[field]]
        for field in fields
        if filters.get(field)
    ]
    any_of = (filters.get("date_filters") or {}).get("any_of")
    if any_of:
        groups = (group.get("all_of") or () for group in any_of)
        clauses.append(
            [[_date_condition(given["field"], given) for given in group] for group in groups]
        )
    return clauses


def _date_condition(field: str, given: Mapping[str, Any]) -> _DateCondition:
    comparison = given.get("operator") or given.get("comparison_operator") or "eq"
    return _DateCondition(
        field, name_of(comparison), parse_date(given.get("value") or given.get("date"))
    )


def _hold(clauses: _DateClauses, shown: Mapping[str, Any]) -> bool:
    return all(
        any(all(one.holds(shown) for one in group) for group in clause) for clause in clauses
    )
