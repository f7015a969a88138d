"""What clients add to graphs: stored or planned at once, and learned or added as work.

Each function returns what was added, and its task.
"""

from __future__ import annotations

from collections.abc import Collection as Container
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from understudy import Record, World

from ..dates import timestamp
from ..graph.elements.episodes import store_data
from ..graph.owner import Owner
from ..graph.plans.triples import Planned, plan_node, plan_triple
from ..graph.records import EPISODES, is_in_graph
from ..sessions.learning import store_messages
from .batches import queue_batch
from .pending import submit


def add_data(world: World, owner: Owner, given: Mapping[str, Any]) -> tuple[Record, Record]:
    """Add data to a graph as an episode."""
    task_id = world.ids.uuid()
    stored = store_data(world, owner, given, task_id)
    task = _ingest(world, [stored], "graph.add", task_id, strict=given.get("strict_ontology"))
    return as_it_is_now(world, stored), task


def add_data_batch(
    world: World, owner: Owner, episodes: Iterable[Mapping[str, Any]], given: Mapping[str, Any]
) -> tuple[list[Record], Record]:
    """Add data to a graph as episodes, in their order, by the older batch operation."""
    task_id = world.ids.uuid()
    common = {"document_id": given.get("document_id")}
    added = [store_data(world, owner, {**common, **data}, task_id) for data in episodes]
    strict = given.get("strict_ontology")
    task = _ingest(world, added, "graph.add", task_id, strict=strict, owner=owner)
    return [as_it_is_now(world, stored) for stored in added], task


def add_messages(
    world: World,
    session: Mapping[str, Any],
    messages: Iterable[Mapping[str, Any]],
    ignored: Container[str] = (),
    *,
    strict: bool | None = None,
    batch: bool = False,
) -> tuple[list[Record], Record]:
    """Add messages to a session, and to the graph of its user unless their role is ignored.

    `batch` says that it is the older batch operation. The messages are returned as they were before
    they were learned from.
    """
    task_id, now = world.ids.uuid(), timestamp(world.clock.now())
    added = store_messages(world, session, messages, ignored, now, task_id)
    waiting = [stored for stored in added if is_in_graph(stored)]
    owner: Owner | None = ("user", session["user_id"]) if batch else None
    task = _ingest(world, waiting, "thread.add_messages", task_id, strict=strict, owner=owner)
    return added, task


def _ingest(
    world: World,
    episodes: Sequence[Record],
    task_type: str,
    task_id: str,
    *,
    strict: bool | None,
    owner: Owner | None = None,
) -> Record:
    """Submit the learning from episodes; the end of an older batch is told for an `owner`."""
    arguments = {
        "episodes": [stored["uuid"] for stored in episodes],
        "strict": bool(strict),
        "owner": owner,
    }
    return submit(world, "ingest_episodes", arguments, task_type, uuid=task_id)


def as_it_is_now(world: World, stored: Record) -> Record:
    """Return an episode as it is after work was done."""
    return world.store.get(EPISODES, stored["uuid"]) or stored


def add_nodes(
    world: World,
    owner: Owner,
    nodes: Iterable[Mapping[str, Any]],
    task_type: str = "graph.add_nodes",
) -> tuple[list[dict[str, Any]], Record]:
    """Add nodes, or change those whose names are known; return the plans of the nodes."""
    planned: Planned = {}
    plans = [plan_node(world, owner, given, planned, given.get("summary") or "") for given in nodes]
    return plans, submit(world, "add_nodes", {"owner": owner, "nodes": plans}, task_type)


def add_triples(
    world: World,
    owner: Owner,
    triples: Iterable[Mapping[str, Any]],
    task_type: str = "graph.add_fact_triple",
    *,
    deduplicate: bool | None = None,
) -> tuple[list[dict[str, Any]], Record]:
    """Add facts with the nodes that they connect; return the plans of the triples.

    If `deduplicate` is true, edges that are there already are used, too; if it is false, not even
    nodes of a known name are.
    """
    planned: Planned = {}
    match = deduplicate is not False
    plans = [plan_triple(world, owner, given, planned, match=match) for given in triples]
    if deduplicate:
        plans = [{**plan, "deduplicate": True} for plan in plans]
    return plans, submit(world, "add_triples", {"owner": owner, "triples": plans}, task_type)


def clone_graph(world: World, source: Owner, target: Owner) -> Record:
    """Clone a graph into one that is new and empty; return the task."""
    return submit(world, "clone_graph", {"source": source, "target": target}, "graph.clone")


def process_batch(world: World, batch: Record) -> Record:
    """Process a batch that is a draft; return the task. Raises Problem 409."""
    task_id = world.ids.uuid()
    queue_batch(world, batch, task_id)
    return submit(world, "process_batch", {"batch": batch["uuid"]}, "batch.process", uuid=task_id)
