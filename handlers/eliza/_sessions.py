"""Sessions: their life from creation through renewal to expiry, and how they are shown."""

from __future__ import annotations

from typing import Any, NamedTuple

from understudy import Problem, Record, World

from ._state import BY_EXPIRY, BY_WARNING, MINUTE, SESSIONS, iso
from ._timeouts import expiry, renews_itself

SWEEP_INTERVAL = 5 * MINUTE


class Census(NamedTuple):
    """How many sessions there are; the expired ones are those that no sweep has removed yet."""

    total: int
    active: int
    expired: int


def new_session(session_id: str, channel_id: str, body: Record, config: Record, now: int) -> Record:
    """The record of a session that begins now."""
    session = {
        "sessionId": session_id,
        "channelId": channel_id,
        "agentId": body["agentId"],
        "userId": body["userId"],
        "createdAt": iso(now),
        "metadata": body.get("metadata") or {},
        "timeoutConfig": config,
        "created": now,
        "renewalCount": 0,
    }
    return _until(session, expiry(config, now, now, now), now)


def touched(session: Record, now: int) -> Record:
    """The session after activity now: renewed, if its configuration says so."""
    config = session["timeoutConfig"]
    if not renews_itself(config):
        return {**session, "lastActivity": iso(now)}
    renewed = {**session, "renewalCount": session["renewalCount"] + 1}
    return _until(renewed, expiry(config, session["created"], now, now), now)


def _until(session: Record, expires: int, activity: int) -> Record:
    return {
        **session,
        "lastActivity": iso(activity),
        "expiresAt": iso(expires),
        "expires": expires,
        "warns": expires - session["timeoutConfig"]["warningThresholdMinutes"] * MINUTE,
    }


def live_session(world: World, session_id: str, now: int) -> Record:
    """The session, which must not have expired; the first to ask for an expired one learns so,
    and it is gone."""
    session = unswept_session(world, session_id, now)
    if session["expires"] > now:
        return session
    world.store.delete(SESSIONS, session_id)
    world.store.commit()  # so that the refusal below does not bring it back
    message = f"Session '{session_id}' expired at {session['expiresAt']}"
    raise Problem(410, message, code="SESSION_EXPIRED")


def unswept_session(world: World, session_id: str, now: int) -> Record:
    """The session, expired or not, unless a sweep has removed it."""
    session = world.store.get(SESSIONS, session_id)
    if session is None or session["expires"] <= _last_sweep(now):
        message = f"Session with ID '{session_id}' not found"
        raise Problem(404, message, code="SESSION_NOT_FOUND")
    return session


def sweep(world: World, now: int) -> None:
    """Remove what had expired at the last sweep. The clock may have jumped over many sweeps; what
    matters is only that nobody sees what the last one removed."""
    gone = world.store.list(SESSIONS, BY_EXPIRY, below=_last_sweep(now) + 1)
    for session in gone:
        world.store.delete(SESSIONS, session["sessionId"])


def _last_sweep(now: int) -> int:
    return now - now % SWEEP_INTERVAL


def census(world: World, now: int) -> Census:
    """Count the sessions; costs what is expired, not what is there."""
    total = world.store.count(SESSIONS, BY_EXPIRY)
    expired = len(world.store.list(SESSIONS, BY_EXPIRY, below=now + 1))
    return Census(total, total - expired, expired)


def count_expiring_soon(world: World, now: int) -> int:
    """How many active sessions are within their warning time (an expired one is past it)."""
    warned = len(world.store.list(SESSIONS, BY_WARNING, below=now + 1))
    return warned - census(world, now).expired


def is_near_expiration(session: Record, now: int) -> bool:
    """Whether the session is active, and within its warning time."""
    warned: bool = session["warns"] <= now < session["expires"]
    return warned


def session_info(session: Record, now: int) -> dict[str, Any]:
    """The session as the API shows it."""
    return {
        "sessionId": session["sessionId"],
        "channelId": session["channelId"],
        "agentId": session["agentId"],
        "userId": session["userId"],
        "createdAt": session["createdAt"],
        "lastActivity": session["lastActivity"],
        "metadata": session["metadata"],
        "expiresAt": session["expiresAt"],
        "timeoutConfig": session["timeoutConfig"],
        "renewalCount": session["renewalCount"],
        "timeRemaining": max(session["expires"] - now, 0),
        "isNearExpiration": is_near_expiration(session, now),
    }
