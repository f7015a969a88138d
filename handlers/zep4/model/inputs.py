"""What clients of Zep v4 give, in the terms of v3."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from understudy import World

from ...zep.model.graph.elements.facts import ENDS
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
    for end in ENDS:
        node = _node(world, owner, given[f"{end}_node"])
        triple |= {f"{end}_node_{field}": value for field, value in node.items()}
    return triple


def _node(world: World, owner: Owner, given: Mapping[str, Any]) -> dict[str, Any]:
    if given.get("uuid"):
        return {"uuid": stored_at(world, owner, NODES, given["uuid"])["uuid"]}
    return {field: given[field] for field in _OF_NODES if given.get(field)}


def refuse_repeated(at: str, part: str, values: Iterable[str]) -> None:
    """Raise Problem 400 if two of the things in the list at a JSON pointer have one value.

    `part` is the field that this value is of.
    """
    seen: set[str] = set()
    for number, value in enumerate(values):
        if value in seen:
            raise invalid("body", f"{at}/{number}/{part}", f"there are two of {value}")
        seen.add(value)


def refuse_repeated_names(at: str, given: Iterable[Mapping[str, Any]]) -> None:
    """Raise Problem 400 if two of the things in the list at a JSON pointer have one name."""
    refuse_repeated(at, "name", (one["name"] for one in given))


def check_metadata(metadata: Mapping[str, Any]) -> None:
    """Raise Problem 400 if the metadata of an episode have too many keys after an update."""
    if len(metadata) > _MOST_METADATA:
        raise invalid("body", "/metadata", f"metadata have at most {_MOST_METADATA} keys")
