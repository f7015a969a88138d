"""Operations of the tag `users`."""

from __future__ import annotations

from typing import Any

from understudy import Problem, Record, World

from ..zep.model.cursors import Position
from ..zep.model.graph.elements.nodes import full_name, user_node
from ..zep.model.graph.owner import Owner
from ..zep.model.metadata import patched
from ..zep.model.owners import change_user
from ..zep.model.owners import create_user as create_stored_user
from ..zep.model.settings.instructions import SUMMARY_INSTRUCTIONS
from ..zep.model.users import USERS, USERS_BY_ID
from ..zep.model.work.pending import submit
from .model.addresses import user_at
from .model.errors import existing
from .model.lists.pages import Request, page, sortable, stored_page
from .model.lookups import looked_up, with_chosen_id
from .model.settings.content_policy import check_additions
from .model.settings.settings import put_instructions, shown_instructions
from .model.shapes.graph_parts import as_node
from .model.shapes.shapes import as_task, as_user, own_id


def lookup_many(world: World, body: dict[str, Any] | None) -> dict[str, Any]:
    """Resolve ids of users, threads and graphs."""
    return {"items": list(looked_up(world, body or {}))}


def create_user(world: World, body: dict[str, Any] | None) -> dict[str, Any]:
    """Create a user."""
    given = body or {}
    user_id = given.get("user_id")
    if user_id is not None and world.store.get(USERS, user_id) is not None:
        raise Problem(409, f"user already exists with user_id: {user_id}")
    check_additions(world, given.get("content_policy"))
    return as_user(create_stored_user(world, user_id, given))


def list_users(
    world: World,
    body: dict[str, Any] | None,
    page_size: int | None,
    cursor: str | None,
    order_by: str,
    order: str,
) -> dict[str, Any]:
    """List a page of the users."""
    search = str((body or {}).get("search") or "").casefold()
    request = Request(("users", order_by, search), page_size, cursor, order == "desc")
    if order_by == "created_at" and not search:
        return stored_page(world, USERS, USERS_BY_ID, None, as_user, request)
    users = world.store.list(USERS, USERS_BY_ID)
    found = [user for user in users if not search or _has(user, search)]
    return page(found, lambda user: _position(user, order_by), as_user, request)


def _has(user: Record, search: str) -> bool:
    texts = (own_id(user, "user_id"), user.get("email"), full_name(user))
    return any(search in text.casefold() for text in texts if text)


def _position(user: Record, order_by: str) -> Position:
    serial = user.get("id") or 0
    if order_by == "created_at":
        return (serial,)
    value = own_id(user, "user_id") if order_by == "user_id" else user.get(order_by)
    return (sortable(value or None), serial)


def lookup_user(world: World, body: dict[str, Any]) -> dict[str, Any]:
    """Return the user with an id."""
    user = existing(with_chosen_id(world, "user", body["user_id"]), "user")
    return as_user(user)


def get_user(world: World, user_uuid: str) -> dict[str, Any]:
    """Return a user."""
    return as_user(user_at(world, user_uuid))


def update_user(world: World, user_uuid: str, body: dict[str, Any] | None) -> dict[str, Any]:
    """Change the fields that are not empty; metadata is merged, and its nulls remove keys."""
    user = user_at(world, user_uuid)
    return as_user(change_user(world, user, body or {}, patched))


def delete_user(world: World, user_uuid: str) -> dict[str, Any]:
    """Start to delete a user with all that is its own."""
    user = user_at(world, user_uuid)
    task = submit(world, "delete_user", {"user_id": user["user_id"]}, "user.delete")
    return {"task": as_task(task)}


def get_user_node(world: World, user_uuid: str) -> dict[str, Any]:
    """Return the node of a user."""
    return as_node(world, user_node(world, user_at(world, user_uuid)))


def get_user_summary_instructions(world: World, user_uuid: str) -> dict[str, Any]:
    """Return the summary instructions that count for a user."""
    return shown_instructions(world, SUMMARY_INSTRUCTIONS, _owner(world, user_uuid))


def set_user_summary_instructions(
    world: World, user_uuid: str, body: dict[str, Any] | None
) -> dict[str, Any]:
    """Replace the summary instructions of a user, or let those of the project count."""
    return put_instructions(world, SUMMARY_INSTRUCTIONS, _owner(world, user_uuid), body or {})


def _owner(world: World, user_uuid: str) -> Owner:
    return "user", user_at(world, user_uuid)["user_id"]
