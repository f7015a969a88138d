"""Nodes and facts that a client adds as such, not as data to learn from.

They are planned in the request, which answers with their uuids, and added when the work is done. A
plan is JSON: a node is `{"uuid", "name", "created_at", "labels", "given": what the client gave}`, a
triple `{"edge": a fact as it is stored, "source": a node, "target": a node, "metadata"}`. A node of
a known name or uuid is that node, then as well as now.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from understudy import Problem, Record, World

from ...dates import timestamp
from ...intelligence.statements import stated
from ...records import not_found
from ...settings.ontology import entity_types, labels_of
from ..elements.episodes import put_learned, store_episode
from ..elements.facts import FACTS, edges_of_node, new_fact, put_new_fact
from ..elements.nodes import add_node, change_node, find_node_by_name, with_entity
from ..learning.learning import name_of
from ..owner import Owner, graph_of, known_owner
from ..records import NODES

_DATES = ("created_at", "valid_at", "invalid_at", "expired_at")
_OF_NODES = ("summary", "labels", "attributes", "metadata")

#: The uuids of planned nodes by their names.
Planned = dict[str, str]


def plan_node(
    world: World,
    owner: Owner,
    given: Mapping[str, Any],
    planned: Planned,
    about: str = "",
    *,
    match: bool = True,
) -> dict[str, Any]:
    """Return the plan of a node with a `name`, a `uuid` or both; `about` says more about it.

    Without `match`, a node of a known name is a new one, but the same for each plan. Raises Problem
    404 for the uuid of a node in another graph.
    """
    uuid, record = (given.get("uuid") or "").lower(), known_owner(world, owner)
    name = given.get("name") or name_of(owner, record)
    key = name.casefold()
    if uuid:
        known = world.store.get(NODES, uuid)
    else:
        known = find_node_by_name(world, owner, record, name) if match else None
    if known is not None and known["owner"] != graph_of(owner):
        raise not_found()
    if known is not None:
        uuid, name = known["uuid"], known["node"]["name"]
    elif not uuid:
        uuid = planned.get(key) or world.ids.uuid()
    planned[key] = uuid
    return {
        "uuid": uuid,
        "name": name,
        "created_at": given.get("created_at") or timestamp(world.clock.now()),
        "labels": labels_of(f"{name} {about}", entity_types(world, owner, record)),
        "given": {field: given[field] for field in _OF_NODES if given.get(field)},
        "match": match,
    }


def add_planned_node(world: World, owner: Owner, plan: Mapping[str, Any]) -> Record:
    """Add a planned node, or change the known one; return it as it is stored."""
    known = world.store.get(NODES, plan["uuid"])
    if known is None and plan.get("match", True):
        known = find_node_by_name(world, owner, known_owner(world, owner), plan["name"])
    given = dict(plan["given"])
    if "labels" in given:
        given["labels"] = with_entity(given["labels"])
    if known is None:
        stored = add_node(world, owner, _new_node(plan, given))
    else:
        stored = change_node(world, known, given) if given else known
    if not given.get("metadata"):
        return stored
    stored = {**stored, "metadata": given["metadata"]}
    world.store.put(NODES, stored["uuid"], stored)
    return stored


def _new_node(plan: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "uuid": plan["uuid"],
        "created_at": plan["created_at"],
        "name": plan["name"],
        "summary": given.get("summary") or "",
        "labels": given.get("labels") or plan["labels"],
        "attributes": given.get("attributes") or {},
    }


def plan_triple(
    world: World, owner: Owner, given: Mapping[str, Any], planned: Planned, *, match: bool = True
) -> dict[str, Any]:
    """Return the plan of a fact with the fields of v3's request; `match` is that of `plan_node`.

    Raises Problem 400 or 404.
    """
    uuid = (given.get("fact_uuid") or "").lower()
    if uuid and world.store.get(FACTS, uuid):
        raise Problem(400, "bad request: fact_uuid already exists")
    source = plan_node(world, owner, _end(given, "source"), planned, given["fact"], match=match)
    target = plan_node(world, owner, _end(given, "target"), planned, given["fact"], match=match)
    origin = {"uuid": uuid, "created_at": timestamp(world.clock.now())}
    origin.update({field: given[field] for field in _DATES if given.get(field)})
    origin["attributes"] = given.get("edge_attributes")
    names = {"source": source["name"], "target": target["name"]}
    fact = stated(names["source"], given["fact"])._replace(name=given["fact_name"], **names)
    return {
        "edge": new_fact(world, owner, fact, source["uuid"], target["uuid"], origin),
        "source": source,
        "target": target,
        "metadata": given.get("metadata"),
    }


def _end(given: Mapping[str, Any], end: str) -> dict[str, Any]:
    """Return what a request says about the node at one end."""
    fields = ("uuid", "name", "summary", "labels", "attributes")
    return {field: given.get(f"{end}_node_{field}") for field in fields}


def add_planned_triple(
    world: World, owner: Owner, plan: Mapping[str, Any], task_id: str | None = None
) -> Record:
    """Add a planned fact and its nodes; return the edge as it is stored.

    With metadata, it gets an episode of its own, which holds them. A plan that says `deduplicate`
    is an edge that is there already, if there is one of the same name, words and nodes.
    """
    source = add_planned_node(world, owner, plan["source"])
    target = add_planned_node(world, owner, plan["target"])
    edge = {**plan["edge"], "source": source["uuid"], "target": target["uuid"]}
    known = _same_edge(world, edge) if plan.get("deduplicate") else None
    if known is not None:
        return known
    episode = add_episode_of_edges(world, owner, [edge], plan["metadata"], task_id)
    return put_new_fact(world, {**edge, "episode": episode})


def _same_edge(world: World, edge: Mapping[str, Any]) -> Record | None:
    fact = edge["fact"]
    wanted = (edge["source"], edge["target"], fact["name"], fact["fact"].casefold())
    for known in edges_of_node(world, edge["source"]):
        shown = known["fact"]
        if wanted == (known["source"], known["target"], shown["name"], shown["fact"].casefold()):
            return known
    return None


def add_episode_of_edges(
    world: World,
    owner: Owner,
    edges: Sequence[Mapping[str, Any]],
    metadata: Mapping[str, Any] | None,
    task_id: str | None,
) -> str | None:
    """Store the episode that holds the metadata of new edges of one fact; return its uuid.

    Without metadata, there is none.
    """
    if not metadata:
        return None
    fields = {"content": edges[0]["fact"]["fact"], "source": "fact_triple", "metadata": metadata}
    episode = store_episode(world, owner, fields, task_id)
    put_learned(world, episode, [edge["uuid"] for edge in edges])
    return str(episode["uuid"])


def planned_node(world: World, plan: Mapping[str, Any]) -> Record:
    """Return a node as it is in the graph, else as it is planned."""
    return world.store.get(NODES, plan["uuid"]) or {"node": _new_node(plan, plan["given"])}
