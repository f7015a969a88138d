"""Users, threads, messages and tasks as Zep v4 shows them; empty fields are left out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy import Record, World

from ....zep.model.graph.elements.episodes import is_processed, received_at
from ....zep.model.users import USERS, graph_uuid_of_user

_OF_USER = (
    "email",
    "first_name",
    "last_name",
    "metadata",
    "time_zone",
    "disable_default_ontology",
)
_OF_TASK = ("uuid", "type", "status", "created_at", "started_at", "completed_at", "updated_at")
_OF_RESULT = (
    "edge_uuid",
    "edges",
    "episode_uuid",
    "episodes",
    "hyperedge_uuid",
    "node_uuids",
    "source_node_uuid",
    "target_node_uuid",
)

#: The roles of v4; v2 and v3 have `norole` too.
_ROLES = frozenset(("system", "assistant", "user", "function", "tool"))


def filled(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that say something."""
    return {name: value for name, value in fields.items() if value not in (None, "", {}, [])}


def own_id(record: Mapping[str, Any], field: str) -> str | None:
    """Return the id that a client has chosen; without one, the uuid stands in its place."""
    chosen = record[field]
    return None if chosen == record["uuid"] else str(chosen)


def as_user(user: Record) -> dict[str, Any]:
    """Return a user; one without an id of the client's own shows none."""
    return {
        "uuid": user["uuid"],
        **filled(
            {
                "user_id": own_id(user, "user_id"),
                "graph_uuid": graph_uuid_of_user(user),
                "created_at": user["created_at"],
                **{name: user.get(name) for name in _OF_USER},
            }
        ),
    }


def as_thread(world: World, stored: Record) -> dict[str, Any]:
    """Return a thread; one without an id of the client's own shows none."""
    session = stored["session"]
    user = world.store.get(USERS, stored["user_id"])
    return {
        "uuid": session["uuid"],
        **filled(
            {
                "thread_id": own_id(session, "session_id"),
                "user_uuid": user and user["uuid"],
                "graph_uuid": user and graph_uuid_of_user(user),
                "created_at": session["created_at"],
                "updated_at": session["updated_at"],
            }
        ),
    }


def as_message(stored: Record, thread_uuid: str) -> dict[str, Any]:
    """Return a message: `created_at` is when it was received, `reference_time` when it was said."""
    message = stored["message"]
    return {
        "uuid": message["uuid"],
        "thread_uuid": thread_uuid,
        "content": message["content"],
        "processed": is_processed(stored),
        "created_at": received_at(stored),
        "reference_time": message["created_at"],
        **filled(
            {
                "role": shown_role(message),
                "name": message.get("role"),
                "metadata": message.get("metadata"),
            }
        ),
    }


def shown_role(message: Mapping[str, Any]) -> str | None:
    """Return the role of a message, unless it has none that v4 knows."""
    role = message.get("role_type")
    return role if role in _ROLES else None


def as_task(task: Record) -> dict[str, Any]:
    """Return a task."""
    result = task.get("result") or {}
    return filled(
        {
            **{name: task.get(name) for name in _OF_TASK},
            "progress": _progress(task.get("progress")),
            "error": task.get("error") and filled(task["error"]),
            "result": {name: result[name] for name in _OF_RESULT if name in result},
        }
    )


def _progress(progress: Mapping[str, Any] | None) -> dict[str, Any]:
    return {"stage": progress["stage"]} if progress else {}
