"""What clients of Zep v4 give, in the terms of v3."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy import World

from ...zep.model.graph.records import NODES, Owner
from .errors import invalid
from .graphs import stored_at

_OF_EDGES = ("fact", "valid_at", "invalid_at", "expired_at", "metadata")
_OF_NODES = ("name", "labels", "summary", "attributes")
_MOST_METADATA = 10


def as_triple(
    world: World, owner: Owner, given: Mapping[str, Any], name: str, at: str
) -> dict[str, Any]:
    """Return an edge as v3's request has it; `at` is where it stands in the body.

    Raises Problem 400 for a node without uuid and name, and 404 for one that the graph has not.
    """
    triple = {field: given[field] for field in _OF_EDGES if given.get(field) is not None}
    triple |= {"fact_name": name, "edge_attributes": given.get("attributes")}
    for end in ("source", "target"):
        node = _node(world, owner, given[f"{end}_node"], f"{at}/{end}_node")
        triple |= {f"{end}_node_{field}": value for field, value in node.items()}
    return triple


def _node(world: World, owner: Owner, given: Mapping[str, Any], at: str) -> dict[str, Any]:
    if given.get("uuid"):
        return {"uuid": stored_at(world, owner, NODES, given["uuid"])["uuid"]}
    if not given.get("name"):
        raise invalid("body", at, "a node needs a uuid or a name")
    return {field: given[field] for field in _OF_NODES if given.get(field)}


def checked_metadata(metadata: Mapping[str, Any] | None, at: str = "/metadata") -> None:
    """Raise Problem 400 for metadata of an episode that have too many keys, or values in values."""
    for key, value in (metadata or {}).items():
        members = value if isinstance(value, list) else [value]
        if any(isinstance(member, (dict, list)) for member in members):
            message = f"{key}: a text, a number, a boolean or a list of these is expected"
            raise invalid("body", at, message)
    if len(metadata or {}) > _MOST_METADATA:
        raise invalid("body", at, f"metadata have at most {_MOST_METADATA} keys")
