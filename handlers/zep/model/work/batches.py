"""Batches: episodes and messages for any graphs and sessions, added together.

A batch is `{"uuid", "status", "created_at", "updated_at", "processed_at", "completed_at",
"metadata", "ignore_roles", "strict_ontology", "item_count", "succeeded", "failed", "task_id"}`. An
item is `{"uuid", "batch", "sequence_index", "status", "state", "error", "episode_uuid",
"created_at", "updated_at", "given": as the request of v3 has it}`; its status is pending until it
is processed, `state` is the index value of batch and status together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from understudy import Collection, Index, Problem, Record, World

from ..dates import timestamp
from ..graph.elements.episodes import store_data
from ..graph.learning.learning import Learner
from ..graph.owner import owner_of
from ..graph.records import is_in_graph
from ..owners import owner_of_request
from ..sessions.learning import store_messages
from ..sessions.session import find_session
from ..sessions.thread import given_message
from .record_types import BatchItemRecord, BatchRecord

BATCHES_AS_ADDED = Index()
BATCHES_OF_STATUS = Index(group="status")
BATCHES = Collection(
    "batches", (BATCHES_AS_ADDED, BATCHES_OF_STATUS), record=BatchRecord, key="uuid"
)

ITEMS_OF_BATCH = Index(order="sequence_index", group="batch")
_ITEMS_OF_STATE = Index(order="sequence_index", group="state")
BATCH_ITEMS = Collection(
    "batch_items", (ITEMS_OF_BATCH, _ITEMS_OF_STATE), record=BatchItemRecord, key="uuid"
)

#: How many items a batch may have.
MOST_ITEMS = 50_000

_NEW = ("draft", "invalid")


def new_batch(world: World, given: Mapping[str, Any]) -> dict[str, Any]:
    """Store an empty batch, which is a draft, and return it."""
    now = timestamp(world.clock.now())
    uuid = world.ids.uuid()
    batch = {
        "uuid": uuid,
        "status": "draft",
        "created_at": now,
        "updated_at": now,
        "processed_at": None,
        "completed_at": None,
        "metadata": given.get("metadata"),
        "ignore_roles": given.get("ignore_roles") or [],
        "strict_ontology": bool(given.get("strict_ontology")),
        "item_count": 0,
        "succeeded": 0,
        "failed": 0,
        "task_id": None,
    }
    world.store.put(BATCHES, uuid, batch)
    return batch


def find_batch(world: World, uuid: str) -> Record | None:
    """Return a batch, or None if there is none with this uuid."""
    return world.store.get(BATCHES, uuid.lower())


def batches_index(status: str | None) -> tuple[Index, str | None]:
    """Return the index, and its group, that lists the batches, or those of a status."""
    return (BATCHES_OF_STATUS, status) if status else (BATCHES_AS_ADDED, None)


class Progress(NamedTuple):
    """How many items of a batch are how far."""

    total: int
    succeeded: int
    failed: int
    waiting: int


def progress_of(batch: Record) -> Progress | None:
    """Return how far the items of a batch are; None for a draft."""
    if batch["status"] in _NEW:
        return None
    total, succeeded, failed = batch["item_count"], batch["succeeded"], batch["failed"]
    return Progress(total, succeeded, failed, total - succeeded - failed)


def refuse_processed(batch: Record) -> None:
    """Raise Problem 409 unless the batch is a draft, or invalid."""
    if batch["status"] not in _NEW:
        raise Problem(409, f"conflict: the batch is {batch['status']}")


def add_items(world: World, batch: Record, items: Sequence[Mapping[str, Any]]) -> list[Record]:
    """Add items to a draft, in their order, and return them. Raises Problem 400 or 409."""
    refuse_processed(batch)
    count = batch["item_count"]
    if count + len(items) > MOST_ITEMS:
        raise Problem(400, f"bad request: a batch has at most {MOST_ITEMS} items")
    now = timestamp(world.clock.now())
    added = [
        _add_item(world, batch, given, count + number, now) for number, given in enumerate(items)
    ]
    change = {"item_count": count + len(items), "updated_at": now}
    world.store.put(BATCHES, batch["uuid"], {**batch, **change})
    return added


def _add_item(
    world: World, batch: Record, given: Mapping[str, Any], number: int, now: str
) -> Record:
    item = {
        "uuid": world.ids.uuid(),
        "batch": batch["uuid"],
        "sequence_index": number,
        "status": "pending",
        "error": None,
        "episode_uuid": world.ids.uuid(),
        "created_at": now,
        "updated_at": now,
        "given": given,
    }
    return _put_item(world, item)


def _put_item(world: World, item: Mapping[str, Any]) -> Record:
    stored = {**item, "state": _state(item["batch"], item["status"])}
    world.store.put(BATCH_ITEMS, item["uuid"], stored)
    return stored


def _state(batch_uuid: str, status: str) -> str:
    return f"{batch_uuid}\n{status}"


def items_index(batch: Record, status: str | None) -> tuple[Index, str]:
    """Return the index, and its group, that lists the items of a batch, or those of a status."""
    if status is None:
        return ITEMS_OF_BATCH, batch["uuid"]
    if batch["status"] not in _NEW:
        status = {"queued": "pending", "pending": "queued"}.get(status, status)
    return _ITEMS_OF_STATE, _state(batch["uuid"], status)


def status_of_item(batch: Record, item: Record) -> str:
    """Return the status of an item; one that waits in a batch that does not wait is queued."""
    status = str(item["status"])
    return "queued" if status == "pending" and batch["status"] not in _NEW else status


def forget_batch(world: World, batch: Record) -> None:
    """Delete a draft and its items. Raises Problem 409 if it is not a draft."""
    refuse_processed(batch)
    for item in world.store.list(BATCH_ITEMS, ITEMS_OF_BATCH, batch["uuid"]):
        world.store.delete(BATCH_ITEMS, item["uuid"])
    world.store.delete(BATCHES, batch["uuid"])


def queue_batch(world: World, batch: Record, task_id: str) -> None:
    """Store that a draft waits to be processed. Raises Problem 409."""
    refuse_processed(batch)
    if not batch["item_count"]:
        raise Problem(409, "conflict: the batch has no items")
    now = timestamp(world.clock.now())
    change = {"status": "queued", "processed_at": now, "updated_at": now, "task_id": task_id}
    world.store.put(BATCHES, batch["uuid"], {**batch, **change})


def process_items(world: World, batch: Record, task_id: str) -> tuple[list[Record], int]:
    """Process the items of a batch, each by itself; return the episodes, and how many failed."""
    episodes = []
    for item in world.store.list(BATCH_ITEMS, ITEMS_OF_BATCH, batch["uuid"]):
        try:
            episodes.append(_process(world, batch, item, task_id))
        except Problem as problem:
            _end_item(world, item, problem.message)
        else:
            _end_item(world, item, None)
    failed = batch["item_count"] - len(episodes)
    status = "succeeded" if not failed else "partial" if episodes else "failed"
    _end_batch(world, batch, status, len(episodes), failed)
    return episodes, failed


def fail_items(world: World, batch: Record, message: str) -> None:
    """Let all items of a batch fail, with a message."""
    for item in world.store.list(BATCH_ITEMS, ITEMS_OF_BATCH, batch["uuid"]):
        _end_item(world, item, message)
    _end_batch(world, batch, "failed", 0, batch["item_count"])


def _end_item(world: World, item: Record, failure: str | None) -> None:
    change = {
        "status": "failed" if failure else "succeeded",
        "error": {"code": "processing_failed", "message": failure} if failure else None,
        "updated_at": timestamp(world.clock.now()),
    }
    _put_item(world, {**item, **change})


def _end_batch(world: World, batch: Record, status: str, succeeded: int, failed: int) -> None:
    now = timestamp(world.clock.now())
    change = {"completed_at": now, "updated_at": now, "succeeded": succeeded, "failed": failed}
    world.store.put(BATCHES, batch["uuid"], {**batch, **change, "status": status})


def _process(world: World, batch: Record, item: Record, task_id: str) -> Record:
    """Add an item to its graph or session, and learn from it. Raises Problem 404."""
    given, strict = item["given"], batch["strict_ontology"]
    if given["type"] == "thread_message":
        stored = _store_message(world, batch, item, task_id)
    else:
        data = {**given, "type": given.get("data_type") or "text"}
        owner = owner_of_request(world, given)
        stored = store_data(world, owner, data, task_id, item["episode_uuid"])
    if not is_in_graph(stored):
        return stored
    return Learner(world, owner_of(stored["owner"])).learn(stored, strict=strict)


def _store_message(world: World, batch: Record, item: Record, task_id: str) -> Record:
    given, now = item["given"], timestamp(world.clock.now())
    needed = {"role": given.get("role") or "user", "content": given.get("content") or ""}
    message = given_message({**given, **needed, "uuid": item["episode_uuid"]})
    session = find_session(world, given["thread_id"])["session"]
    [stored] = store_messages(world, session, [message], batch["ignore_roles"], now, task_id)
    return stored
