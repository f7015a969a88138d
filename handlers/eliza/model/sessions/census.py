"""Counts of sessions, and the sweep that removes expired ones."""

from __future__ import annotations

from typing import NamedTuple

from understudy import World

from ..persona import is_release
from .session import BY_EXPIRY, BY_WARNING, SESSIONS, is_near_expiration, last_sweep


class Census(NamedTuple):
    """How many sessions there are; the expired ones are those that no sweep has removed yet."""

    total: int
    active: int
    expired: int


def sweep(world: World, now: int) -> None:
    """Delete the sessions that had expired at the last sweep.

    The clock may have jumped over many sweeps; it matters only that nobody sees what the last one
    deleted.
    """
    last = last_sweep(world, now)
    for session in world.store.list(SESSIONS, BY_EXPIRY, below=last):
        if session["sweepable"] < last:
            world.store.delete(SESSIONS, session["sessionId"])


def census(world: World, now: int) -> Census:
    """Count the sessions; the cost grows with the expired ones, not with all."""
    total = world.store.count(SESSIONS, BY_EXPIRY)
    expired = len(world.store.list(SESSIONS, BY_EXPIRY, below=now + 1))
    return Census(total, total - expired, expired)


def count_expiring_soon(world: World, now: int) -> int:
    """Return how many active sessions are within their warning time.

    1.7.2 leaves out those that it has warned of already, at a message or at a sweep.
    """
    near = [
        session
        for session in world.store.list(SESSIONS, BY_WARNING, below=now + 1)
        if is_near_expiration(session, now)
    ]
    if not is_release(world):
        return len(near)
    swept = last_sweep(world, now)
    return sum(
        session["unwarnedSince"] is not None
        and max(session["warns"], session["unwarnedSince"]) >= swept
        for session in near
    )
