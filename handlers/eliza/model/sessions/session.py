"""Sessions: from creation through renewal to expiry."""

from __future__ import annotations

from typing import Any

from understudy import Collection, Index, Problem, Record, World

from ..clock import MINUTE, iso, started_at
from ..javascript import truthy
from ..persona import is_release
from ..record_types import SessionRecord
from .timeouts import LONGEST_DURATION, expiry, renews_itself

#: Sessions, oldest first, by the time when they expire, and by that when their warning begins.
IN_ORDER = Index()
BY_EXPIRY = Index(order="expires")
BY_WARNING = Index(order="warns")
SESSIONS = Collection(
    "sessions", (IN_ORDER, BY_EXPIRY, BY_WARNING), record=SessionRecord, key="sessionId"
)

#: In milliseconds, from the start of the server.
SWEEP_INTERVAL = 5 * MINUTE
#: How long a session has expired when a sweep deletes it: a moment after its end it is still 410.
_SHORTEST_REST = MINUTE
#: The same for a session whose timeouts were changed, so that its end is 410, however late a client
#: with a clock that jumps looks for it.
_LONGEST_REST = LONGEST_DURATION * MINUTE


def new_session(
    world: World, session_id: str, channel_id: str, body: Record, config: Record, now: int
) -> Record:
    """Return the record of a session that begins now."""
    metadata = body.get("metadata")
    session = {
        "sessionId": session_id,
        "channelId": channel_id,
        "agentId": body["agentId"],
        "userId": body["userId"],
        "createdAt": iso(now),
        "metadata": metadata if truthy(metadata) else {},
        "timeoutConfig": config,
        "created": now,
        "renewalCount": 0,
    }
    return _until(session, expiry(config, now, now, now), now)


def touched(session: Record, now: int) -> Record:
    """Return the session after activity now: renewed, if its configuration says so."""
    if renews_itself(session["timeoutConfig"]):
        return renewed(session, now)
    return {**session, "lastActivity": iso(now), "active": now}


def renewed(session: Record, now: int) -> Record:
    """Return the session renewed now, whatever its configuration says of activity."""
    config = session["timeoutConfig"]
    if not renews_itself(config):
        config = {**config, "autoRenew": True}
    expires = expiry(config, session["created"], now, now)
    return _until(session, expires, now, renewalCount=session["renewalCount"] + 1)


def reconfigured(session: Record, config: Record, now: int) -> Record:
    """Return the session with another configuration; this is not activity, and keeps a warning."""
    expires = expiry(config, session["created"], session["active"], now)
    return _until(
        {**session, "timeoutConfig": config},
        expires,
        session["active"],
        unwarnedSince=session["unwarnedSince"],
        sweepable=max(expires, now) + _LONGEST_REST,
    )


def _until(session: Record, expires: int, activity: int, **more: Any) -> Record:
    return {
        **session,
        "lastActivity": iso(activity),
        "active": activity,
        "expiresAt": iso(expires),
        "expires": expires,
        "sweepable": expires + _SHORTEST_REST,
        "warns": expires - session["timeoutConfig"]["warningThresholdMinutes"] * MINUTE,
        "unwarnedSince": activity,
        **more,
    }


def live_session(world: World, session_id: str, now: int) -> Record:
    """Return a session that has not expired.

    Raises Problem 404, or 410 to the first request after it has expired, which deletes it.
    """
    session = unswept_session(world, session_id, now)
    if session["expires"] > now:
        return session
    world.store.delete(SESSIONS, session_id)
    _emit(world, session, "sessionExpired")
    world.commit()  # so that the Problem below does not roll it back
    message = f"Session '{session_id}' expired at {session['expiresAt']}"
    raise Problem(410, message, code="SESSION_EXPIRED")


def emit_renewal(world: World, session: Record) -> None:
    """Send the event of a renewal to the session's channel; 1.7.2 has no events of sessions."""
    _emit(world, session, "sessionRenewed")


def _emit(world: World, session: Record, event: str) -> None:
    if not is_release(world) and world.events.listener is not None:
        payload = {
            "sessionId": session["sessionId"],
            "expiresAt": session["expiresAt"],
            "renewalCount": session["renewalCount"],
        }
        world.events.emit(session["channelId"], event, payload)


def unswept_session(world: World, session_id: str, now: int) -> Record:
    """Return a session, expired or not, unless a sweep has deleted it. Raises Problem 404."""
    session = world.store.get(SESSIONS, session_id)
    if session is None or (
        session["expires"] <= now and session["sweepable"] < last_sweep(world, now)
    ):
        message = f"Session with ID '{session_id}' not found"
        raise Problem(404, message, code="SESSION_NOT_FOUND")
    return session


def last_sweep(world: World, now: int) -> int:
    """Return when expired sessions were last deleted."""
    started = started_at(world, now * 1000) // 1000
    return now - (now - started) % SWEEP_INTERVAL


def refuse_at_longest(session: Record, now: int) -> None:
    """Raise Problem 422 if the session has reached its longest duration."""
    age = now - session["created"]
    longest = session["timeoutConfig"]["maxDurationMinutes"]
    if age >= longest * MINUTE:
        details = {
            "maxDuration": longest,
            "createdAt": session["createdAt"],
            "timeSinceCreation": age,
        }
        message = f"Cannot renew session '{session['sessionId']}': Maximum duration reached"
        raise Problem(422, message, code="SESSION_RENEWAL_FAILED", details=details)


def is_near_expiration(session: Record, now: int) -> bool:
    """Return whether the session is active, and within its warning time."""
    is_near: bool = session["warns"] <= now < session["expires"]
    return is_near


def session_info(session: Record, now: int) -> dict[str, Any]:
    """Return a session as responses show it."""
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
