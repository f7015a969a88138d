"""Sessions: a conversation between a user and an agent, for as long as it is active."""

from __future__ import annotations

from operator import itemgetter
from typing import Any

from understudy import Record, World, iso_millis

from ._agents import running_agent
from ._limits import check_metadata
from ._messages import open_channel
from ._sessions import (
    census,
    count_expiring_soon,
    live_session,
    new_session,
    session_info,
    sweep,
    unswept_session,
)
from ._state import BY_EXPIRY, SERVER, SERVER_KEY, SESSIONS, milliseconds
from ._timeouts import merged

_SHOWN_AT_CREATION = (
    "sessionId",
    "channelId",
    "agentId",
    "userId",
    "createdAt",
    "metadata",
    "expiresAt",
    "timeoutConfig",
)


def create_session(world: World, body: Record) -> Any:
    """Begin a session with a running agent, in a channel of its own."""
    running_agent(world, body["agentId"])
    check_metadata(body.get("metadata"))
    now = milliseconds(world)
    session_id, channel_id = world.ids.uuid(), world.ids.uuid()
    config = merged(body.get("timeoutConfig"))
    session = new_session(session_id, channel_id, body, config, now)
    sweep(world, now)
    open_channel(world, session)
    world.store.put(SESSIONS, session_id, session)
    return {name: session[name] for name in _SHOWN_AT_CREATION}


def list_sessions(world: World) -> Any:
    """The active sessions, oldest first."""
    now = milliseconds(world)
    sweep(world, now)
    active = world.store.list(SESSIONS, BY_EXPIRY, above=now)
    active.sort(key=itemgetter("created"))
    counts = census(world, now)
    return {
        "sessions": [session_info(session, now) for session in active],
        "total": counts.active,
        "stats": {
            "totalSessions": counts.total,
            "activeSessions": counts.active,
            "expiredSessions": counts.expired,
        },
    }


def get_sessions_health(world: World) -> Any:
    """Counts of sessions, and how long the server has run."""
    micros = world.clock.now()
    now = micros // 1000
    server = world.store.get(SERVER, SERVER_KEY)
    started = micros if server is None else server["started"]
    return {
        "status": "healthy",
        "activeSessions": census(world, now).active,
        "timestamp": iso_millis(micros),
        "expiringSoon": count_expiring_soon(world, now),
        "uptime": max(micros - started, 0) / 1_000_000,
    }


def get_session(world: World, session_id: str) -> Any:
    """One active session."""
    now = milliseconds(world)
    return session_info(live_session(world, session_id, now), now)


def end_session(world: World, session_id: str) -> Any:
    """End a session, even one that has expired; its channel and messages stay."""
    unswept_session(world, session_id, milliseconds(world))
    world.store.delete(SESSIONS, session_id)
    return {"success": True, "message": f"Session {session_id} deleted successfully"}
