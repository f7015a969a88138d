"""Records as the published reference shows them."""

from __future__ import annotations

from typing import Any

from understudy import Record, World

from ..model.agents.agent import agent_name
from ..model.channels.channel import agents_in
from ..model.clock import iso
from ..model.javascript import defined
from . import common

_CHANNEL_TYPES = frozenset(("text", "voice", "dm", "group"))
#: What the reference calls the channel types of the released server.
_TYPES_OF_RELEASE = {"DM": "dm", "VOICE_DM": "voice", "VOICE_GROUP": "voice", "GROUP": "group"}


def agent_summary(record: Record) -> dict[str, Any]:
    """Return an agent as lists show it: with the first paragraph of its biography."""
    bio = record["bio"]
    return common.agent_summary(record, bio[0] if bio and isinstance(bio, list) else bio)


def agent_world(record: Record) -> dict[str, Any]:
    """Return a world of an agent, with its source."""
    shown = common.agent_world(record)
    return {**shown, "sourceType": record["sourceType"], "sourceId": record["sourceId"]}


def agent_log_entry(agent: Record, entry: Record) -> dict[str, Any]:
    """Return an entry of an agent's log, with the id that deletes it."""
    return {
        "id": entry["id"],
        "level": entry["level"],
        "time": entry["time"],
        "msg": f"Used the model {entry['model']}",
        "agentId": agent["id"],
        "agentName": agent["name"],
    }


def server(record: Record) -> dict[str, Any]:
    """Return a message server."""
    return {
        "id": record["id"],
        "name": record["name"],
        "description": record.get("description") or "",
        "metadata": record.get("metadata") or {},
        "createdAt": iso(record["createdAt"]),
    }


created_server = server


def channel(record: Record) -> dict[str, Any]:
    """Return a channel; its type is one of those that the reference knows."""
    kind = record["type"]
    return {
        "id": record["id"],
        "name": record["name"],
        "serverId": record["messageServerId"],
        "type": kind if kind in _CHANNEL_TYPES else _TYPES_OF_RELEASE.get(kind, "text"),
        "description": record.get("topic") or "",
        "metadata": record["metadata"],
    }


def participant(record: Record, name: str) -> dict[str, Any]:
    """Return a participant of a channel; all have the same role."""
    return {
        "id": record["entityId"],
        "userId": record["entityId"],
        "name": name,
        "role": "member",
        "joinedAt": iso(record["joinedAt"]),
    }


def room(world: World, record: Record) -> dict[str, Any]:
    """Return a room of an agent, with its participants."""
    shown = {name: record[name] for name in ("id", "name", "source", "worldId")}
    entities = [{"id": id_, "name": _name_of(world, id_)} for id_ in record["entities"]]
    return {**shown, "entities": entities}


def _name_of(world: World, entity_id: str) -> str:
    return agent_name(world, entity_id) or f"User-{entity_id[:8]}"


def created_room(world: World, record: Record, metadata: Any) -> dict[str, Any]:
    """Return a room that was just created, with the metadata of the request."""
    return common.created_room(world, record, metadata, server_field="serverId")


def message(world: World, record: Record) -> dict[str, Any]:
    """Return a message of a channel, with the agent that wrote it or is to reply."""
    author, channel_id = record["authorId"], record["channelId"]
    agents = [author] if record["isAgent"] else agents_in(world, channel_id)
    return defined(
        id=record["id"],
        text=record["content"],
        userId=author,
        agentId=agents[0] if agents else None,
        roomId=channel_id,
        createdAt=record["createdAt"],
        metadata=record["metadata"],
    )


def submitted_message(world: World, record: Record, body: Record) -> dict[str, Any]:
    """Return a message that an agent has submitted."""
    return message(world, record)


def session_message(record: Record) -> dict[str, Any]:
    """Return a message of a session."""
    return {
        "id": record["id"],
        "content": record["content"],
        "authorId": record["authorId"],
        "createdAt": record["inHistory"]["createdAt"],
        "metadata": record["metadata"],
    }


sent_session_message = session_message
