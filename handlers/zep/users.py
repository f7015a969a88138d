"""Operations of the tag `users`."""

from __future__ import annotations

from typing import Any

from understudy import Problem, World

from ._records import identity, rating_instruction
from ._sessions import SESSIONS, SESSIONS_OF_USER
from ._users import USERS, find_user

_PROFILE = ("email", "first_name", "last_name", "metadata")


def add_user(world: World, body: dict[str, Any]) -> dict[str, Any]:
    """Add a user; fields that are empty are left out, as Zep does."""
    user_id = body["user_id"]
    if world.store.get(USERS, user_id) is not None:
        raise Problem(400, f"bad request: user already exists with user_id: {user_id}")
    user = identity(world, USERS, world.clock.now())
    user["user_id"] = user_id
    user.update({field: body[field] for field in _PROFILE if body.get(field)})
    instruction = rating_instruction(body.get("fact_rating_instruction"))
    if instruction:
        user["fact_rating_instruction"] = instruction
    world.store.put(USERS, user_id, user)
    return user


def get_user(world: World, user_id: str) -> dict[str, Any]:
    """The user, and how many sessions there are of it if there are any."""
    user = dict(find_user(world, user_id))
    sessions = world.store.count(SESSIONS, SESSIONS_OF_USER, user_id)
    if sessions:
        user["session_count"] = sessions
    return user
