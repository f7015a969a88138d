"""What Zep tells the servers of its clients: one function a webhook.

The fields are those of Zep's page on webhooks; the uuid of the account is ours. No body is made of
a webhook that nobody receives.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from understudy import Record, World

from ..dates import timestamp
from ..graph.elements.episodes import as_episode
from ..graph.owner import Owner, owner_of
from ..records import PROJECT_UUID

_ACCOUNT_UUID = "1d9e6b2c-4f80-4a37-9c15-8b0f3d7e2a64"


_EPISODE_PROCESSED = "episode.processed"
_BATCH_COMPLETED = "ingest.batch.completed"


def episode_processed(world: World, stored: Record) -> None:
    """Tell that an episode is in its graph."""
    if world.webhooks.has_receiver(_EPISODE_PROCESSED):
        place = _place(owner_of(stored["owner"]))
        body = {"episode_uuid": stored["uuid"], "source": as_episode(stored)["source"], **place}
        _send(world, _EPISODE_PROCESSED, body)


def data_completed(world: World, owner: Owner, task_id: str, episodes: Sequence[str]) -> None:
    """Tell that the data of one of the older batch operations are in their graph."""
    if world.webhooks.has_receiver(_BATCH_COMPLETED):
        body = {"task_id": task_id, "episode_uuids": list(episodes), **_place(owner)}
        _send(world, _BATCH_COMPLETED, body)


def batch_completed(world: World, batch_id: str) -> None:
    """Tell that the items of a batch have succeeded or failed."""
    if world.webhooks.has_receiver(_BATCH_COMPLETED):
        _send(world, _BATCH_COMPLETED, {"batch_id": batch_id})


def _place(owner: Owner) -> dict[str, str]:
    """Return the fields that name a graph."""
    kind, owner_id = owner
    if kind == "user":
        return {"graph_type": "user", "user_id": owner_id}
    return {"graph_type": "graph", "graph_id": owner_id}


def _send(world: World, name: str, fields: Mapping[str, Any]) -> None:
    common = {
        "event_name": name,
        "account_uuid": _ACCOUNT_UUID,
        "project_uuid": PROJECT_UUID,
        "completed_at": timestamp(world.clock.now()),
    }
    world.webhooks.send(name, body={**common, **fields})
