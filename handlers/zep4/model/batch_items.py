"""The items of batches as Zep v4 takes them: addressed by uuids, kept by ids."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy import World

from ...zep.model.owners import owner_by_graph_uuid
from ...zep.model.sessions.session import session_by_uuid
from ...zep.model.users import user_by_uuid

_KEPT = (
    "type",
    "data",
    "data_type",
    "content",
    "role",
    "name",
    "metadata",
    "document_id",
    "source_description",
)


def as_given(world: World, item: Mapping[str, Any]) -> dict[str, Any] | str:
    """Return an item as a request of v3 has it, or why it has nowhere to go."""
    target = _target(world, item)
    if isinstance(target, str):
        return target
    kept = {name: item[name] for name in _KEPT if item.get(name) is not None}
    if item.get("reference_time"):
        kept["created_at"] = item["reference_time"]
    return {**kept, **target}


def _target(world: World, item: Mapping[str, Any]) -> dict[str, str] | str:
    if item["type"] == "thread_message":
        thread = session_by_uuid(world, item["thread_uuid"])
        return {"thread_id": thread["session_id"]} if thread else "thread not found"
    if item.get("user_uuid"):
        user = user_by_uuid(world, item["user_uuid"])
        return {"user_id": user["user_id"]} if user else "user not found"
    owner = owner_by_graph_uuid(world, item["graph_uuid"])
    if owner is None:
        return "graph not found"
    kind, owner_id = owner
    return {"user_id" if kind == "user" else "graph_id": owner_id}
