"""The checker of linearizability, on a register: one value that is written and read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations, permutations
from random import Random

import pytest

from tests.support.histories import checker
from tests.support.histories.checker import Undecided, first_violation
from tests.support.histories.operation import Operation


def step(state: int, operation: Operation) -> int | None:
    """Return the value of the register after an operation; see `checker.Step`."""
    if operation.action == "read":
        return state if operation.view == state else None
    (value,) = operation.values
    return None if operation.end is None and value == state else value


def write(value: int, begin: int, end: int | None) -> Operation:
    """Return a write of the register."""
    return Operation("write", ("register",), (value,), begin, end, 200)


def read(value: int, begin: int, end: int) -> Operation:
    """Return a read that showed a value."""
    return Operation("read", ("register",), (), begin, end, 200, value)


def test_stale_read_is_found() -> None:
    """A read that begins after a write has ended must show it, and the report says what it may."""
    violation = first_violation([write(1, 0, 1), write(2, 2, 3), read(1, 4, 5)], 0, step)
    assert violation is not None
    assert violation.operation == read(1, 4, 5)
    assert str(violation).splitlines() == [
        "no order of the operations explains read(register) -> 200 1",
        "  possible before it: 2",
    ]


def test_read_during_write_may_show_both() -> None:
    """While a write is not answered, reads may show it or not."""
    assert first_violation([write(1, 0, 9), read(0, 1, 2), read(1, 3, 4)], 0, step) is None


def test_read_cannot_go_back() -> None:
    """What one read has shown, no later read unsees, even if the write is not answered yet."""
    violation = first_violation([write(1, 0, 9), read(1, 1, 2), read(0, 3, 4)], 0, step)
    assert violation is not None
    assert violation.unanswered == (write(1, 0, 9),)


def test_unknown_write_may_take_effect_late_or_never() -> None:
    """A write without a response is seen now, later or never, but not undone."""
    lost = write(1, 0, None)
    assert first_violation([lost, read(0, 2, 3)], 0, step) is None
    assert first_violation([lost, read(0, 2, 3), read(1, 4, 5)], 0, step) is None
    assert first_violation([lost, read(1, 2, 3), read(0, 4, 5)], 0, step) is not None


def test_search_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A history with too many orders is not judged."""
    monkeypatch.setattr(checker, "_MOST", 1000)
    writes = [write(number, 0, 100 + number) for number in range(1, 20)]
    with pytest.raises(Undecided, match="more than 1000 orders before write"):
        first_violation(writes, 0, step)


def test_same_verdicts_as_all_permutations() -> None:
    """On random small histories the verdict is that of a trial of all orders."""
    random = Random(0)
    verdicts = []
    for _ in range(1500):
        history = list(_random_history(random))
        verdict = first_violation(history, 0, step) is None
        assert verdict == _has_order(history), history
        verdicts.append(verdict)
    assert 300 < sum(verdicts) < 1200


def _random_history(random: Random) -> Iterator[Operation]:
    for number in range(1, random.randint(3, 6)):
        begin = random.randrange(10)
        end = begin + random.randint(1, 6)
        if random.random() < 0.5:
            yield read(random.randint(0, 3), begin, end)
        else:
            yield write(number, begin, None if random.random() < 0.3 else end)


def _has_order(history: Sequence[Operation]) -> bool:
    """Return whether an order explains the history, with any of the unknown writes."""
    known = [operation for operation in history if operation.end is not None]
    unknown = [operation for operation in history if operation.end is None]
    return any(
        _explains(order)
        for size in range(len(unknown) + 1)
        for some in combinations(unknown, size)
        for order in permutations([*known, *(replace(one, end=1000) for one in some)])
    )


def _explains(order: Sequence[Operation]) -> bool:
    for position, operation in enumerate(order):
        if any(later.end is not None and later.end < operation.begin for later in order[position:]):
            return False
    state: int | None = 0
    for operation in order:
        state = None if state is None else step(state, operation)
    return state is not None
