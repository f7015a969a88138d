"""Filters by the metadata of episodes: trees of conditions, joined by `and` or `or`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from understudy import Problem

from .comparisons import compares, name_of

#: How many conditions and groups a tree may have.
MOST_CONDITIONS = 1000

Matches = Callable[[Mapping[str, Any] | None], bool]


class Condition(NamedTuple):
    """A comparison with the value of a property."""

    name: str
    comparison: str
    wanted: Any

    def holds(self, known: Mapping[str, Any]) -> bool:
        """Return whether the condition holds for an object's property."""
        return compares(self.comparison, known.get(self.name), self.wanted)


def condition(given: Mapping[str, Any]) -> Condition:
    """Return a condition by a filter of v3 or of v4."""
    comparison = given.get("operator") or given.get("comparison_operator") or "eq"
    wanted = given["value"] if "value" in given else given.get("property_value")
    return Condition(str(given.get("property_name") or ""), name_of(comparison), wanted)


class _Group(NamedTuple):
    either: bool
    conditions: list[Condition]
    parts: list[int]


def metadata_filter(tree: Mapping[str, Any]) -> Matches:
    """Return a predicate for metadata by a tree of conditions; an empty group holds.

    There is no recursion, because clients choose the depth. Raises Problem 400 for a tree with too
    many conditions.
    """
    groups: list[_Group] = []
    pending = [tree]
    total = 0
    for given in pending:  # the list grows in the loop
        parts = given.get("groups") or []
        conditions = [condition(one) for one in given.get("filters") or ()]
        total += len(parts) + len(conditions)
        if total > MOST_CONDITIONS:
            raise Problem(
                400, f"bad request: metadata filters have at most {MOST_CONDITIONS} parts"
            )
        places = list(range(len(pending), len(pending) + len(parts)))
        groups.append(_Group(str(given.get("type")).lower() == "or", conditions, places))
        pending.extend(part or {} for part in parts)  # null is a group without comparisons

    def matches(metadata: Mapping[str, Any] | None) -> bool:
        known = metadata or {}
        held = [True] * len(groups)
        for place in reversed(range(len(groups))):
            held[place] = _holds(groups[place], known, held)
        return held[0]

    return matches


def _holds(group: _Group, known: Mapping[str, Any], held: list[bool]) -> bool:
    results = [one.holds(known) for one in group.conditions]
    results += [held[part] for part in group.parts]
    if not results:
        return True
    return any(results) if group.either else all(results)
