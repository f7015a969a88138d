"""Operations of the tag `batches`."""

from __future__ import annotations

from typing import Any

from understudy import Record, World

from ..zep.model.graph.records import EPISODES
from ..zep.model.owners import graph_uuids
from ..zep.model.work.batch_items import target_of
from ..zep.model.work.batches import (
    BATCH_ITEMS,
    BATCHES,
    add_items,
    batches_index,
    forget_batch,
    items_index,
    new_batch,
    progress_of,
    refuse_processed,
    status_of_item,
)
from ..zep.model.work.submission import process_batch as submit_batch
from .model.addresses import batch_at
from .model.batch_items import as_given
from .model.lists.pages import Request, stored_page
from .model.shapes.shapes import as_task, filled


def list_batches(
    world: World, page_size: int, cursor: str | None, status: str | None
) -> dict[str, Any]:
    """List the batches, newest first."""
    request = Request(("batches", status), page_size, cursor, descending=True)
    return stored_page(world, BATCHES, *batches_index(status), _shown, request)


def create_batch(world: World, body: dict[str, Any] | None) -> dict[str, Any]:
    """Create an empty batch."""
    return _shown(new_batch(world, body or {}))


def get_batch(world: World, batch_uuid: str) -> dict[str, Any]:
    """Return a batch."""
    return _shown(batch_at(world, batch_uuid))


def delete_batch(world: World, batch_uuid: str) -> tuple[None, int]:
    """Delete a draft."""
    forget_batch(world, batch_at(world, batch_uuid))
    return None, 204


def list_batch_items(
    world: World, batch_uuid: str, page_size: int, cursor: str | None
) -> dict[str, Any]:
    """List the items in the order they were added in."""
    batch = batch_at(world, batch_uuid)

    def shown(item: Record) -> dict[str, Any]:
        return _item(world, batch, item)

    request = Request(("batch_items", batch["uuid"]), page_size, cursor)
    return stored_page(world, BATCH_ITEMS, *items_index(batch, None), shown, request)


def add_batch_items(world: World, batch_uuid: str, body: dict[str, Any]) -> dict[str, Any]:
    """Add items to a draft, but for those that have nowhere to go."""
    batch = batch_at(world, batch_uuid)
    refuse_processed(batch)
    accepted, rejected = [], []
    for number, item in enumerate(body["items"]):
        given = as_given(world, item)
        if isinstance(given, str):
            rejected.append({"index": number, "reason": given})
        else:
            accepted.append(given)
    added = add_items(world, batch, accepted)
    return {
        "items": [_item(world, batch, item) for item in added],
        "rejected_items": rejected,
    }


def process_batch(world: World, batch_uuid: str) -> dict[str, Any]:
    """Process a draft."""
    task = submit_batch(world, batch_at(world, batch_uuid))
    return {"batch": _shown(batch_at(world, batch_uuid)), "task": as_task(task)}


def _shown(batch: Record) -> dict[str, Any]:
    progress = progress_of(batch)
    return {
        "uuid": batch["uuid"],
        "status": batch["status"],
        "created_at": batch["created_at"],
        "strict_ontology": batch["strict_ontology"],
        **filled(
            {
                "metadata": batch["metadata"],
                "progress": progress
                and {
                    "stage": _stage(batch),
                    "total_items": progress.total,
                    "succeeded_items": progress.succeeded,
                    "failed_items": progress.failed,
                    "processing_items": 0,
                },
            }
        ),
    }


def _stage(batch: Record) -> str:
    stages = {"queued": "queued", "failed": "failed"}
    return stages.get(batch["status"], "completed")


def _item(world: World, batch: Record, item: Record) -> dict[str, Any]:
    given = item["given"]
    target = target_of(world, given)
    thread = target.thread if target else None
    episode = world.store.get(EPISODES, item["episode_uuid"]) or {}
    return {
        "uuid": item["uuid"],
        "type": given["type"],
        "status": status_of_item(batch, item),
        "sequence_index": item["sequence_index"],
        "created_at": item["created_at"],
        "episode_uuid": item["episode_uuid"],
        "source_uuid": item["episode_uuid"],
        **filled(
            {
                **(graph_uuids(world, target.owner) if target else {}),
                "thread_uuid": thread and thread["session"]["uuid"],
                "content_policy": episode.get("content_policy"),
            }
        ),
    }
