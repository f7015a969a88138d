"""What the records of graphs are made of; see `..record_types`.

What a graph has needs more fields than what a test presets beside: an episode that has an owner,
and a fact that has nodes.
"""

from __future__ import annotations

from typing import Annotated, Any, NotRequired, TypedDict

from msgspec import Meta

from ..record_types import Fact, Graph, Json, Message, Time, Uuid

_TEXT = {"type": "string"}


def _with(name: str, *fields: str, **parts: Any) -> dict[str, Any]:
    """Return a schema that requires fields of what has a text as `name`, by schemas of some."""
    then = {"required": [*fields, *parts], "properties": parts}
    return {"if": {"required": [name], "properties": {name: _TEXT}}, "then": then}


class StoredFact(TypedDict):
    """A fact, which is an edge if it has nodes."""

    uuid: Uuid
    owner: Graph
    session_id: str | None
    fact: Fact
    source: NotRequired[Uuid | None]
    target: NotRequired[Uuid | None]
    episode: NotRequired[Uuid | None]
    hyperedge: NotRequired[Uuid | None]
    attributes: NotRequired[Json | None]


_OF_EDGE = {
    "required": ["name", "valid_at", "invalid_at", "expired_at"],
    "properties": {"name": _TEXT},
}
_NO_EDGE = {name: {"type": "null"} for name in ("target", "episode", "hyperedge")}
FactRecord = Annotated[
    StoredFact,
    Meta(
        extra_json_schema={
            **_with("source", "episode", target=_TEXT, fact=_OF_EDGE),
            "else": {"properties": _NO_EDGE},
        }
    ),
]


class Node(TypedDict):
    """A node as v2 shows it, but for a summary that it does not have itself."""

    uuid: Uuid
    created_at: Time
    name: str
    summary: str
    labels: list[str]
    attributes: Json


class NodeRecord(TypedDict):
    """A node with its index fields."""

    uuid: Uuid
    owner: Graph
    named: str
    node: Node


class Episode(TypedDict):
    """An episode that is not a message."""

    uuid: Uuid
    created_at: Time
    content: str
    source: str
    processed: NotRequired[bool]
    document_id: NotRequired[str | None]
    metadata: NotRequired[Json | None]


class StoredEpisode(TypedDict):
    """A message or an episode, with its index fields."""

    uuid: NotRequired[Uuid]
    message: NotRequired[Message]
    episode: NotRequired[Episode]
    session_id: NotRequired[str | None]
    owner: NotRequired[Graph | None]
    facts: NotRequired[list[Uuid]]
    task_id: NotRequired[Uuid | None]
    received_at: NotRequired[Time | None]
    document: NotRequired[str | None]
    content_policy: NotRequired[Json]
    debug_log: NotRequired[bool]


_EITHER = [{"required": ["message"]}, {"required": ["episode", "owner"]}]
EpisodeRecord = Annotated[
    StoredEpisode,
    Meta(extra_json_schema={"oneOf": _EITHER, **_with("owner", "uuid", "facts")}),
]
