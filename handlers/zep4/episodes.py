"""Operations of the tag `episodes`."""

from __future__ import annotations

from typing import Any

from understudy import World

from ..zep.model.graph.episodes import merge_episode_metadata
from ..zep.model.graph.records import EPISODES
from ..zep.model.metadata import patched
from ..zep.model.work.pending import submit
from ..zep.model.work.submission import add_data
from .model.addresses import owner_at
from .model.graph_shapes import as_episode
from .model.graphs import stored_at
from .model.inputs import checked_metadata
from .model.shapes import as_task


def add_episode(world: World, graph_uuid: str, body: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Add data to a graph."""
    owner = owner_at(world, graph_uuid)
    checked_metadata(body.get("metadata"))
    given = {**body, "type": body.get("type") or "text", "created_at": body.get("reference_time")}
    stored, task = add_data(world, owner, given)
    return {"episode": as_episode(world, stored), "task": as_task(task)}, 202


def get_episode(world: World, graph_uuid: str, episode_uuid: str) -> dict[str, Any]:
    """Return an episode."""
    return as_episode(world, stored_at(world, owner_at(world, graph_uuid), EPISODES, episode_uuid))


def update_episode(
    world: World, graph_uuid: str, episode_uuid: str, body: dict[str, Any] | None
) -> dict[str, Any]:
    """Merge metadata into those of an episode."""
    stored = stored_at(world, owner_at(world, graph_uuid), EPISODES, episode_uuid)
    metadata = (body or {}).get("metadata")
    if metadata:
        known = stored.get("message") or stored["episode"]
        checked_metadata(patched(known.get("metadata") or {}, metadata))
        stored = merge_episode_metadata(world, stored, metadata)
    return as_episode(world, stored)


def delete_episode(world: World, graph_uuid: str, episode_uuid: str) -> tuple[dict[str, Any], int]:
    """Delete an episode with its edges, and the nodes that have no other ones."""
    stored = stored_at(world, owner_at(world, graph_uuid), EPISODES, episode_uuid)
    task = submit(world, "delete_episode", {"uuid": stored["uuid"]}, "graph.episode.delete")
    return {"task": as_task(task)}, 202
