"""The clock and the ids: time and chance, as a namespace believes in them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from understudy.runtime.clock import Clock
from understudy.runtime.ids import Ids
from understudy.timestamps import iso_millis, rfc3339

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


class Wall:
    """A wall clock that a test turns by hand, in nanoseconds."""

    now = 1_700_000_000_000_000_000

    def __call__(self) -> int:
        """The time."""
        return self.now


def test_a_frozen_clock_stands_still_and_can_be_advanced() -> None:
    """Freeze, advance, and the wall clock does not matter."""
    wall = Wall()
    clock = Clock(wall)
    clock.freeze(NOON)
    wall.now += 10**12
    assert (clock.frozen, rfc3339(clock.now())) == (True, "2026-01-01T12:00:00.000000Z")
    clock.advance(timedelta(minutes=31))
    assert rfc3339(clock.now()) == "2026-01-01T12:31:00.000000Z"


def test_a_resumed_clock_runs_on_from_where_it_stood() -> None:
    """Resume keeps the time; reset brings back the wall clock's."""
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


def test_a_running_clock_can_be_frozen_where_it_is() -> None:
    """Without a moment, freeze means now."""
    wall = Wall()
    clock = Clock(wall)
    before = clock.now()
    clock.freeze()
    wall.now += 10**9
    assert clock.now() == before


def test_a_clock_does_not_leave_the_calendar() -> None:
    """What leads beyond the year 9998 is refused, and changes nothing."""
    clock = Clock()
    clock.freeze(NOON)
    with pytest.raises(OverflowError):
        clock.advance(timedelta(days=365 * 9000))
    for moment in (datetime.min, datetime.max):
        with pytest.raises(OverflowError):
            clock.freeze(moment.replace(tzinfo=UTC))
    assert rfc3339(clock.now()) == "2026-01-01T12:00:00.000000Z"


def test_times_as_text() -> None:
    """Microseconds for one API, JavaScript's milliseconds for the other; before 1970 too."""
    assert rfc3339(1_500_000) == "1970-01-01T00:00:01.500000Z"
    assert iso_millis(1_234_567) == "1970-01-01T00:00:01.234Z"
    assert iso_millis(-1) == "1969-12-31T23:59:59.999Z"


def test_ids_repeat_for_the_same_seed() -> None:
    """UUIDs of version 4, the same ones again after a reset, others for another seed."""
    ids = Ids("a")
    made = [ids.uuid() for _ in range(3)]
    assert all(UUID(one).version == 4 and str(UUID(one)) == one for one in made)
    assert len(set(made)) == 3
    ids.reset()
    assert [ids.uuid() for _ in range(3)] == made
    ids.reset("b")
    assert ids.uuid() != made[0]
    assert Ids("b").seed == ids.seed
