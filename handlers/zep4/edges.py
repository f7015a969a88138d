"""Operations of the tag `edges`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from understudy import Record, World

from ..zep.model.dates import time_key
from ..zep.model.graph.elements.facts import FACTS, change_fact
from ..zep.model.graph.records import records_in
from ..zep.model.graph.search.filters import wanted_edges
from ..zep.model.work.pending import submit
from ..zep.model.work.submission import add_triples
from .model.addresses import owner_at
from .model.graphs import stored_at
from .model.inputs import as_triple
from .model.lists.filters import filters_of
from .model.lists.lists import ListRequest, list_page
from .model.shapes.added import as_added_edge
from .model.shapes.graph_parts import as_edge
from .model.shapes.shapes import as_task, filled

_KEYS: Mapping[str, Callable[[Record], Any]] = {
    "uuid": lambda stored: stored["uuid"],
    "created_at": lambda stored: time_key(stored["fact"]["created_at"]),
    "valid_at": lambda stored: time_key(stored["fact"].get("valid_at")),
}


def add_edge(world: World, graph_uuid: str, body: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Add edges as they are given."""
    owner, edges = owner_at(world, graph_uuid), body["edges"]
    triples = [as_triple(world, owner, given, given["fact_name"]) for given in edges]
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


def list_edges(
    world: World,
    graph_uuid: str,
    page_size: int,
    cursor: str | None,
    order_by: str,
    order: str,
    body: dict[str, Any] | None,
) -> dict[str, Any]:
    """List the edges of a graph."""
    owner = owner_at(world, graph_uuid)
    filters = filters_of(body)
    wanted = wanted_edges(world, owner, filters)
    found = [stored for stored in records_in(world, FACTS, owner) if wanted(stored)]
    asked = ListRequest("edges", graph_uuid, order_by, order, page_size, cursor, filters)
    return list_page(found, _KEYS, lambda stored: as_edge(world, stored), asked)
