"""What Zep tells the servers of its clients: one function a webhook.

The fields are those of Zep's page on webhooks; the id of the account is ours. Nothing is sent of a
webhook that no document declares.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from understudy import Record, World

from ..graph.records import Owner, owner_of
from ..owners import graph_uuid_of, record_of
from ..records import PROJECT_UUID

_ACCOUNT_ID = "5b0f3c1e-7d92-4f0e-9a55-2c8f6f1f6f10"


def episode_processed(world: World, stored: Record) -> None:
    """Tell that an episode is in its graph."""
    place = _place(world, owner_of(stored["owner"]))
    _send(world, "episode.processed", {**place, "episode_uuid": stored["uuid"]})


def data_completed(world: World, owner: Owner, task_id: str, episodes: Sequence[str]) -> None:
    """Tell that the data of one of the older batch operations are in their graph."""
    place = _place(world, owner)
    body = {**place, "task_id": task_id, "episode_uuids": list(episodes)}
    _send(world, "ingest.batch.completed", body)


def batch_completed(world: World, batch_id: str) -> None:
    """Tell that a batch of the Batch API is done."""
    _send(world, "ingest.batch.completed", {"batch_id": batch_id})


def _place(world: World, owner: Owner) -> dict[str, Any]:
    """Return the fields that name a graph, and its user if it is that of a user."""
    kind, owner_id = owner
    graph_uuid = graph_uuid_of(world, owner)
    if kind == "group":
        return {"graph_id": owner_id, "graph_uuid": graph_uuid}
    user_uuid = record_of(world, owner)["uuid"]
    return {"user_id": owner_id, "user_uuid": user_uuid, "graph_uuid": graph_uuid}


def _send(world: World, name: str, fields: Mapping[str, Any]) -> None:
    if world.webhooks.knows(name):
        origin = {"event_name": name, "account_id": _ACCOUNT_ID, "project_uid": PROJECT_UUID}
        world.webhooks.send(name, body={**origin, **fields})
