"""The clock and the ids of a namespace."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from understudy.runtime.clock import Clock
from understudy.runtime.ids import Ids
from understudy.timestamps import iso_millis, rfc3339

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


class Wall:
    """A wall clock that a test sets, in nanoseconds."""

    now = 1_700_000_000_000_000_000

    def __call__(self) -> int:
        """Return the time."""
        return self.now


def test_frozen_clock_can_be_advanced() -> None:
    """The wall clock has no effect on a frozen clock."""
    wall = Wall()
    clock = Clock(wall)
    clock.freeze(NOON)
    wall.now += 10**12
    assert (clock.frozen, rfc3339(clock.now())) == (True, "2026-01-01T12:00:00.000000Z")
    clock.advance(timedelta(minutes=31))
    assert rfc3339(clock.now()) == "2026-01-01T12:31:00.000000Z"


def test_resumed_clock_runs_on_from_its_time() -> None:
    """Resume keeps the time; reset sets it back to the wall clock's."""
    wall = Wall()
    clock = Clock(wall)
    clock.freeze(NOON)
    clock.resume()
    wall.now += 5_000_000_000
    assert rfc3339(clock.now()) == "2026-01-01T12:00:05.000000Z"
    clock.advance(timedelta(hours=1))
    assert rfc3339(clock.now()) == "2026-01-01T13:00:05.000000Z"
    clock.reset()
    assert clock.now() == wall.now // 1000


def test_freeze_without_a_time_means_now() -> None:
    """A running clock is frozen at its current time."""
    wall = Wall()
    clock = Clock(wall)
    before = clock.now()
    clock.freeze()
    wall.now += 10**9
    assert clock.now() == before


def test_clock_keeps_to_its_years() -> None:
    """A change that leads out of the years 2 to 9998 is refused, and changes nothing."""
    clock = Clock()
    clock.freeze(NOON)
    with pytest.raises(OverflowError):
        clock.advance(timedelta(days=365 * 9000))
    for far in (datetime.min, datetime.max):
        with pytest.raises(OverflowError):
            clock.freeze(far.replace(tzinfo=UTC))
    assert rfc3339(clock.now()) == "2026-01-01T12:00:00.000000Z"


def test_timestamps_have_six_or_three_digits() -> None:
    """Microseconds, or milliseconds as in JavaScript; before 1970 too."""
    assert rfc3339(1_500_000) == "1970-01-01T00:00:01.500000Z"
    assert iso_millis(1_234_567) == "1970-01-01T00:00:01.234Z"
    assert iso_millis(-1) == "1969-12-31T23:59:59.999Z"


def test_ids_repeat_for_the_same_seed() -> None:
    """They are UUIDs of version 4, the same ones after a reset, others for another seed."""
    ids = Ids("a")
    first = [ids.uuid() for _ in range(3)]
    assert all(UUID(id_).version == 4 and str(UUID(id_)) == id_ for id_ in first)
    assert len(set(first)) == 3
    ids.reset()
    assert [ids.uuid() for _ in range(3)] == first
    ids.reset("b")
    assert ids.uuid() != first[0]
    assert Ids("b").seed == ids.seed
