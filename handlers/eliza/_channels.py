"""Channels: where messages are said, and who takes part."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from understudy import Collection, Index, Problem, Record, World

from ._agents import is_running
from ._messages import forget_messages
from ._participants import add_participants as add_participants
from ._participants import participants_of as participants_of
from ._participants import set_participants
from ._servers import DEFAULT_SERVER
from ._state import iso, milliseconds

_OF_SERVER = Index(group="messageServerId")
#: Channels, server by server in the order in which they were opened.
CHANNELS = Collection("channels", (_OF_SERVER,))
#: Which channel two users share on a server, by its name.
PAIRS = Collection("channels of two users")

#: The types that the reference knows, and what it calls those of the released server.
_REFERENCE_TYPES = {"DM": "dm", "VOICE_DM": "voice", "VOICE_GROUP": "voice", "GROUP": "group"}
_KNOWN_TYPES = frozenset(("text", "voice", "dm", "group"))


def open_channel(
    world: World,
    *,
    channel_id: str,
    name: str,
    kind: str,
    metadata: Record,
    server_id: str = DEFAULT_SERVER,
    participants: Iterable[str] = (),
    **more: Any,
) -> Record:
    """Make a channel of a server, with who takes part in it from the start. `more` may be `topic`,
    `sourceType` and `sourceId`."""
    now = milliseconds(world)
    channel = {
        "id": channel_id,
        "messageServerId": server_id,
        "name": name,
        "type": kind,
        "metadata": metadata,
        "createdAt": now,
        "updatedAt": now,
        **more,
    }
    world.store.put(CHANNELS, channel_id, channel)
    add_participants(world, channel_id, participants)
    return channel


def open_dm_channel(world: World, server_id: str, user: str, other: str) -> Record:
    """The channel between two users on a server, made when it is first asked for."""
    first, second = sorted((user, other))
    name = f"DM-{first}-{second}"
    pair = world.store.get(PAIRS, f"{server_id} {name}")
    channel = find_channel(world, pair["channelId"]) if pair else None
    if channel is not None and channel["name"] == name:
        return channel
    channel_id = world.ids.uuid()
    world.store.put(PAIRS, f"{server_id} {name}", {"channelId": channel_id})
    return open_channel(
        world,
        channel_id=channel_id,
        name=name,
        kind="DM",
        metadata={"user1": first, "user2": second},
        server_id=server_id,
        participants=(first, second),
    )


def find_channel(world: World, channel_id: str) -> Record | None:
    """The channel, if there is one."""
    return world.store.get(CHANNELS, channel_id)


def known_channel(world: World, channel_id: str) -> Record:
    """The channel, which must exist."""
    channel = world.store.get(CHANNELS, channel_id)
    if channel is None:
        raise Problem(404, "Channel not found", code="NOT_FOUND")
    return channel


def channels_of_server(world: World, server_id: str) -> list[Record]:
    """The channels of a server, in the order in which they were opened."""
    return world.store.list(CHANNELS, _OF_SERVER, server_id)


def agents_in(world: World, channel_id: str) -> list[str]:
    """The running agents among the participants."""
    return [some for some in participants_of(world, channel_id) if is_running(world, some)]


def change_channel(world: World, channel: Record, changes: Record) -> Record:
    """The channel with a new name, topic or metadata, and perhaps other participants."""
    changed = {**channel, "updatedAt": milliseconds(world)}
    if "name" in changes:
        changed["name"] = changes["name"]
    if "description" in changes and world.persona == "docs":  # the released server drops it
        changed["topic"] = changes["description"]
    if "metadata" in changes:
        changed["metadata"] = changes["metadata"] or {}
        changed["bare"] = changes["metadata"] is None
    world.store.put(CHANNELS, channel["id"], changed)
    if changes.get("participantCentralUserIds") is not None:
        set_participants(world, channel["id"], changes["participantCentralUserIds"])
    return changed


def forget_channel(world: World, channel_id: str) -> None:
    """The channel is gone, with its messages and participants."""
    forget_messages(world, channel_id)
    set_participants(world, channel_id, ())
    world.store.delete(CHANNELS, channel_id)


def channel_shown(channel: Record) -> dict[str, Any]:
    """The channel as @elizaos/server 1.7.2 shows it: what is empty is absent, and so is metadata
    that a change has set to null."""
    shown = {name: channel[name] for name in ("id", "messageServerId", "name", "type")}
    for name in ("sourceType", "sourceId", "topic"):
        if channel.get(name):
            shown[name] = channel[name]
    if not channel.get("bare"):
        shown["metadata"] = channel["metadata"]
    shown["createdAt"] = iso(channel["createdAt"])
    shown["updatedAt"] = iso(channel["updatedAt"])
    return shown


def channel_by_reference(channel: Record) -> dict[str, Any]:
    """The channel as the reference shows it, whose types are fewer."""
    kind = channel["type"]
    return {
        "id": channel["id"],
        "name": channel["name"],
        "serverId": channel["messageServerId"],
        "type": kind if kind in _KNOWN_TYPES else _REFERENCE_TYPES.get(kind, "text"),
        "description": channel.get("topic") or "",
        "metadata": channel["metadata"],
    }
