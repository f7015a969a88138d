"""Hyperedges: facts about three nodes or more.

A hyperedge is kept as its members: edges that share their words, dates and episode, and have its
uuid as `hyperedge`. Without a member, there is no hyperedge. Like triples, hyperedges are planned
in the request and added when the work is done; a plan is `{"uuid", "triples", "metadata"}`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from understudy import Record, World

from ..elements.facts import ENDS, FACTS, put_new_fact
from ..owner import Owner, owner_of
from ..records import records_in
from .triples import Planned, add_episode_of_edges, add_planned_node, plan_triple

_SHARED = ("fact", "content", "rating", "created_at", "valid_at", "invalid_at", "expired_at")


def hyperedges_in(world: World, owner: Owner) -> dict[str, list[Record]]:
    """Return the members of each hyperedge in a graph, by its uuid."""
    found: dict[str, list[Record]] = {}
    for stored in records_in(world, FACTS, owner):
        if stored.get("hyperedge"):
            found.setdefault(stored["hyperedge"], []).append(stored)
    return found


def plan_hyperedge(
    world: World,
    owner: Owner,
    triples: Iterable[Mapping[str, Any]],
    metadata: Mapping[str, Any] | None,
) -> dict[str, Any]:
    """Return the plan of a hyperedge, whose members are given as triples."""
    uuid, planned = world.ids.uuid(), Planned()
    plans = [plan_triple(world, owner, given, planned, match=False) for given in triples]
    return {"uuid": uuid, "triples": plans, "metadata": metadata}


def add_planned_hyperedge(
    world: World, owner: Owner, plan: Mapping[str, Any], task_id: str | None
) -> list[Record]:
    """Add a planned hyperedge, its nodes, and an episode if it has metadata; return its members."""
    edges = [_edge(world, owner, triple) for triple in plan["triples"]]
    episode = add_episode_of_edges(world, owner, edges, plan["metadata"], task_id)
    shared = {"episode": episode, "hyperedge": plan["uuid"]}
    return [put_new_fact(world, {**edge, **shared}) for edge in edges]


def _edge(world: World, owner: Owner, triple: Mapping[str, Any]) -> dict[str, Any]:
    ends = {end: add_planned_node(world, owner, triple[end])["uuid"] for end in ENDS}
    return {**triple["edge"], **ends}


def add_planned_member(
    world: World, members: Sequence[Record], triple: Mapping[str, Any]
) -> Record:
    """Add a planned edge to a hyperedge, with what its members share; return it."""
    first = members[0]
    edge = _edge(world, owner_of(first["owner"]), triple)
    fact = {**edge["fact"], **{name: first["fact"].get(name) for name in _SHARED}}
    shared = {"episode": first["episode"], "hyperedge": first["hyperedge"], "fact": fact}
    return put_new_fact(world, {**edge, **shared})
