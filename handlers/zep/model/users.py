"""The users of a tenant.

A user is stored as responses show it, but for `session_count`. A user that was added without an id
of the client's own (zep-cloud 4.x allows it) has its uuid as `user_id`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from understudy import Collection, Index, Problem, Record, World

from .record_types import UserRecord
from .records import existing

USERS_BY_ID = Index(order="id")
_BY_UUID = Index(group="uuid")
_BY_GRAPH = Index(group="graph_uuid")
USER_ORDERS = {
    None: USERS_BY_ID,
    "created_at": USERS_BY_ID,  # ids count up, and timestamps do not sort as text
    "user_id": Index(order="user_id"),
    "email": Index(order="email"),
}
USERS = Collection(
    "users",
    (*dict.fromkeys(USER_ORDERS.values()), _BY_UUID, _BY_GRAPH),
    record=UserRecord,
    key="user_id",
)


def find_user(world: World, user_id: str) -> Record:
    """Return a user. Raises Problem 404."""
    return existing(world.store.get(USERS, user_id))


def user_by_uuid(world: World, uuid: str) -> Record | None:
    """Return the user with this uuid, if there is one."""
    found = world.store.list(USERS, _BY_UUID, uuid.lower(), limit=1)
    return found[0] if found else None


def user_of_graph(world: World, graph_uuid: str) -> Record | None:
    """Return the user whose graph has this uuid; the uuid of the user names its graph too."""
    found = world.store.list(USERS, _BY_GRAPH, graph_uuid.lower(), limit=1)
    return found[0] if found else user_by_uuid(world, graph_uuid)


def matching(users: Iterable[Record], search: str) -> list[Record]:
    """Return the users that have a text in id, name or email, whatever the case."""
    wanted = search.casefold()
    return [user for user in users if any(wanted in text for text in _searchable(user))]


def _searchable(user: Record) -> Iterator[str]:
    names = (user.get("first_name"), user.get("last_name"))
    yield str(user["user_id"]).casefold()
    yield " ".join(name for name in names if name).casefold()
    yield str(user.get("email") or "").casefold()


def graph_uuid_of_user(user: Record) -> str:
    """Return the uuid of a user's graph; a user that a test has preset may have none of its own."""
    return str(user.get("graph_uuid") or user["uuid"])


def refuse_known_user(world: World, user_id: str) -> None:
    """Raise Problem 400 if the id is taken."""
    if world.store.get(USERS, user_id) is not None:
        raise Problem(400, f"bad request: user already exists with user_id: {user_id}")


def require_owner(world: World, user_id: str) -> None:
    """Raise Problem 400 if a session is to belong to an unknown user."""
    if world.store.get(USERS, user_id) is None:
        raise Problem(400, "bad request: user not found")
