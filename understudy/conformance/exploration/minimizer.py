"""The search for the shortest sequence that ends in a difference."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TypeVar

from understudy.conformance.arazzo.runner import Sent
from understudy.conformance.exploration.differential import (
    DifferentialRunner,
    Observation,
    Signature,
)
from understudy.conformance.exploration.sequence import Step, closure, kept, related

#: Requests to the target, about, in which the shortest sequence must be found.
MOST = 150


class Minimizer:
    """Looks for a difference in other sequences, with a limit to the requests that it makes.
    `last` is how it was seen the last time."""

    def __init__(self, court: DifferentialRunner, wanted: frozenset[Signature]) -> None:
        self._court = court
        self._wanted = wanted
        self._most = court.target.count + MOST
        self.last: tuple[Observation, list[Sent]] | None = None

    def shows(self, sequence: Sequence[Step], *, sure: bool = False) -> bool:
        """Whether the sequence ends in the difference; not, where too many requests were made."""
        if self._court.target.count >= self._most and not sure:
            return False
        last = None
        for observation in self._court.try_(sequence):
            if observation.number == len(sequence) - 1:
                last = observation
        if last is None or not self._wanted & last.signatures:
            return False
        self.last = last, self._court.exchanges
        return True

    def shortest(self, sequence: Sequence[Step]) -> list[Step]:
        """The shortest sequence that ends in the difference, as far as it was looked for."""
        last = len(sequence) - 1
        needed = closure(sequence, last)
        for wanted in (needed, related(sequence, needed)):
            if len(wanted) <= last and self._shows_with(sequence, wanted):
                sequence = kept(sequence, wanted)
                break
        before = list(range(len(sequence) - 1))
        if before and self._shows_with(sequence, {len(sequence) - 1}):
            before = []
        last = len(sequence) - 1
        few = ddmin(before, lambda some: self._shows_with(sequence, {*some, last}))
        return kept(sequence, {*few, last})

    def _shows_with(self, sequence: Sequence[Step], some: Collection[int]) -> bool:
        """Whether the last step still shows it with only some of those before it."""
        shorter = kept(sequence, some)
        return (
            bool(shorter)
            and shorter[-1].operation == sequence[-1].operation
            and (self.shows(shorter))
        )


T = TypeVar("T")


def ddmin(items: Sequence[T], shows: Callable[[list[T]], bool]) -> list[T]:
    """A shorter list that `shows` still: no single item can be left out of it (Zeller's ddmin,
    complements only). All of `items` are taken to show it."""
    items, parts = list(items), 2
    while len(items) >= 2:
        size = -(-len(items) // parts)
        for start in range(0, len(items), size):
            rest = items[:start] + items[start + size :]
            if rest and shows(rest):
                items, parts = rest, max(parts - 1, 2)
                break
        else:
            if size == 1:
                break
            parts = min(parts * 2, len(items))
    return items
