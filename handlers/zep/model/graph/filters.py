"""Filters of graph searches: by labels, types, ratings and dates."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from understudy import Record, World

from .episodes import as_episode
from .facts import is_rated
from .records import NODES

_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
}
#: Dates that only edges have.
_DATES_OF_EDGES = ("valid_at", "invalid_at", "expired_at")

Wanted = Callable[[Record], bool]


def wanted_edges(world: World, request: Mapping[str, Any]) -> Wanted:
    """Return a predicate for the edges that a search is about; both nodes must have a label."""
    filters = request.get("search_filters") or {}
    labels, types = filters.get("node_labels"), filters.get("edge_types")
    rating = request.get("min_fact_rating")

    def is_wanted(stored: Record) -> bool:
        fact = stored["fact"]
        return (
            is_rated(fact, rating)
            and (not types or fact["name"] in types)
            and (not labels or all(_labelled(world, stored[end], labels) for end in _ENDS))
            and _match_dates(fact, filters, ("created_at", *_DATES_OF_EDGES))
        )

    return is_wanted


_ENDS = ("source", "target")


def _labelled(world: World, uuid: str, labels: Sequence[str]) -> bool:
    stored = world.store.get(NODES, uuid)
    return stored is not None and not set(labels).isdisjoint(stored["node"]["labels"])


def wanted_nodes(world: World, request: Mapping[str, Any]) -> Wanted:
    """Return a predicate for the nodes that a search is about."""
    filters = request.get("search_filters") or {}
    labels = filters.get("node_labels")
    return lambda stored: (
        (not labels or not set(labels).isdisjoint(stored["node"]["labels"]))
        and _match_dates(stored["node"], filters, ("created_at",))
    )


def wanted_episodes(world: World, request: Mapping[str, Any]) -> Wanted:
    """Return a predicate for the episodes that a search is about."""
    filters = request.get("search_filters") or {}
    return lambda stored: _match_dates(as_episode(stored), filters, ("created_at",))


def _match_dates(
    shown: Mapping[str, Any], filters: Mapping[str, Any], fields: Sequence[str]
) -> bool:
    """Return whether for each field with filters all comparisons of at least one group hold."""
    return all(
        any(
            all(_compares(shown.get(field), comparison) for comparison in group)
            for group in filters[field]
        )
        for field in fields
        if filters.get(field)
    )


def _compares(date: str | None, comparison: Mapping[str, Any]) -> bool:
    """Return whether the comparison holds; it never does for a date that is missing or invalid."""
    left, right = _parse_date(date), _parse_date(comparison["date"])
    if left is None or right is None:
        return False
    return _COMPARISONS[comparison["comparison_operator"]](left, right)


def _parse_date(date: str | None) -> datetime | None:
    try:
        parsed = datetime.fromisoformat((date or "").upper())
    except ValueError:  # a leap second, or the year 0
        return None
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
