"""Filters by the metadata of episodes: trees of conditions, joined by `and` or `or`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from understudy import Problem

from .comparisons import compares, members, name_of

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
    name = name_of(comparison)
    wanted = members(wanted) if name == "in" else wanted
    return Condition(str(given.get("property_name") or ""), name, wanted)


class _Step(NamedTuple):
    """A condition, and what follows if it holds and if not: another step, or the result."""

    condition: Condition
    yes: _Step | bool
    no: _Step | bool


@dataclass
class _Group:
    """A group that is being compiled, from its last part to its first.

    `entry` is where those parts of it begin that are compiled.
    """

    parts: list[Condition | Mapping[str, Any]]
    either: bool
    yes: _Step | bool
    no: _Step | bool
    entry: _Step | bool

    @classmethod
    def of(cls, given: Mapping[str, Any], yes: _Step | bool, no: _Step | bool) -> _Group:
        """Return a group of a request; one without any part holds."""
        conditions = [condition(one) for one in given.get("filters") or ()]
        inner = [part or {} for part in given.get("groups") or ()]  # null has no parts
        either = str(given.get("type")).lower() == "or"
        last = no if either and (conditions or inner) else yes
        return cls([*conditions, *inner], either, yes, no, last)

    def targets(self) -> tuple[_Step | bool, _Step | bool]:
        """Return what follows a part that stands before those that are compiled."""
        return (self.yes, self.entry) if self.either else (self.entry, self.no)


def metadata_filter(tree: Mapping[str, Any]) -> Matches:
    """Return a predicate for metadata by a tree of conditions; an empty group holds.

    It takes a step for each condition at most, however many groups there are. Raises Problem 400
    for a tree with too many conditions or groups.
    """
    _refuse_large(tree)
    start = _compiled(tree)

    def matches(metadata: Mapping[str, Any] | None) -> bool:
        known, step = metadata or {}, start
        while isinstance(step, _Step):
            step = step.yes if step.condition.holds(known) else step.no
        return step

    return matches


def _refuse_large(tree: Mapping[str, Any]) -> None:
    total = 0
    pending = [tree]
    for given in pending:  # the list grows in the loop
        parts = given.get("groups") or []
        total += len(parts) + len(given.get("filters") or ())
        if total > MOST_CONDITIONS:
            raise Problem(
                400, f"bad request: metadata filters have at most {MOST_CONDITIONS} parts"
            )
        pending += [part or {} for part in parts]


def _compiled(tree: Mapping[str, Any]) -> _Step | bool:
    """Return the first step of a tree. There is no recursion, because clients choose the depth."""
    within = [_Group.of(tree, yes=True, no=False)]
    while True:
        group = within[-1]
        if group.parts:
            part, (yes, no) = group.parts.pop(), group.targets()
            if isinstance(part, Condition):
                group.entry = _Step(part, yes, no)
            else:
                within.append(_Group.of(part, yes, no))
        elif len(within) == 1:
            return group.entry
        else:
            within.pop()
            within[-1].entry = group.entry
