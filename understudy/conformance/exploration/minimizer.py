"""Finds the shortest sequence that ends in a difference."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TypeVar

from understudy.conformance.exploration.differential import (
    DifferentialRunner,
    Observation,
    Signature,
)
from understudy.conformance.exploration.sequence import (
    Call,
    dependencies,
    subsequence,
    with_related,
)
from understudy.http.messages import Exchange

#: About how many requests to the target the search for the shortest sequence may take.
MAX_REQUESTS = 150


class Minimizer:
    """Looks for a difference in shorter sequences, with a limited number of requests.

    `last` is the last observation of the difference, with the exchanges of its trial.
    """

    def __init__(self, runner: DifferentialRunner, signatures: frozenset[Signature]) -> None:
        self._runner = runner
        self._signatures = signatures
        self._limit = runner.target.count + MAX_REQUESTS
        self.last: tuple[Observation, list[Exchange]] | None = None

    def reproduces(self, sequence: Sequence[Call], *, ignore_limit: bool = False) -> bool:
        """Run a sequence; return whether its last call shows the difference. False at the limit."""
        if self._runner.target.count >= self._limit and not ignore_limit:
            return False
        last = None
        with self._runner.trial(sequence) as trial:
            for observation in trial:
                if observation.number == len(sequence) - 1:
                    last = observation
        if last is None or not self._signatures & last.signatures:
            return False
        self.last = last, trial.exchanges
        return True

    def shortest(self, sequence: Sequence[Call]) -> list[Call]:
        """Return the shortest sequence found that ends in the difference."""
        last = len(sequence) - 1
        needed = dependencies(sequence, last)
        for numbers in (needed, with_related(sequence, needed)):
            if len(numbers) <= last and self._reproduces_with(sequence, numbers):
                sequence = subsequence(sequence, numbers)
                break
        last = len(sequence) - 1
        before = list(range(last))
        if before and self._reproduces_with(sequence, {last}):
            before = []
        few = ddmin(before, lambda numbers: self._reproduces_with(sequence, {*numbers, last}))
        return subsequence(sequence, {*few, last})

    def _reproduces_with(self, sequence: Sequence[Call], numbers: Collection[int]) -> bool:
        """Return whether the last call still shows the difference after only these calls."""
        shorter = subsequence(sequence, numbers)
        return (
            bool(shorter)
            and shorter[-1].operation == sequence[-1].operation
            and self.reproduces(shorter)
        )


T = TypeVar("T")


def ddmin(items: Sequence[T], test: Callable[[list[T]], bool]) -> list[T]:
    """Return a shorter list that passes the test, of which no item can be left out.

    This is Zeller's ddmin with complements only. The whole list is assumed to pass.
    """
    items, parts = list(items), 2
    while len(items) >= 2:
        size = -(-len(items) // parts)
        for start in range(0, len(items), size):
            rest = items[:start] + items[start + size :]
            if rest and test(rest):
                items, parts = rest, max(parts - 1, 2)
                break
        else:
            if size == 1:
                break
            parts = min(parts * 2, len(items))
    return items
