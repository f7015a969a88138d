"""Episodes, nodes and edges as Zep v4 shows them; empty fields are left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from understudy import Record, World

from ....zep.model.graph.elements.episodes import body_of, is_processed, received_at
from ....zep.model.graph.elements.facts import edges_of_node, episodes_of
from ....zep.model.graph.elements.nodes import as_node as as_stored_node
from ....zep.model.graph.owner import owner_of
from ....zep.model.graph.shapes import MOST_EPISODES, show_edge
from ....zep.model.owners import graph_uuid_of, graph_uuids
from ....zep.model.sessions.session import SESSIONS
from .shapes import filled, shown_role

_OF_OBSERVATION = ("uuid", "name", "labels", "summary", "attributes", "created_at")
_OF_SUMMARY = (
    "summary",
    "created_at",
    "last_summarized_at",
    "last_summarized_episode_valid_at",
)


def place_of(world: World, stored: Record) -> dict[str, str]:
    """Return the uuids of the graph that an episode, a node or an edge is in."""
    return graph_uuids(world, owner_of(stored["owner"]))


def as_episode(world: World, stored: Record) -> dict[str, Any]:
    """Return an episode: data, or a message of a thread."""
    message, shown = stored.get("message"), body_of(stored)
    session = world.store.get(SESSIONS, stored.get("session_id") or "")
    return {
        "uuid": shown["uuid"],
        "content": shown["content"],
        "processed": is_processed(stored),
        "created_at": received_at(stored),
        "reference_time": shown["created_at"],
        **place_of(world, stored),
        **filled(
            {
                "source": "message" if message else shown["source"],
                "source_description": shown.get("source_description"),
                "document_id": shown.get("document_id"),
                "metadata": shown.get("metadata"),
                "thread_uuid": session and session["session"]["uuid"],
                "role": message and shown_role(message),
                "role_name": message and message.get("role"),
                "content_policy": stored.get("content_policy"),
            }
        ),
    }


def as_node(world: World, stored: Record) -> dict[str, Any]:
    """Return a node, with the last episodes that mention it, newest first."""
    edges = edges_of_node(world, stored["uuid"])
    node, episodes = as_stored_node(world, stored, edges), episodes_of(edges)
    return {
        "uuid": node["uuid"],
        "name": node["name"],
        "summary": node["summary"],
        "labels": node.get("labels") or [],
        "attributes": node.get("attributes") or {},
        "created_at": node["created_at"],
        "episode_uuids": episodes[:MOST_EPISODES],
        "episode_uuids_truncated": len(episodes) > MOST_EPISODES,
        **place_of(world, stored),
    }


def as_edge(world: World, stored: Record) -> dict[str, Any]:
    """Return an edge, with the present names and labels of the nodes that it connects."""
    shown = show_edge(world, stored)
    episodes = shown.pop("episodes")
    dated = {name: value for name, value in shown.items() if value is not None}
    return {**dated, "episode_uuids": episodes, **place_of(world, stored)}


def as_hyperedge(world: World, members: Sequence[Record]) -> dict[str, Any]:
    """Return the hyperedge that edges are the members of, with these by uuid."""
    first, edges = members[0], sorted(members, key=lambda stored: str(stored["uuid"]))
    fact = first["fact"]
    return {
        "uuid": first["hyperedge"],
        "fact": fact["fact"],
        "created_at": fact["created_at"],
        "edges": [
            {
                "uuid": stored["uuid"],
                "name": stored["fact"]["name"],
                "source_node_uuid": stored["source"],
                "target_node_uuid": stored["target"],
            }
            for stored in edges
        ],
        **filled({name: fact.get(name) for name in ("valid_at", "invalid_at", "expired_at")}),
        **place_of(world, first),
    }


def as_observation(world: World, found: Record) -> dict[str, Any]:
    """Return an observation."""
    shown = {name: found[name] for name in _OF_OBSERVATION}
    return {**shown, "episode_uuids": found["episodes"], **place_of(world, found)}


def as_found_summary(world: World, found: Record) -> dict[str, Any]:
    """Return the summary of a thread, as it is derived from a graph."""
    graph = place_of(world, found)["graph_uuid"]
    shown = {"uuid": found["uuid"], "thread_uuid": found["session_uuid"], "graph_uuid": graph}
    return {**shown, **filled({name: found.get(name) for name in _OF_SUMMARY})}


def as_document_summary(found: Record) -> dict[str, Any]:
    """Return the summary of a document."""
    shown = {"uuid": found["uuid"], "document_id": found["document_id"]}
    return {**shown, **filled({name: found.get(name) for name in _OF_SUMMARY})}


def as_thread_summary(world: World, thread: Record, summary: Mapping[str, Any]) -> dict[str, Any]:
    """Return the summary of a thread, which is stored as a session."""
    owner = ("user", thread["user_id"])
    return {
        "uuid": summary["uuid"],
        "thread_uuid": thread["session"]["uuid"],
        "graph_uuid": graph_uuid_of(world, owner),
        **filled({name: summary.get(name) for name in _OF_SUMMARY}),
    }
