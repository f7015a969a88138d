"""Channels: where users and agents post messages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from understudy import Collection, Index, Problem, Record, World

from ..agents.agent import is_running
from ..clock import milliseconds
from ..persona import is_release
from ..record_types import ChannelRecord, PairRecord
from ..servers import DEFAULT_SERVER
from .messages import forget_messages
from .participants import add_participants, participants_of, set_participants

_OF_SERVER = Index(group="messageServerId")
#: Channels, by server in the order of their creation.
CHANNELS = Collection("channels", (_OF_SERVER,), record=ChannelRecord, key="id")
#: The channel of two users on a server, by server and name.
PAIRS = Collection("channels of two users", record=PairRecord)


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
    """Create a channel of a server with its participants.

    `more` may hold `topic`, `sourceType` and `sourceId`.
    """
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


def open_dm_channel(world: World, server_id: str, user_id: str, other_id: str) -> Record:
    """Return the channel of two users on a server; create it at the first call."""
    first, second = sorted((user_id, other_id))
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
    """Return a channel, or None."""
    return world.store.get(CHANNELS, channel_id)


def known_channel(world: World, channel_id: str) -> Record:
    """Return a channel. Raises Problem 404."""
    channel = world.store.get(CHANNELS, channel_id)
    if channel is None:
        raise Problem(404, "Channel not found", code="NOT_FOUND")
    return channel


def channels_of_server(world: World, server_id: str) -> list[Record]:
    """Return the channels of a server, oldest first."""
    return world.store.list(CHANNELS, _OF_SERVER, server_id)


def agents_in(world: World, channel_id: str) -> list[str]:
    """Return the ids of the running agents among the participants."""
    return [
        entity_id
        for entity_id in participants_of(world, channel_id)
        if is_running(world, entity_id)
    ]


def change_channel(world: World, channel: Record, changes: Record) -> Record:
    """Store the channel with a new name, topic, metadata or participants, and return it."""
    changed = {**channel, "updatedAt": milliseconds(world)}
    if "name" in changes:
        changed["name"] = changes["name"]
    if "description" in changes and not is_release(world):  # the released server drops it
        changed["topic"] = changes["description"]
    if "metadata" in changes:
        changed["metadata"] = changes["metadata"] or {}
        changed["bare"] = changes["metadata"] is None
    world.store.put(CHANNELS, channel["id"], changed)
    if changes.get("participantCentralUserIds") is not None:
        set_participants(world, channel["id"], changes["participantCentralUserIds"])
    return changed


def forget_channel(world: World, channel_id: str) -> None:
    """Delete the channel with its messages and participants."""
    forget_messages(world, channel_id)
    set_participants(world, channel_id, ())
    world.store.delete(CHANNELS, channel_id)
