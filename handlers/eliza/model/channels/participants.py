"""Participants of channels: users and agents alike, by their ids."""

from __future__ import annotations

from collections.abc import Iterable

from understudy import Collection, Index, Record, World

from ..clock import milliseconds
from ..record_types import ParticipantRecord

_OF_CHANNEL = Index(group="channelId")
_OF_ENTITY = Index(group="entityId")
#: Participants of channels, in the order in which they joined.
PARTICIPANTS = Collection("participants", (_OF_CHANNEL, _OF_ENTITY), record=ParticipantRecord)


def participants_of(world: World, channel_id: str) -> list[str]:
    """Return the ids of the participants, in the order in which they joined."""
    return [record["entityId"] for record in participant_records(world, channel_id)]


def participant_records(world: World, channel_id: str) -> list[Record]:
    """Return the participants with the times at which they joined."""
    return world.store.list(PARTICIPANTS, _OF_CHANNEL, channel_id)


def channels_of(world: World, entity_id: str) -> list[str]:
    """Return the ids of the channels of a user or an agent, the first joined first."""
    return [record["channelId"] for record in world.store.list(PARTICIPANTS, _OF_ENTITY, entity_id)]


def takes_part(world: World, channel_id: str, entity_id: str) -> bool:
    """Return whether a user or an agent is a participant."""
    return world.store.get(PARTICIPANTS, _key(channel_id, entity_id)) is not None


def add_participants(world: World, channel_id: str, ids: Iterable[str]) -> None:
    """Add participants; those that have joined already stay in their place."""
    now = milliseconds(world)
    for entity_id in ids:
        key = _key(channel_id, entity_id)
        if world.store.get(PARTICIPANTS, key) is None:
            participant = {"channelId": channel_id, "entityId": entity_id, "joinedAt": now}
            world.store.put(PARTICIPANTS, key, participant)


def remove_participant(world: World, channel_id: str, entity_id: str) -> bool:
    """Remove a participant; return whether it was one."""
    return world.store.delete(PARTICIPANTS, _key(channel_id, entity_id))


def set_participants(world: World, channel_id: str, ids: Iterable[str]) -> None:
    """Replace the participants, in this order."""
    for entity_id in participants_of(world, channel_id):
        remove_participant(world, channel_id, entity_id)
    add_participants(world, channel_id, ids)


def leave_channels(world: World, entity_id: str) -> None:
    """Remove a user or an agent from all channels."""
    for channel_id in channels_of(world, entity_id):
        remove_participant(world, channel_id, entity_id)


def _key(channel_id: str, entity_id: str) -> str:
    return f"{channel_id} {entity_id}"
