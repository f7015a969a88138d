"""What the stand-in keeps. Times within records are milliseconds since 1970, as in JavaScript."""

from __future__ import annotations

from understudy import Collection, Index, World, iso_millis

#: Sessions, by the moment when they expire, and by the moment when their warning begins.
BY_EXPIRY = Index(order="expires")
BY_WARNING = Index(order="warns")
SESSIONS = Collection("sessions", (BY_EXPIRY, BY_WARNING))

#: Agents, those that run first, then by name.
BY_STATUS_AND_NAME = Index(order="place")
AGENTS = Collection("agents", (BY_STATUS_AND_NAME,))

#: The one record about the server itself.
SERVER = Collection("server")
SERVER_KEY = "server"

MINUTE = 60_000


def milliseconds(world: World) -> int:
    """What Date.now() would say."""
    return world.clock.now() // 1000


def iso(millis: int) -> str:
    """`millis` as Date.toISOString() writes it."""
    return iso_millis(millis * 1000)
