"""The types of entities and edges that are declared, for a project or for one graph.

A node has a label for each type of entity that its text has as a word: those that are declared for
its graph, and those that Zep has by default, unless the owner of the graph has disabled these.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from understudy import Collection, Record, World

from ..graph.owner import Owner
from ..intelligence.words import plain_words
from .inheritance import Setting
from .record_types import TypesRecord

TYPES = Collection("entity_types", record=TypesRecord)
ONTOLOGY = Setting(TYPES, project_key="types")

#: The types of entities that Zep has by default, but those of users and assistants.
_DEFAULT_TYPES = (
    "Preference",
    "Location",
    "Event",
    "Object",
    "Topic",
    "Organization",
    "Document",
)


def declared(world: World, owner: Owner | None = None) -> Mapping[str, Any]:
    """Return the types that count for a graph, or for the project, as responses show them."""
    return ONTOLOGY.read(world, owner) or {"entity_types": [], "edge_types": []}


def declare(world: World, given: Mapping[str, Any], owner: Owner | None = None) -> None:
    """Replace the types of a graph, or of the project."""
    entities = [_kind(kind) for kind in given.get("entity_types") or ()]
    edges = [
        {**_kind(kind), "source_targets": _ends(kind)} for kind in given.get("edge_types") or ()
    ]
    types: dict[str, Any] = {"entity_types": entities, "edge_types": edges}
    hierarchy = given.get("entity_type_hierarchy")
    if hierarchy:
        types["entity_type_hierarchy"] = hierarchy
    ONTOLOGY.write(world, owner, types)


def _kind(given: Mapping[str, Any]) -> dict[str, Any]:
    properties = [_property(one) for one in given.get("properties") or ()]
    kind = {
        "name": given["name"],
        "description": given.get("description") or "",
        "properties": properties,
    }
    identity = given.get("identity_properties")
    return {**kind, "identity_properties": identity} if identity else kind


def _property(given: Mapping[str, Any]) -> dict[str, Any]:
    shown = {
        "name": given["name"],
        "type": given["type"],
        "description": given.get("description") or "",
    }
    return {**shown, "protected": True} if given.get("protected") else shown


def _ends(given: Mapping[str, Any]) -> list[dict[str, Any]]:
    pairs = given.get("source_targets") or ()
    return [{end: pair[end] for end in ("source", "target") if pair.get(end)} for pair in pairs]


def entity_types(world: World, owner: Owner, record: Record | None) -> list[str]:
    """Return the names of the types of entities that count for a graph; `record` is its owner's."""
    names = [kind["name"] for kind in declared(world, owner)["entity_types"]]
    if record is None or not record.get("disable_default_ontology"):
        names += _DEFAULT_TYPES
    return names


def labels_of(text: str, types: Sequence[str]) -> list[str]:
    """Return the labels of a node: `Entity`, and each type that the text has as a word."""
    if not types:
        return ["Entity"]
    words = set(plain_words(text))
    return ["Entity", *dict.fromkeys(name for name in types if name.casefold() in words)]
