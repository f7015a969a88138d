"""Operations of the tag `episodes`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from understudy import Record, World

from ..zep.model.dates import time_key
from ..zep.model.graph.elements.episodes import body_of, merge_episode_metadata, received_at
from ..zep.model.graph.owner import graph_of
from ..zep.model.graph.records import EPISODES, EPISODES_OF_DOCUMENT, document_key, records_in
from ..zep.model.metadata import patched
from ..zep.model.work.pending import submit
from ..zep.model.work.submission import add_data
from .model.addresses import owner_at
from .model.episodes import episode_at, wanted_episodes_of
from .model.errors import not_found
from .model.ingestion import debug_log, ingestion_traces
from .model.inputs import check_metadata
from .model.lists.filters import check_policy_filter, filters_of
from .model.lists.lists import ListRequest, list_page
from .model.lists.pages import Request, ranked_page
from .model.shapes.graph_parts import as_episode
from .model.shapes.shapes import as_task

_KEYS: Mapping[str, Callable[[Record], Any]] = {
    "uuid": lambda stored: stored["uuid"],
    "created_at": lambda stored: time_key(received_at(stored)),
    "said_at": lambda stored: time_key(body_of(stored)["created_at"]),
}


def add_episode(world: World, graph_uuid: str, body: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Add data to a graph."""
    owner = owner_at(world, graph_uuid)
    given = {**body, "type": body.get("type") or "text", "created_at": body.get("reference_time")}
    stored, task = add_data(world, owner, given)
    return {"episode": as_episode(world, stored), "task": as_task(task)}, 202


def get_episode(world: World, graph_uuid: str, episode_uuid: str) -> dict[str, Any]:
    """Return an episode."""
    return as_episode(world, episode_at(world, owner_at(world, graph_uuid), episode_uuid))


def update_episode(
    world: World, graph_uuid: str, episode_uuid: str, body: dict[str, Any] | None
) -> dict[str, Any]:
    """Merge metadata into those of an episode."""
    stored = episode_at(world, owner_at(world, graph_uuid), episode_uuid)
    metadata = (body or {}).get("metadata")
    if metadata:
        check_metadata(patched(body_of(stored).get("metadata") or {}, metadata))
        stored = merge_episode_metadata(world, stored, metadata)
    return as_episode(world, stored)


def delete_episode(world: World, graph_uuid: str, episode_uuid: str) -> tuple[dict[str, Any], int]:
    """Delete an episode with its edges, and the nodes that have no other ones."""
    stored = episode_at(world, owner_at(world, graph_uuid), episode_uuid)
    task = submit(world, "delete_episode", {"uuid": stored["uuid"]}, "graph.episode.delete")
    return {"task": as_task(task)}, 202


def list_episodes(
    world: World,
    graph_uuid: str,
    page_size: int,
    cursor: str | None,
    order_by: str,
    order: str,
    body: dict[str, Any] | None,
) -> dict[str, Any]:
    """List the episodes of a graph."""
    owner = owner_at(world, graph_uuid)
    filters = filters_of(body)
    check_policy_filter(world, filters)
    wanted = wanted_episodes_of(world, owner, filters)
    found = [stored for stored in records_in(world, EPISODES, owner) if wanted(stored)]
    asked = ListRequest("episodes", graph_uuid, order_by, order, page_size, cursor, filters)
    return list_page(found, _KEYS, lambda stored: as_episode(world, stored), asked)


def list_document_episodes(
    world: World, graph_uuid: str, document_id: str, page_size: int, cursor: str | None
) -> dict[str, Any]:
    """List the episodes of a document, in the order of their reference times."""
    owner = owner_at(world, graph_uuid)
    key = document_key(graph_of(owner), document_id)
    wanted = wanted_episodes_of(world, owner, {})
    stored = world.store.list(EPISODES, EPISODES_OF_DOCUMENT, key)
    found = [episode for episode in stored if wanted(episode)]
    asked = ListRequest("document", graph_uuid, "said_at", "asc", page_size, cursor, document_id)
    return list_page(found, _KEYS, lambda episode: as_episode(world, episode), asked)


def get_episode_debug_logs(world: World, graph_uuid: str, episode_uuid: str) -> dict[str, Any]:
    """Return the debug log of an episode, if one was kept."""
    stored = episode_at(world, owner_at(world, graph_uuid), episode_uuid)
    if not stored.get("debug_log"):
        raise not_found("debug log")
    return debug_log(world, stored)


def list_episode_ingestion_traces(
    world: World, graph_uuid: str, episode_uuid: str, page_size: int, cursor: str | None
) -> dict[str, Any]:
    """List the traces of the steps of learning from an episode, if they were kept."""
    stored = episode_at(world, owner_at(world, graph_uuid), episode_uuid)
    traces = ingestion_traces(world, stored) if stored.get("debug_log") else []
    request = Request(("traces", stored["uuid"]), page_size, cursor)
    found = ranked_page(traces, lambda trace: trace, request)
    del found["total_size"]
    return found
