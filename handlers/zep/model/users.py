"""The users of a project. A user is stored as it is answered, but for `session_count`."""

from __future__ import annotations

from understudy import Collection, Index, Problem, Record, World

from .records import not_found

USERS_BY_ID = Index(order="id")
USERS = Collection("users", (USERS_BY_ID,))


def find_user(world: World, user_id: str) -> Record:
    """The user; a Problem where there is none."""
    user = world.store.get(USERS, user_id)
    if user is None:
        raise not_found()
    return user


def refuse_known_user(world: World, user_id: str) -> None:
    """Zep refuses a taken id with 400."""
    if world.store.get(USERS, user_id) is not None:
        raise Problem(400, f"bad request: user already exists with user_id: {user_id}")


def require_owner(world: World, user_id: str) -> None:
    """Zep refuses, with 400, a session for a user that it does not know."""
    if world.store.get(USERS, user_id) is None:
        raise Problem(400, "bad request: user not found")
