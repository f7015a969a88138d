"""Operations of the tag `graph` on nodes."""

from __future__ import annotations

from typing import Any

from understudy import World

from .model.graph.elements.episodes import as_episode
from .model.graph.elements.facts import edges_of_node, episodes_of
from .model.graph.elements.nodes import change_node, degree_of, forget_node
from .model.graph.lists.lists import (
    MOST_ITEMS,
    Answer,
    answer,
    cut,
    cut_answer,
    list_neighbours,
    list_nodes,
)
from .model.graph.owner import Owner
from .model.graph.records import EPISODES, NODES, find
from .model.graph.shapes import show_edge, show_node
from .model.owners import group_owner, user_owner


def get_graph_node(world: World, uuid: str) -> dict[str, Any]:
    """Return a node."""
    return show_node(world, find(world, NODES, uuid))


def update_graph_node(world: World, uuid: str, body: dict[str, Any] | None) -> dict[str, Any]:
    """Change the fields of a node that are not empty; attributes are merged."""
    return show_node(world, change_node(world, find(world, NODES, uuid), body or {}))


def delete_graph_node(world: World, uuid: str) -> dict[str, Any]:
    """Delete a node and its edges."""
    forget_node(world, find(world, NODES, uuid))
    return {"message": "OK"}


def get_node_edges(world: World, node_uuid: str) -> Answer:
    """List the last edges that begin or end at a node, oldest first."""
    node = find(world, NODES, node_uuid)
    edges = edges_of_node(world, node["uuid"], last=MOST_ITEMS + 1)
    return cut_answer([show_edge(world, stored) for stored in cut(edges)], edges)


def get_node_episodes(world: World, node_uuid: str) -> Answer:
    """List the last episodes that a node's edges were learned from, oldest first."""
    edges = edges_of_node(world, find(world, NODES, node_uuid)["uuid"])
    uuids = episodes_of(edges)[::-1]
    episodes = [as_episode(find(world, EPISODES, uuid)) for uuid in cut(uuids)]
    return cut_answer({"episodes": episodes}, uuids)


def list_user_nodes(world: World, user_id: str, body: dict[str, Any] | None) -> Answer:
    """List a page of the nodes in a user's graph."""
    return _nodes(world, user_owner(world, user_id), body)


def list_group_nodes(world: World, group_id: str, body: dict[str, Any] | None) -> Answer:
    """List a page of the nodes in a group's graph."""
    return _nodes(world, group_owner(world, group_id), body)


def list_graph_nodes(world: World, graph_id: str, body: dict[str, Any] | None) -> Answer:
    """List a page of the nodes in a graph."""
    return _nodes(world, group_owner(world, graph_id), body)


def _nodes(world: World, owner: Owner, body: dict[str, Any] | None) -> Answer:
    page = list_nodes(world, owner, body or {})
    shown = [show_node(world, stored) for stored in page.items]
    if page.order == "degree":
        shown = [{**node, "degree": degree_of(world, node["uuid"])} for node in shown]
    return answer(shown, page.next_cursor)


def list_graph_node_neighbors(world: World, node_uuid: str, body: dict[str, Any] | None) -> Answer:
    """List a page of the nodes that edges connect with a node, and these edges."""
    page = list_neighbours(world, find(world, NODES, node_uuid), body or {})
    neighbours = [
        {
            "node": show_node(world, neighbour.node),
            "edges": [show_edge(world, edge) for edge in neighbour.edges],
        }
        for neighbour in page.items
    ]
    return answer(neighbours, page.next_cursor)
