"""Episodes, nodes and edges as Zep v4 shows them; empty fields are left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from understudy import Record, World

from ....zep.model.graph.elements.episodes import is_processed
from ....zep.model.graph.elements.facts import edges_of_node
from ....zep.model.graph.elements.nodes import as_node as as_stored_node
from ....zep.model.graph.owner import owner_of
from ....zep.model.graph.records import NODES
from ....zep.model.owners import graph_uuid_of, record_of
from ....zep.model.sessions.session import SESSIONS
from .shapes import filled, shown_role

#: How many of its episodes a node lists.
_MOST_EPISODES = 100


_OF_OBSERVATION = ("uuid", "name", "labels", "summary", "attributes", "created_at")
_OF_SUMMARY = (
    "summary",
    "created_at",
    "last_summarized_at",
    "last_summarized_episode_valid_at",
)


class Place(NamedTuple):
    """The graph that something is in, as each of its parts shows it."""

    graph_uuid: str
    user_uuid: str | None

    def as_fields(self) -> dict[str, str]:
        """Return the fields that name the graph."""
        user = {"user_uuid": self.user_uuid} if self.user_uuid else {}
        return {"graph_uuid": self.graph_uuid, **user}


def place_of(world: World, stored: Record) -> Place:
    """Return the graph of an episode, a node or an edge."""
    owner = owner_of(stored["owner"])
    user_uuid = record_of(world, owner)["uuid"] if owner[0] == "user" else None
    return Place(graph_uuid_of(world, owner), user_uuid)


def as_episode(world: World, stored: Record) -> dict[str, Any]:
    """Return an episode: data, or a message of a thread."""
    message = stored.get("message")
    shown = stored["episode"] if message is None else message
    session = world.store.get(SESSIONS, stored.get("session_id") or "")
    return {
        "uuid": shown["uuid"],
        "content": shown["content"],
        "processed": is_processed(stored),
        "created_at": stored.get("received_at") or shown["created_at"],
        "reference_time": shown["created_at"],
        **place_of(world, stored).as_fields(),
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
    node = as_stored_node(world, stored)
    episodes = _episodes_of(world, node["uuid"])
    return {
        "uuid": node["uuid"],
        "name": node["name"],
        "summary": node["summary"],
        "labels": node.get("labels") or [],
        "attributes": node.get("attributes") or {},
        "created_at": node["created_at"],
        "episode_uuids": episodes[:_MOST_EPISODES],
        "episode_uuids_truncated": len(episodes) > _MOST_EPISODES,
        **place_of(world, stored).as_fields(),
    }


def _episodes_of(world: World, node: str) -> list[str]:
    edges = reversed(edges_of_node(world, node))
    return list(dict.fromkeys(edge["episode"] for edge in edges if edge.get("episode")))


def as_edge(world: World, stored: Record) -> dict[str, Any]:
    """Return an edge, with the present names and labels of the nodes that it connects."""
    fact, episode = stored["fact"], stored.get("episode")
    dates = {name: fact.get(name) for name in ("valid_at", "invalid_at", "expired_at")}
    return {
        "uuid": fact["uuid"],
        "name": fact.get("name") or "",
        "fact": fact["fact"],
        "scope": "entity",
        "created_at": fact["created_at"],
        "episode_uuids": [episode] if episode else [],
        "attributes": stored.get("attributes") or {},
        **_end(world, "source", stored["source"]),
        **_end(world, "target", stored["target"]),
        **filled({**dates, "hyperedge_uuid": stored.get("hyperedge")}),
        **place_of(world, stored).as_fields(),
    }


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
        **place_of(world, first).as_fields(),
    }


def _end(world: World, end: str, uuid: str) -> dict[str, Any]:
    stored = world.store.get(NODES, uuid)
    if stored is None:
        return {f"{end}_node_uuid": uuid}
    node = stored["node"]
    return {
        f"{end}_node_uuid": uuid,
        f"{end}_node_name": node["name"],
        f"{end}_node_labels": node.get("labels") or [],
    }


def as_observation(world: World, found: Record) -> dict[str, Any]:
    """Return an observation."""
    shown = {name: found[name] for name in _OF_OBSERVATION}
    return {**shown, "episode_uuids": found["episodes"], **place_of(world, found).as_fields()}


def as_found_summary(world: World, found: Record) -> dict[str, Any]:
    """Return the summary of a thread, as it is derived from a graph."""
    graph = place_of(world, found).graph_uuid
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
        **{name: summary[name] for name in _OF_SUMMARY if summary.get(name)},
    }
