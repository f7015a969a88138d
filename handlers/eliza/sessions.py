"""Sessions: a conversation between a user and an agent, for as long as it is active."""

from __future__ import annotations

from typing import Any

from understudy import Record, World, iso_millis

from .model.agents.agent import AGENTS, known_agent, running_agent
from .model.channels.channel import open_channel
from .model.clock import milliseconds, uptime
from .model.javascript import spread
from .model.persona import is_release
from .model.sessions.agent_timeouts import timeouts_of
from .model.sessions.census import census, count_expiring_soon, sweep
from .model.sessions.session import (
    IN_ORDER,
    SESSIONS,
    emit_renewal,
    live_session,
    new_session,
    reconfigured,
    refuse_at_longest,
    renewed,
    session_info,
    touched,
    unswept_session,
)
from .model.sessions.timeouts import DEFAULTS, check_timeouts, merge_timeouts
from .model.validation import check_metadata

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
    """Create a session with a running agent, in a channel of its own."""
    agent = running_agent(world, body["agentId"])
    check_metadata(body.get("metadata"))
    now = milliseconds(world)
    session_id, channel_id = world.ids.uuid(), world.ids.uuid()
    config = merge_timeouts(body.get("timeoutConfig"), timeouts_of(world, agent, now))
    session = new_session(world, session_id, channel_id, body, config, now)
    sweep(world, now)
    open_channel(
        world,
        channel_id=channel_id,
        name=f"session-{session_id}",
        kind="DM",
        metadata={
            "sessionId": session_id,
            "agentId": body["agentId"],
            "userId": body["userId"],
            "timeoutConfig": config,
            **spread(session["metadata"]),
        },
        participants=(body["agentId"],),
    )
    world.store.put(SESSIONS, session_id, session)
    return {name: session[name] for name in _SHOWN_AT_CREATION}


def list_sessions(world: World) -> Any:
    """List the active sessions, oldest first."""
    now = milliseconds(world)
    sweep(world, now)
    kept = world.store.list(SESSIONS, IN_ORDER)
    active = [session for session in kept if session["expires"] > now]
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
    """Return counts of sessions, and the server's uptime."""
    micros = world.clock.now()
    now = micros // 1000
    return {
        "status": "healthy",
        "activeSessions": census(world, now).active,
        "timestamp": iso_millis(micros),
        "expiringSoon": count_expiring_soon(world, now),
        "uptime": uptime(world, micros),
    }


def get_session(world: World, session_id: str) -> Any:
    """Return an active session."""
    now = milliseconds(world)
    return session_info(live_session(world, session_id, now), now)


def end_session(world: World, session_id: str) -> Any:
    """End a session, even an expired one; its channel and messages stay.

    The connections to its channel are closed, but not in 1.7.2.
    """
    session = unswept_session(world, session_id, milliseconds(world))
    world.store.delete(SESSIONS, session_id)
    if not is_release(world):
        world.events.close(session["channelId"])
    return {"success": True, "message": f"Session {session_id} deleted successfully"}


def renew_session(world: World, session_id: str) -> Any:
    """Renew a session, also one that activity does not renew.

    The reference answers 422 if it has reached its longest duration; in 1.7.2 it has then expired
    like any other.
    """
    now = milliseconds(world)
    if not is_release(world):
        refuse_at_longest(unswept_session(world, session_id, now), now)
    session = renewed(live_session(world, session_id, now), now)
    world.store.put(SESSIONS, session_id, session)
    emit_renewal(world, session)
    return session_info(session, now)


def update_session_timeout(world: World, session_id: str, body: Any) -> Any:
    """Replace the timeouts of a session; absent ones are as for a new session."""
    now = milliseconds(world)
    session = live_session(world, session_id, now)
    check_timeouts(body)
    agent_exists = world.store.get(AGENTS, session["agentId"]) is not None
    defaults = (
        timeouts_of(world, known_agent(world, session["agentId"]), now)
        if agent_exists
        else DEFAULTS
    )
    session = reconfigured(session, merge_timeouts(body, defaults), now)
    world.store.put(SESSIONS, session_id, session)
    return session_info(session, now)


def session_heartbeat(world: World, session_id: str) -> Any:
    """Keep a session alive without a message."""
    now = milliseconds(world)
    session = touched(live_session(world, session_id, now), now)
    world.store.put(SESSIONS, session_id, session)
    emit_renewal(world, session)
    return session_info(session, now)
