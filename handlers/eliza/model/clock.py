"""Time as JavaScript counts it, in milliseconds since 1970, and the time of the server's start.

Times within records are such milliseconds, but for that of the start.
"""

from __future__ import annotations

from understudy import Collection, World, iso_millis

from .record_types import ServerRecord

MINUTE = 60_000

#: One record: when the server started, in microseconds since 1970.
SERVER = Collection("server", record=ServerRecord)
_KEY = "server"


def milliseconds(world: World) -> int:
    """Return what `Date.now()` would."""
    return world.clock.now() // 1000


def iso(millis: int) -> str:
    """Return a time as `Date.toISOString()` writes it."""
    return iso_millis(millis * 1000)


def record_start(world: World, micros: int) -> None:
    """Store when the server started."""
    world.store.put(SERVER, _KEY, {"started": micros})


def started_at(world: World, default: int) -> int:
    """Return when the server started, in microseconds; the default if that is unknown."""
    server = world.store.get(SERVER, _KEY)
    return default if server is None else int(server["started"])


def uptime(world: World, now: int) -> float:
    """Return for how many seconds the server has run; `now` is in microseconds."""
    return max(now - started_at(world, now), 0) / 1_000_000
