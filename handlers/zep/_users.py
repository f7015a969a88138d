"""The users of a project. A user is stored as it is answered."""

from __future__ import annotations

from understudy import Collection, Index, Problem, Record, World

from ._records import not_found

USERS_AS_ADDED = Index()
USERS = Collection("users", (USERS_AS_ADDED,))


def find_user(world: World, user_id: str) -> Record:
    """The user; a Problem where there is none."""
    user = world.store.get(USERS, user_id)
    if user is None:
        raise not_found()
    return user


def require_owner(world: World, user_id: str) -> None:
    """Zep refuses, with 400, a session for a user that it does not know."""
    if world.store.get(USERS, user_id) is None:
        raise Problem(400, "bad request: user not found")
