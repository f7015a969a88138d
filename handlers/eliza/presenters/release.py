"""Records as @elizaos/server 1.7.2 shows them; its many shapes of a message are beside."""

from __future__ import annotations

from typing import Any

from understudy import Record, World

from ..model.clock import iso
from ..model.javascript import truthy
from ..model.logs.agent_log import MODEL_USED
from ..model.worlds import world_of_agent
from . import common
from .release_messages import created_row, session_message

_ROOM = ("id", "name", "channelId", "agentId", "messageServerId", "worldId", "type", "source")


def agent_summary(record: Record) -> dict[str, Any]:
    """Return an agent as lists show it.

    The server takes the first item of the biography, and so the first character if it is a string.
    """
    bio = record["bio"]
    return common.agent_summary(record, bio[0] if bio else bio)


def agent_world(record: Record) -> dict[str, Any]:
    """Return a world of an agent, with its message server and the time of its creation."""
    return {
        **common.agent_world(record),
        "messageServerId": record["messageServerId"],
        "createdAt": iso(record["createdAt"]),
    }


def agent_log_entry(agent: Record, entry: Record) -> dict[str, Any]:
    """Return an entry of an agent's log, with the id that deletes it."""
    params = {"user": agent["name"], "prompt": entry["asked"], "stream": False}
    if entry["asked"] is None:
        params = {"text": "", **params}
    return {
        "id": entry["id"],
        "createdAt": iso(entry["time"]),
        "entityId": agent["id"],
        "body": {
            "runId": entry["runId"],
            "params": params,
            "prompt": entry["asked"],
            "modelKey": entry["model"],
            "provider": "understudy",
            "response": entry["answered"],
            "modelType": entry["model"],
            "timestamp": entry["time"],
            "systemPrompt": None,
            "executionTime": 0,
        },
        "type": MODEL_USED + entry["model"],
        "roomId": entry["roomId"],
    }


def server(record: Record) -> dict[str, Any]:
    """Return a message server, without fields that are empty."""
    return _server(record, [name for name in _OPTIONAL if truthy(record.get(name))])


def created_server(record: Record) -> dict[str, Any]:
    """Return a message server that was just created, with fields that the request set to null."""
    return _server(record, [name for name in _OPTIONAL if name in record])


_OPTIONAL = ("sourceId", "metadata")


def _server(record: Record, optional: list[str]) -> dict[str, Any]:
    return {
        **{name: record[name] for name in ("id", "name", "sourceType", *optional)},
        "createdAt": iso(record["createdAt"]),
        "updatedAt": iso(record["updatedAt"]),
    }


def channel(record: Record) -> dict[str, Any]:
    """Return a channel without fields that are empty.

    Metadata that a change has set to null is left out, too.
    """
    shown = {name: record[name] for name in ("id", "messageServerId", "name", "type")}
    for name in ("sourceType", "sourceId", "topic"):
        if record.get(name):
            shown[name] = record[name]
    if not record.get("bare"):
        shown["metadata"] = record["metadata"]
    shown["createdAt"] = iso(record["createdAt"])
    shown["updatedAt"] = iso(record["updatedAt"])
    return shown


def room(world: World, record: Record) -> dict[str, Any]:
    """Return one room of an agent, with the name of its world if it has one."""
    name = _world_name(world, record)
    return {**listed_room(record), "worldName": name} if name else listed_room(record)


def listed_room(record: Record) -> dict[str, Any]:
    """Return a room of an agent as lists show it; the server keeps no metadata of rooms."""
    shown = {name: record[name] for name in _ROOM}
    return {**shown, "metadata": None, "serverId": record["messageServerId"]}


def _world_name(world: World, record: Record) -> str | None:
    if "worldName" in record:
        return str(record["worldName"])
    agent_world = world_of_agent(world, record["agentId"], record["worldId"])
    return None if agent_world is None else agent_world["name"]


def created_room(world: World, record: Record, metadata: Any) -> dict[str, Any]:
    """Return a room that was just created, with the metadata of the request."""
    return common.created_room(world, record, metadata, server_field="messageServerId")


def submitted_message(world: World, record: Record, body: Record) -> dict[str, Any]:
    """Return a message that an agent has submitted, as a row with the fields of the body."""
    return created_row(record, body)


def sent_session_message(record: Record) -> dict[str, Any]:
    """Return the response to a message of a session: an envelope."""
    return {"success": True, "userMessage": session_message(record)}


__all__ = [
    "agent_log_entry",
    "agent_summary",
    "agent_world",
    "channel",
    "created_room",
    "created_server",
    "listed_room",
    "room",
    "sent_session_message",
    "server",
    "session_message",
    "submitted_message",
]
