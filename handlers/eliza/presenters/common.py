"""What the shapes of both personas have in common."""

from __future__ import annotations

from typing import Any

from understudy import Record, World

from ..model.clock import milliseconds


def agent_summary(record: Record, bio: Any) -> dict[str, Any]:
    """Return an agent as lists show it, with this biography."""
    return {
        "id": record["id"],
        "name": record["name"],
        "characterName": record["name"],
        "bio": bio or "",
        "status": record["status"],
    }


def agent_world(record: Record) -> dict[str, Any]:
    """Return the fields of an agent's world that both personas show."""
    shown = {name: record[name] for name in ("id", "agentId", "name", "metadata")}
    shown["name"] = record["name"] or ""  # the world of a group without a source has no name
    return shown


def created_room(
    world: World, record: Record, metadata: Any, *, server_field: str
) -> dict[str, Any]:
    """Return a room that was just created; the optional fields only if they have a value."""
    shown = {name: record[name] for name in ("id", "name", "agentId", "source", "type", "worldId")}
    shown["createdAt"] = milliseconds(world)
    optional = {server_field: record["messageServerId"], "metadata": metadata}
    return {**shown, **{name: value for name, value in optional.items() if value is not None}}
