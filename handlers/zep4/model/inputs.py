"""What clients of Zep v4 give, in the terms of v3."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy import World

from ...zep.model.graph.owner import Owner
from ...zep.model.graph.records import NODES
from .errors import invalid
from .graphs import stored_at

_OF_EDGES = ("fact", "valid_at", "invalid_at", "expired_at", "metadata")
_OF_NODES = ("name", "labels", "summary", "attributes")
_MOST_METADATA = 10


def as_triple(world: World, owner: Owner, given: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return an edge as v3's request has it. Raises Problem 404 for an unknown node."""
    triple = {field: given[field] for field in _OF_EDGES if given.get(field) is not None}
    triple |= {"fact_name": name, "edge_attributes": given.get("attributes")}
    for end in ("source", "target"):
        node = _node(world, owner, given[f"{end}_node"])
        triple |= {f"{end}_node_{field}": value for field, value in node.items()}
    return triple


def _node(world: World, owner: Owner, given: Mapping[str, Any]) -> dict[str, Any]:
    if given.get("uuid"):
        return {"uuid": stored_at(world, owner, NODES, given["uuid"])["uuid"]}
    return {field: given[field] for field in _OF_NODES if given.get(field)}


def check_metadata(metadata: Mapping[str, Any]) -> None:
    """Raise Problem 400 if the metadata of an episode have too many keys after an update."""
    if len(metadata) > _MOST_METADATA:
        raise invalid("body", "/metadata", f"metadata have at most {_MOST_METADATA} keys")
