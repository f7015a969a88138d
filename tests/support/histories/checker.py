"""Whether a history is linearizable: each operation takes effect at one moment between its request
and its response, so that a single copy of the state could have answered like this.

The search follows the time of the history. It keeps each state that the server may be in, with the
operations that have taken effect but are not answered yet. When a response arrives, its operation
must have taken effect: before it, any of the unanswered ones may have.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

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
    configurations: set[Configuration[State]] = {(initial, frozenset())}
    unanswered: dict[int, Operation] = {}
    for number, is_response in _events(operations):
        if not is_response:
            unanswered[number] = operations[number]
            continue
        after = _after_response(configurations, number, unanswered, step)
        operation = unanswered.pop(number)
        if not after:
            states = tuple(state for state, _ in configurations)
            return Violation(operation, states, tuple(unanswered.values()))
        configurations = _without_dominated(after, unanswered)
    return None


def _events(operations: Sequence[Operation]) -> Iterator[tuple[int, bool]]:
    """Yield the number of each operation at its request (False) and its response (True)."""
    events = [(operation.begin, False, number) for number, operation in enumerate(operations)]
    for number, operation in enumerate(operations):
        if operation.end is not None:
            events.append((operation.end, True, number))
    for _, is_response, number in sorted(events):
        yield number, is_response


def _after_response(
    configurations: Iterable[Configuration[State]],
    answered: int,
    unanswered: dict[int, Operation],
    step: Step[State],
) -> set[Configuration[State]]:
    """Return the configurations in which the answered operation has taken effect."""
    found = set()
    seen = set()
    pending = list(configurations)
    while pending:
        state, done = pending.pop()
        if answered in done:
            found.add((state, done - {answered}))
            continue
        for following in _following(state, done, unanswered, step):
            if following not in seen:
                seen.add(following)
                pending.append(following)
        if len(seen) > _MOST:
            raise Undecided(f"more than {_MOST} orders before {unanswered[answered]}")
    return found


def _following(
    state: State, done: frozenset[int], unanswered: dict[int, Operation], step: Step[State]
) -> list[Configuration[State]]:
    """Return the configurations after one more operation.

    Operations that fit and change nothing, such as reads, take effect at once and together: if they
    could do so later, they can do so now.
    """
    after = {
        number: changed
        for number, operation in unanswered.items()
        if number not in done and (changed := step(state, operation)) is not None
    }
    idle = {number for number, changed in after.items() if changed == state}
    if idle:
        return [(state, done | idle)]
    return [(changed, done | {number}) for number, changed in after.items()]


def _without_dominated(
    configurations: set[Configuration[State]], unanswered: dict[int, Operation]
) -> set[Configuration[State]]:
    """Drop each configuration that differs from another one only in that more operations of unknown
    response have taken effect: the other one can do all that it can."""
    unknown = {number for number, operation in unanswered.items() if operation.end is None}
    if not unknown or len(configurations) == 1:
        return configurations
    alike: dict[tuple[State, frozenset[int]], list[frozenset[int]]] = {}
    for state, done in sorted(configurations, key=lambda pair: len(pair[1])):
        smaller = alike.setdefault((state, done - unknown), [])
        if not any(other <= done for other in smaller):
            smaller.append(done)
    return {(state, done) for (state, _), kept in alike.items() for done in kept}
