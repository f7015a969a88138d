"""What clients have added to a graph, as answers tell it at once: as it was given, with uuids."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ....zep.model.graph.elements.facts import ENDS
from .shapes import filled

_OF_EDGES = ("attributes", "expired_at", "invalid_at", "valid_at", "metadata")
_OF_NODES = ("label", "summary", "attributes", "metadata")


def as_added_node(plan: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return a node as the client gave it, with its uuid."""
    shown = {name: given.get(name) for name in _OF_NODES}
    named = {"uuid": plan["uuid"], "name": given["name"], "created_at": plan["created_at"]}
    return {**named, **filled(shown)}


def as_added_edge(
    plan: Mapping[str, Any], given: Mapping[str, Any], *, ends: bool
) -> dict[str, Any]:
    """Return an edge as the client gave it, with its uuid, and with those of its nodes."""
    edge = plan["edge"]
    nodes = {f"{end}_node_uuid": edge[end] for end in ENDS} if ends else {}
    return {
        "uuid": edge["uuid"],
        "fact": edge["fact"]["fact"],
        "fact_name": edge["fact"]["name"],
        **{f"{end}_node": filled(given[f"{end}_node"]) for end in ENDS},
        **nodes,
        **filled({name: given.get(name) for name in _OF_EDGES}),
    }


def as_added_hyperedge(plan: Mapping[str, Any], body: Mapping[str, Any]) -> dict[str, Any]:
    """Return a hyperedge as the client gave it, with the uuids."""
    edges = [
        {
            "uuid": triple["edge"]["uuid"],
            "name": given["name"],
            "source_node": filled(given["source_node"]),
            "target_node": filled(given["target_node"]),
        }
        for triple, given in zip(plan["triples"], body["edges"], strict=True)
    ]
    given = filled({name: body.get(name) for name in _OF_EDGES})
    return {"uuid": plan["uuid"], "fact": body["fact"], "edges": edges, **given}
