"""The users of a tenant. A user is stored as responses show it, but for `session_count`."""

from __future__ import annotations

from understudy import Collection, Index, Problem, Record, World

from .records import not_found

USERS_BY_ID = Index(order="id")
USERS = Collection("users", (USERS_BY_ID,))


def find_user(world: World, user_id: str) -> Record:
    """Return a user. Raises Problem 404."""
    user = world.store.get(USERS, user_id)
    if user is None:
        raise not_found()
    return user


def refuse_known_user(world: World, user_id: str) -> None:
    """Raise Problem 400 if the id is taken."""
    if world.store.get(USERS, user_id) is not None:
        raise Problem(400, f"bad request: user already exists with user_id: {user_id}")


def require_owner(world: World, user_id: str) -> None:
    """Raise Problem 400 if a session is to belong to an unknown user."""
    if world.store.get(USERS, user_id) is None:
        raise Problem(400, "bad request: user not found")
