"""Whether a history is linearizable: each operation takes effect at one moment between its request
and its response, so that a single copy of the state could have answered like this.

The search follows the time of the history. It keeps each state that the server may be in, with the
operations that have taken effect but are not answered yet. When a response arrives, its operation
must have taken effect: before it, any of the unanswered ones may have.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from tests.support.histories.operation import Operation

State = TypeVar("State", bound=Hashable)

#: Returns the state after an operation, or None if its response is impossible in this state. An
#: operation of unknown response that would change nothing is impossible too.
Step = Callable[[State, Operation], State | None]

#: A state, and the numbers of the unanswered operations that have taken effect in it.
Configuration = tuple[State, frozenset[int]]

#: How many configurations may be looked at for one response.
_MOST = 100_000


class Undecided(Exception):
    """The history has too many operations at once to be judged."""


@dataclass(frozen=True, slots=True)
class Violation:
    """A response that no order explains, the states that were possible, and what else ran."""

    operation: Operation
    states: tuple[object, ...]
    unanswered: tuple[Operation, ...]

    def __str__(self) -> str:
        """Return the violation as lines of a report."""
        lines = [f"no order of the operations explains {self.operation}"]
        lines += [f"  possible before it: {state}" for state in self.states[:5]]
        lines += [f"  at the same time: {operation}" for operation in self.unanswered[:20]]
        return "\n".join(lines)


def first_violation(
    operations: Sequence[Operation], initial: State, step: Step[State]
) -> Violation | None:
    """Return the first response that contradicts all orders, or None. Raises Undecided."""
    return _Search(operations, initial, step).first_violation()


class _Search(Generic[State]):
    """A walk through one history."""

    def __init__(self, operations: Sequence[Operation], initial: State, step: Step[State]) -> None:
        self._operations = operations
        self._step = step
        self._configurations: set[Configuration[State]] = {(initial, frozenset())}
        self._unanswered: set[int] = set()
        # The same operations are tried in the same states for many responses.
        self._results: dict[State, dict[int, State | None]] = {}

    def first_violation(self) -> Violation | None:
        for number, is_response in _events(self._operations):
            if not is_response:
                self._unanswered.add(number)
                continue
            after = self._after_response(number)
            self._unanswered.remove(number)
            if not after:
                return self._violation(number)
            self._configurations = self._without_dominated(after)
        return None

    def _violation(self, number: int) -> Violation:
        states = tuple(state for state, _ in self._configurations)
        unanswered = tuple(self._operations[other] for other in sorted(self._unanswered))
        return Violation(self._operations[number], states, unanswered)

    def _after_response(self, answered: int) -> set[Configuration[State]]:
        """Return the configurations in which the answered operation has taken effect."""
        found = set()
        seen = set()
        pending = list(self._configurations)
        while pending:
            state, done = pending.pop()
            if answered in done:
                found.add((state, done - {answered}))
                continue
            new = [one for one in self._following(state, done) if one not in seen]
            seen.update(new)
            pending += new
            if len(seen) > _MOST:
                raise Undecided(f"more than {_MOST} orders before {self._operations[answered]}")
        return found

    def _following(self, state: State, done: frozenset[int]) -> list[Configuration[State]]:
        """Return the configurations after one more operation.

        Operations that fit and change nothing, such as reads, take effect at once and together: if
        they could do so later, they can do so now.
        """
        results = self._results.setdefault(state, {})
        for number in self._unanswered - results.keys():
            results[number] = self._step(state, self._operations[number])
        after = [(number, results[number]) for number in self._unanswered - done]
        idle = [number for number, changed in after if changed == state]
        if idle:
            return [(state, done.union(idle))]
        return [(changed, done | {number}) for number, changed in after if changed is not None]

    def _without_dominated(
        self, configurations: set[Configuration[State]]
    ) -> set[Configuration[State]]:
        """Drop each configuration that differs from another one only in that more operations of
        unknown response have taken effect: the other one can do all that it can."""
        unknown = {one for one in self._unanswered if self._operations[one].end is None}
        if not unknown or len(configurations) == 1:
            return configurations
        alike: dict[tuple[State, frozenset[int]], list[frozenset[int]]] = {}
        for state, done in sorted(configurations, key=lambda pair: len(pair[1])):
            smaller = alike.setdefault((state, done - unknown), [])
            if not any(other <= done for other in smaller):
                smaller.append(done)
        return {(state, done) for (state, _), kept in alike.items() for done in kept}


def _events(operations: Sequence[Operation]) -> Iterator[tuple[int, bool]]:
    """Yield the number of each operation at its request (False) and its response (True)."""
    events = [(operation.begin, False, number) for number, operation in enumerate(operations)]
    for number, operation in enumerate(operations):
        if operation.end is not None:
            events.append((operation.end, True, number))
    for _, is_response, number in sorted(events):
        yield number, is_response
