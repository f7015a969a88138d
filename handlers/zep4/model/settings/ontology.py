"""Ontologies as Zep v4 shows and takes them; v2 and v3 spell the types of properties otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from understudy import World

from ....zep.model.graph.owner import Owner
from ....zep.model.settings.ontology import ONTOLOGY, declare, declared
from ..inputs import refuse_repeated_names
from .settings import inherits


def shown_ontology(world: World, owner: Owner | None) -> dict[str, Any]:
    """Return the ontology that counts for an owner, or for the project."""
    types = declared(world, owner)
    ontology = {
        "entity_types": [_shown(kind) for kind in types["entity_types"]],
        "edge_types": [_shown(kind) for kind in types["edge_types"]],
        "inherited": ONTOLOGY.is_inherited(world, owner),
    }
    hierarchy = types.get("entity_type_hierarchy")
    return {**ontology, "entity_type_hierarchy": hierarchy} if hierarchy else ontology


def put_ontology(world: World, owner: Owner | None, given: Mapping[str, Any]) -> dict[str, Any]:
    """Replace the ontology of an owner, or of the project, and return it."""
    if not inherits(world, ONTOLOGY, owner, given):
        kinds = {field: given.get(field) or [] for field in ("entity_types", "edge_types")}
        for field, types in kinds.items():
            _refuse_faulty(field, types)
        hierarchy = given.get("entity_type_hierarchy")
        stored = {field: [_stored(kind) for kind in types] for field, types in kinds.items()}
        declare(world, {**stored, "entity_type_hierarchy": hierarchy}, owner)
    return shown_ontology(world, owner)


def _refuse_faulty(field: str, types: Sequence[Mapping[str, Any]]) -> None:
    """Raise Problem 400 if names are repeated."""
    refuse_repeated_names(f"/{field}", types)
    for number, kind in enumerate(types):
        properties = kind.get("properties") or ()
        refuse_repeated_names(f"/{field}/{number}/properties", properties)


def _stored(kind: Mapping[str, Any]) -> dict[str, Any]:
    properties = [
        {**one, "type": str(one.get("type") or "text").capitalize()}
        for one in kind.get("properties") or ()
    ]
    return {**kind, "properties": properties}


def _shown(kind: Mapping[str, Any]) -> dict[str, Any]:
    properties = [{**one, "type": one["type"].lower()} for one in kind["properties"]]
    return {**kind, "properties": properties}
