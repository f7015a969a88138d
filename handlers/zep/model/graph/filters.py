"""What a search of a graph leaves out: by labels, types, ratings and dates."""

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
#: What edges alone have.
_DATES_OF_EDGES = ("valid_at", "invalid_at", "expired_at")

Wanted = Callable[[Record], bool]


def wanted_edges(world: World, request: Mapping[str, Any]) -> Wanted:
    """Tells which edges a search is about; labels are those of both nodes of an edge."""
    filters = request.get("search_filters") or {}
    labels, types = filters.get("node_labels"), filters.get("edge_types")
    rating = request.get("min_fact_rating")

    def wanted(stored: Record) -> bool:
        fact = stored["fact"]
        return (
            is_rated(fact, rating)
            and (not types or fact["name"] in types)
            and (not labels or all(_labelled(world, stored[end], labels) for end in _ENDS))
            and _match_dates(fact, filters, ("created_at", *_DATES_OF_EDGES))
        )

    return wanted


_ENDS = ("source", "target")


def _labelled(world: World, uuid: str, labels: Sequence[str]) -> bool:
    stored = world.store.get(NODES, uuid)
    return stored is not None and not set(labels).isdisjoint(stored["node"]["labels"])


def wanted_nodes(world: World, request: Mapping[str, Any]) -> Wanted:
    """Tells which nodes a search is about."""
    filters = request.get("search_filters") or {}
    labels = filters.get("node_labels")
    return lambda stored: (
        (not labels or not set(labels).isdisjoint(stored["node"]["labels"]))
        and _match_dates(stored["node"], filters, ("created_at",))
    )


def wanted_episodes(world: World, request: Mapping[str, Any]) -> Wanted:
    """Tells which episodes a search is about."""
    filters = request.get("search_filters") or {}
    return lambda stored: _match_dates(as_episode(stored), filters, ("created_at",))


def _match_dates(
    thing: Mapping[str, Any], filters: Mapping[str, Any], fields: Sequence[str]
) -> bool:
    """Whether, of each field, all comparisons of one group hold."""
    return all(
        any(all(_compares(thing.get(field), one) for one in group) for group in filters[field])
        for field in fields
        if filters.get(field)
    )


def _compares(date: str | None, comparison: Mapping[str, Any]) -> bool:
    """Whether a date compares so; one that there is not, or is none, never does."""
    known, other = _parse_date(date), _parse_date(comparison["date"])
    if known is None or other is None:
        return False
    return _COMPARISONS[comparison["comparison_operator"]](known, other)


def _parse_date(date: str | None) -> datetime | None:
    try:
        parsed = datetime.fromisoformat((date or "").upper())
    except ValueError:  # not a date of ours: a leap second, or the year 0
        return None
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
