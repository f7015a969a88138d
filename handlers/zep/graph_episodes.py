"""Operations of the tag `graph` on episodes."""

from __future__ import annotations

from typing import Any

from understudy import World

from .model.graph.elements.episodes import as_episode, forget_episode, merge_episode_metadata
from .model.graph.elements.facts import facts_of_episode, node_uuids
from .model.graph.lists.lists import Answer, answer, cut, cut_answer, list_episodes
from .model.graph.owner import Owner, graph_of
from .model.graph.records import EPISODES, EPISODES_OF_DOCUMENT, IN_GRAPH, NODES, document_key, find
from .model.graph.shapes import show_edge, show_node
from .model.owners import group_owner, user_owner
from .model.records import not_found


def get_graph_episode(world: World, uuid: str) -> dict[str, Any]:
    """Return an episode."""
    return as_episode(find(world, EPISODES, uuid))


def update_graph_episode(world: World, uuid: str, body: dict[str, Any]) -> dict[str, Any]:
    """Merge metadata into that of an episode."""
    episode = find(world, EPISODES, uuid)
    return as_episode(merge_episode_metadata(world, episode, body["metadata"]))


def delete_graph_episode(world: World, uuid: str) -> dict[str, Any]:
    """Delete an episode, its edges, and the nodes that have no other edges."""
    forget_episode(world, uuid)
    return {"message": "OK"}


def get_episode_mentions(world: World, uuid: str) -> Answer:
    """Return the edges that were learned from an episode, and their nodes."""
    learned = facts_of_episode(world, find(world, EPISODES, uuid))
    nodes = node_uuids(learned)
    mentions = {
        "edges": [show_edge(world, stored) for stored in cut(learned)],
        "nodes": [show_node(world, find(world, NODES, node)) for node in cut(nodes)],
    }
    return cut_answer(mentions, learned, nodes)


def list_user_episodes(world: World, user_id: str, lastn: int | None) -> dict[str, Any]:
    """List the last episodes in a user's graph, oldest first."""
    return _last_episodes(world, user_owner(world, user_id), lastn)


def list_group_episodes(world: World, group_id: str, lastn: int | None) -> dict[str, Any]:
    """List the last episodes in a group's graph, oldest first."""
    return _last_episodes(world, group_owner(world, group_id), lastn)


def list_graph_episodes(world: World, graph_id: str, lastn: int | None) -> dict[str, Any]:
    """List the last episodes in a graph, oldest first."""
    return _last_episodes(world, group_owner(world, graph_id), lastn)


def _last_episodes(world: World, owner: Owner, lastn: int | None) -> dict[str, Any]:
    episodes = world.store.list(
        EPISODES, IN_GRAPH, graph_of(owner), descending=True, limit=lastn or None
    )
    return {"episodes": [as_episode(stored) for stored in reversed(episodes)]}


def filter_user_episodes(world: World, user_id: str, body: dict[str, Any] | None) -> Answer:
    """List a page of the episodes in a user's graph that are wanted."""
    return _episodes(world, user_owner(world, user_id), body)


def filter_graph_episodes(world: World, graph_id: str, body: dict[str, Any] | None) -> Answer:
    """List a page of the episodes in a graph that are wanted."""
    return _episodes(world, group_owner(world, graph_id), body)


def _episodes(world: World, owner: Owner, body: dict[str, Any] | None) -> Answer:
    page = list_episodes(world, owner, body or {})
    return answer([as_episode(stored) for stored in page.items], page.next_cursor)


def list_document_episodes(world: World, document_id: str, graph_id: str) -> dict[str, Any]:
    """List the episodes of a document, oldest first."""
    key = document_key(graph_of(group_owner(world, graph_id)), document_id)
    episodes = world.store.list(EPISODES, EPISODES_OF_DOCUMENT, key)
    if not episodes:
        raise not_found()
    return {"episodes": [as_episode(stored) for stored in episodes]}
