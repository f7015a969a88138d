"""The types of entities and edges that a tenant has declared: one record, as the request had it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from understudy import Collection, World

TYPES = Collection("entity_types")
_KEY = "types"

_WORD = re.compile(r"[^\W_]+")


def declared(world: World) -> Mapping[str, Any]:
    """Return the declared types as responses show them."""
    return world.store.get(TYPES, _KEY) or {"entity_types": [], "edge_types": []}


def declare(world: World, given: Mapping[str, Any]) -> None:
    """Replace the declared types."""
    entities = [_kind(kind) for kind in given.get("entity_types") or ()]
    edges = [
        {**_kind(kind), "source_targets": _ends(kind)} for kind in given.get("edge_types") or ()
    ]
    world.store.put(TYPES, _KEY, {"entity_types": entities, "edge_types": edges})


def _kind(given: Mapping[str, Any]) -> dict[str, Any]:
    properties = [
        {field: given_property[field] for field in ("name", "type", "description")}
        for given_property in given.get("properties") or ()
    ]
    return {
        "name": given["name"],
        "description": given["description"],
        "properties": properties,
    }


def _ends(given: Mapping[str, Any]) -> list[dict[str, Any]]:
    pairs = given.get("source_targets") or ()
    return [{end: pair[end] for end in ("source", "target") if pair.get(end)} for pair in pairs]


def labels_for(world: World, text: str) -> list[str]:
    """Return the labels of a node: `Entity`, and each entity type that the text has as a word."""
    types = declared(world)["entity_types"]
    if not types:
        return ["Entity"]
    words = set(_WORD.findall(text.casefold()))
    matching = dict.fromkeys(kind["name"] for kind in types if kind["name"].casefold() in words)
    return ["Entity", *matching]
