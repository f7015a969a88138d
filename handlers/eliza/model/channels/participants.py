"""Who takes part in which channel: users and agents alike, by their ids."""

from __future__ import annotations

from collections.abc import Iterable

from understudy import Collection, Index, Record, World

from ..clock import milliseconds

_OF_CHANNEL = Index(group="channelId")
_OF_ENTITY = Index(group="entityId")
#: Who takes part in what, in the order in which they came.
PARTICIPANTS = Collection("participants", (_OF_CHANNEL, _OF_ENTITY))


def participants_of(world: World, channel_id: str) -> list[str]:
    """Who takes part: the ids of users and agents, in the order in which they came."""
    return [found["entityId"] for found in participant_records(world, channel_id)]


def participant_records(world: World, channel_id: str) -> list[Record]:
    """Who takes part, and since when."""
    return world.store.list(PARTICIPANTS, _OF_CHANNEL, channel_id)


def channels_of(world: World, entity_id: str) -> list[str]:
    """The ids of the channels that a user or an agent takes part in, the first joined first."""
    return [found["channelId"] for found in world.store.list(PARTICIPANTS, _OF_ENTITY, entity_id)]


def takes_part(world: World, channel_id: str, entity_id: str) -> bool:
    """Whether a user or an agent takes part."""
    return world.store.get(PARTICIPANTS, _key(channel_id, entity_id)) is not None


def add_participants(world: World, channel_id: str, ids: Iterable[str]) -> None:
    """Let them take part; who does already, goes on."""
    now = milliseconds(world)
    for entity_id in ids:
        key = _key(channel_id, entity_id)
        if world.store.get(PARTICIPANTS, key) is None:
            participant = {"channelId": channel_id, "entityId": entity_id, "joinedAt": now}
            world.store.put(PARTICIPANTS, key, participant)


def remove_participant(world: World, channel_id: str, entity_id: str) -> bool:
    """Somebody takes part no longer; whether they did."""
    return world.store.delete(PARTICIPANTS, _key(channel_id, entity_id))


def set_participants(world: World, channel_id: str, ids: Iterable[str]) -> None:
    """These take part, in this order, and nobody else."""
    for entity_id in participants_of(world, channel_id):
        remove_participant(world, channel_id, entity_id)
    add_participants(world, channel_id, ids)


def leave_channels(world: World, entity_id: str) -> None:
    """A deleted agent takes part in nothing any longer."""
    for channel_id in channels_of(world, entity_id):
        remove_participant(world, channel_id, entity_id)


def _key(channel_id: str, entity_id: str) -> str:
    return f"{channel_id} {entity_id}"
