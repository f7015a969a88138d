"""Episodes: messages and data, from which graphs learn nodes and edges."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy import Record, World

from ...dates import timestamp
from ...debug_logging import is_debug_logging
from ...metadata import patched
from ..owner import Owner, graph_of, owner_of, user_of
from ..records import EPISODES, IN_GRAPH, NODES, document_key, find
from .facts import FACTS, edges_of_node, facts_of_episode, node_uuids

#: Fields of data that the client may set.
_OPTIONAL_FIELDS = ("source_description", "created_at", "metadata", "document_id")


def store_data(
    world: World,
    owner: Owner,
    given: Mapping[str, Any],
    task_id: str | None = None,
    uuid: str | None = None,
) -> Record:
    """Store data as an episode that no facts are learned from yet; return it as it is stored."""
    episode = {"content": given["data"], "source": given["type"]}
    episode.update({name: given[name] for name in _OPTIONAL_FIELDS if given.get(name)})
    return store_episode(world, owner, episode, task_id, uuid)


def store_episode(
    world: World,
    owner: Owner,
    fields: Mapping[str, Any],
    task_id: str | None = None,
    uuid: str | None = None,
) -> Record:
    """Store an episode that is not a message, and not processed; return it as it is stored."""
    uuid, now = uuid or world.ids.uuid(), timestamp(world.clock.now())
    stored = {
        "uuid": uuid,
        **place(owner, now, task_id, fields.get("document_id"), is_logged=is_debug_logging(world)),
        "episode": {"uuid": uuid, "created_at": now, **fields, "processed": False},
    }
    world.store.put(EPISODES, uuid, stored)
    return stored


def place(
    owner: Owner,
    now: str,
    task_id: str | None,
    document_id: str | None = None,
    *,
    is_logged: bool,
) -> dict[str, Any]:
    """Return the fields that place a new episode in a graph; those `is_logged` have a debug log."""
    graph = graph_of(owner)
    fields: dict[str, Any] = {
        "owner": graph,
        "facts": [],
        "received_at": now,
        "task_id": task_id,
        "document": document_key(graph, document_id) if document_id else None,
    }
    return {**fields, "debug_log": True} if is_logged else fields


def put_learned(world: World, stored: Record, facts: list[str]) -> Record:
    """Store that an episode is processed, with the uuids of the facts learned from it."""
    kind = "message" if "message" in stored else "episode"
    learned = {**stored, "facts": facts, kind: {**stored[kind], "processed": True}}
    world.store.put(EPISODES, stored["uuid"], learned)
    return learned


def body_of(stored: Record) -> Mapping[str, Any]:
    """Return what an episode is: a message, or data."""
    body: Mapping[str, Any] = stored.get("message") or stored["episode"]
    return body


def is_processed(stored: Record) -> bool:
    """Return whether the graph has taken up an episode; those that a test has preset are."""
    return body_of(stored).get("processed") is not False


def received_at(stored: Record) -> str:
    """Return when an episode was added, which need not be when it was said."""
    return str(stored.get("received_at") or body_of(stored)["created_at"])


def as_episode(stored: Record) -> dict[str, Any]:
    """Return an episode as responses of v2 and v3 show it."""
    message = stored.get("message")
    shown = dict(stored["episode"]) if message is None else _of_message(message)
    session_id = stored.get("session_id") or shown.get("session_id")
    optional = {
        "session_id": session_id,
        "thread_id": session_id,
        "task_id": stored.get("task_id"),
    }
    return {**shown, **{name: value for name, value in optional.items() if value}}


def _of_message(message: Mapping[str, Any]) -> dict[str, Any]:
    optional = {"role": message["role"], "metadata": message.get("metadata")}
    return {
        "uuid": message["uuid"],
        "created_at": message["created_at"],
        "content": message["content"],
        "source": "message",
        "processed": message.get("processed", True),
        "role_type": message["role_type"],
        **{name: value for name, value in optional.items() if value},
    }


def merge_episode_metadata(world: World, stored: Record, metadata: Mapping[str, Any]) -> Record:
    """Store an episode with metadata merged in, and return it as it is stored."""
    kind = "message" if "message" in stored else "episode"
    shown = stored[kind]
    changed = {**shown, "metadata": patched(shown.get("metadata") or {}, metadata)}
    record = {**stored, kind: changed}
    world.store.put(EPISODES, stored["uuid"], record)
    return record


def forget_episode(world: World, uuid: str) -> None:
    """Delete an episode, its edges, and the nodes without other edges.

    A message stays in its session.
    """
    episode = find(world, EPISODES, uuid)
    edges, user = facts_of_episode(world, episode), user_of(world, owner_of(episode["owner"]))
    for stored in edges:
        world.store.delete(FACTS, stored["uuid"])
    for node in node_uuids(edges):
        if (user is None or node != user["uuid"]) and not edges_of_node(world, node, last=1):
            world.store.delete(NODES, node)
    _remove_from_graph(world, episode)


def _remove_from_graph(world: World, stored: Record) -> None:
    """Remove an episode from its graph; a message of a session stays stored."""
    if stored.get("session_id"):
        kept = ("uuid", "session_id", "received_at", "message")
        message = {name: stored[name] for name in kept if name in stored}
        world.store.put(EPISODES, stored["uuid"], message)
    else:
        world.store.delete(EPISODES, stored["uuid"])


def forget_graph(world: World, owner: Owner) -> None:
    """Delete all of a graph."""
    for collection in (EPISODES, NODES, FACTS):
        for stored in world.store.list(collection, IN_GRAPH, graph_of(owner)):
            world.store.delete(collection, stored["uuid"])
