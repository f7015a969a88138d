"""Operations of the tag `edges`."""

from __future__ import annotations

from typing import Any

from understudy import World

from ..zep.model.graph.facts import FACTS, change_fact
from ..zep.model.work.pending import submit
from ..zep.model.work.submission import add_triples
from .model.added import as_added_edge
from .model.addresses import owner_at
from .model.graph_shapes import as_edge
from .model.graphs import stored_at
from .model.inputs import as_triple, checked_metadata
from .model.shapes import as_task, filled


def add_edge(world: World, graph_uuid: str, body: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Add edges as they are given."""
    owner, edges = owner_at(world, graph_uuid), body["edges"]
    triples = []
    for number, given in enumerate(edges):
        checked_metadata(given.get("metadata"), f"/edges/{number}/metadata")
        triples.append(as_triple(world, owner, given, given["fact_name"], f"/edges/{number}"))
    deduplicate = bool(body.get("deduplicate"))
    plans, task = add_triples(world, owner, triples, "graph.edge.add", deduplicate=deduplicate)
    added = [
        as_added_edge(plan, given, ends=not deduplicate)
        for plan, given in zip(plans, edges, strict=True)
    ]
    return {"edges": added, "task": as_task(task)}, 202


def get_edge(world: World, graph_uuid: str, edge_uuid: str) -> dict[str, Any]:
    """Return an edge."""
    return as_edge(world, stored_at(world, owner_at(world, graph_uuid), FACTS, edge_uuid))


def update_edge(
    world: World, graph_uuid: str, edge_uuid: str, body: dict[str, Any] | None
) -> dict[str, Any]:
    """Change the words or attributes of an edge."""
    stored = stored_at(world, owner_at(world, graph_uuid), FACTS, edge_uuid)
    given = filled({name: (body or {}).get(name) for name in ("fact", "attributes")})
    return as_edge(world, change_fact(world, stored, given) if given else stored)


def delete_edge(world: World, graph_uuid: str, edge_uuid: str) -> tuple[dict[str, Any], int]:
    """Delete an edge; its nodes stay."""
    stored = stored_at(world, owner_at(world, graph_uuid), FACTS, edge_uuid)
    task = submit(world, "delete_edge", {"uuid": stored["uuid"]}, "graph.edge.delete")
    return {"task": as_task(task)}, 202
