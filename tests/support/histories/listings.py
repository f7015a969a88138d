"""Checks over lists and pages: their order, their length, and what two of them say together."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from typing import NamedTuple

from tests.support.histories.operation import Operation


class Numbered(NamedTuple):
    """An addition that was answered with a number: 1, 2, 3..."""

    begin: int
    end: int
    number: int


def disagreements(lists: Iterable[Sequence[Hashable]]) -> Iterator[str]:
    """Yield items that stand in one order in some lists and in another order in others.

    An item that a list has twice is in disorder with itself.
    """
    before: dict[Hashable, set[Hashable]] = {}
    for items in lists:
        for earlier, later in pairwise(items):
            before.setdefault(later, set()).add(earlier)
    try:
        TopologicalSorter(before).prepare()
    except CycleError as error:
        yield f"lists disagree about the order of {error.args[1]}"


def contradictions(snapshots: Iterable[frozenset[Hashable]]) -> Iterator[str]:
    """Yield pairs of lists of things that are only added, where each list has something that the
    other one has not: no moment is before both additions and after both."""
    for smaller, larger in pairwise(sorted(snapshots, key=len)):
        if not smaller <= larger:
            yield (
                f"one list has {set(smaller - larger)} without {set(larger - smaller)}, "
                "another one the opposite"
            )


def wrong_length(page: Operation) -> Iterator[str]:
    """Yield what is wrong if a page has not as many sessions as its total leaves for it."""
    number, size, _ = page.values
    total = page.body["total_count"]
    expected = max(0, min(size, total - (number - 1) * size))
    if len(page.view) != expected:
        yield f"of {total} sessions, {len(page.view)} and not {expected} are on {page}"


def not_ascending(numbers: Sequence[int]) -> Iterator[str]:
    """Yield numbers of a list, oldest first, that are not higher than the one before."""
    for earlier, later in pairwise(numbers):
        if later <= earlier:
            yield f"a list has the number {later} after {earlier}"


def misnumbered(additions: Iterable[Numbered]) -> Iterator[str]:
    """Yield numbers that were given twice, or to an addition that began after one with a higher
    number had ended."""
    ordered = sorted(additions)
    numbers = [addition.number for addition in ordered]
    for number in {number for number in numbers if numbers.count(number) > 1}:
        yield f"the number {number} was given {numbers.count(number)} times"
    ended = sorted(ordered, key=lambda addition: addition.end)
    highest, position = 0, 0
    for addition in ordered:
        while ended[position].end < addition.begin:
            highest = max(highest, ended[position].number)
            position += 1
        if addition.number < highest:
            yield f"the number {addition.number} was given after {highest}"
