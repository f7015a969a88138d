"""Operations of the tag `batches`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy import Record, World

from .model.owners import graph_uuids
from .model.records import existing, not_found
from .model.work.batch_items import target_of
from .model.work.batches import (
    BATCH_ITEMS,
    BATCHES,
    add_items,
    batches_index,
    find_batch,
    forget_batch,
    items_index,
    new_batch,
    progress_of,
    refuse_processed,
    status_of_item,
)
from .model.work.submission import process_batch as submit_batch

_OF_BATCH = (
    "status",
    "created_at",
    "updated_at",
    "processed_at",
    "completed_at",
    "item_count",
    "strict_ontology",
)
#: The roles of v3; v4 takes any text for one.
_ROLES = frozenset(("norole", "system", "assistant", "user", "function", "tool"))


def list_batches(
    world: World, limit: int, cursor: int | None, status: str | None
) -> dict[str, Any]:
    """List a page of the batches, newest first; the cursor is the position of its last one."""
    index, group = batches_index(status)
    found = world.store.list(
        BATCHES, index, group, descending=True, limit=limit + 1, below=cursor or None
    )
    page = found[:limit]
    more = len(found) > limit
    following = world.store.position(BATCHES, page[-1]["uuid"]) if more else None
    return {"batches": [_shown(batch) for batch in page], "next_cursor": following}


def create_batch(world: World, body: dict[str, Any] | None) -> dict[str, Any]:
    """Create an empty batch."""
    return _shown(new_batch(world, body or {}))


def get_batch(world: World, batch_id: str) -> dict[str, Any]:
    """Return a batch."""
    return _shown(_find(world, batch_id))


def delete_batch(world: World, batch_id: str) -> dict[str, Any]:
    """Delete a draft."""
    forget_batch(world, _find(world, batch_id))
    return {"message": "OK"}


def list_batch_items(
    world: World, batch_id: str, limit: int, cursor: int | None, status: str | None
) -> dict[str, Any]:
    """List a page of the items; the cursor is the place of the first item after it."""
    batch = _find(world, batch_id)
    found = world.store.list(
        BATCH_ITEMS,
        *items_index(batch, status),
        limit=limit + 1,
        above=cursor - 1 if cursor else None,
    )
    page = found[:limit]
    following = page[-1]["sequence_index"] + 1 if len(found) > limit else None
    return {"items": [_item(world, batch, item) for item in page], "next_cursor": following}


def add_batch_items(world: World, batch_id: str, body: dict[str, Any]) -> list[dict[str, Any]]:
    """Add items to a draft, all or none."""
    batch = _find(world, batch_id)
    refuse_processed(batch)
    if any(target_of(world, given) is None for given in body["items"]):
        raise not_found()
    return [_item(world, batch, item) for item in add_items(world, batch, body["items"])]


def process_batch(world: World, batch_id: str) -> dict[str, Any]:
    """Process a draft."""
    submit_batch(world, _find(world, batch_id))
    return _shown(_find(world, batch_id))


def _find(world: World, batch_id: str) -> Record:
    return existing(find_batch(world, batch_id))


def _shown(batch: Record) -> dict[str, Any]:
    shown = {"batch_id": batch["uuid"], **{name: batch[name] for name in _OF_BATCH}}
    shown["ignore_roles"] = [role for role in batch["ignore_roles"] if role in _ROLES]
    if batch["metadata"] is not None:
        shown["metadata"] = batch["metadata"]
    progress = progress_of(batch)
    if progress is not None:
        shown["progress"] = {
            "total_items": progress.total,
            "succeeded_items": progress.succeeded,
            "failed_items": progress.failed,
            "queued_items": progress.waiting,
            "processing_items": 0,
            "skipped_items": 0,
            "canceled_items": 0,
            "percent_complete": 100 * (1 - progress.waiting / (progress.total or 1)),
        }
    return shown


def _item(world: World, batch: Record, item: Record) -> dict[str, Any]:
    given = item["given"]
    optional = {"document_id": given.get("document_id"), "error": item["error"]}
    return {
        "item_id": item["uuid"],
        "kind": given["type"],
        "status": status_of_item(batch, item),
        "sequence_index": item["sequence_index"],
        "created_at": item["created_at"],
        "updated_at": item["updated_at"],
        "episode_uuid": item["episode_uuid"],
        "source_uuid": item["episode_uuid"],
        **{name: value for name, value in optional.items() if value},
        **_place(world, given),
    }


def _place(world: World, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the ids of where an item goes, as far as that is still there."""
    target = target_of(world, given)
    if target is None:
        return {}
    kind, owner_id = target.owner
    place = graph_uuids(world, target.owner)
    if target.thread is not None:
        place["thread_id"] = target.thread["session_id"]
    return {**place, "user_id" if kind == "user" else "graph_id": owner_id}
