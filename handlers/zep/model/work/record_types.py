"""What the records of tasks, pending work and batches are made of; see `..record_types`."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import starmap
from typing import Annotated, Any, Literal, NotRequired, TypedDict, Union

from msgspec import Meta, defstruct

from ..graph.record_types import StoredFact
from ..record_types import Integer, Json, Time, Uuid

Count = Annotated[int, Meta(ge=0, le=2**53)]
Owner = tuple[Literal["user", "group"], str]


class Failure(TypedDict):
    """Why a task or an item failed."""

    code: str
    message: str


class Progress(TypedDict):
    """How far a task is."""

    stage: str
    message: NotRequired[str | None]


class WrittenEdge(TypedDict, total=False):
    """An edge that a task added."""

    edge_uuid: Uuid
    source_node_uuid: Uuid
    target_node_uuid: Uuid


class LearnedEpisode(TypedDict, total=False):
    """An episode that a task learned from."""

    episode_uuid: Uuid


class Result(WrittenEdge, total=False):
    """What came of a task."""

    edges: list[WrittenEdge]
    episodes: list[LearnedEpisode]
    node_uuids: list[Uuid]
    hyperedge_uuid: Uuid


class TaskRecord(TypedDict):
    """A task."""

    uuid: Uuid
    type: str
    status: Literal["pending", "processing", "succeeded", "partial", "failed"]
    typed: str
    created_at: Time
    updated_at: Time
    started_at: Time | None
    completed_at: Time | None
    error: Failure | None
    progress: Progress | None
    params: Json | None
    result: Result | None


class NodePlan(TypedDict):
    """A node that is to be added."""

    uuid: Uuid
    name: str
    created_at: Time
    labels: list[str]
    given: GivenNode
    match: NotRequired[bool]


class GivenNode(TypedDict, total=False):
    """What a client gave of a node."""

    summary: str
    labels: list[str]
    attributes: Json
    metadata: Json


_PLANNED = {"required": ["source", "target", "attributes"]}


class TriplePlan(TypedDict):
    """A fact that is to be added, with its nodes."""

    edge: Annotated[StoredFact, Meta(extra_json_schema=_PLANNED)]
    source: NodePlan
    target: NodePlan
    metadata: Json | None
    deduplicate: NotRequired[bool]


class HyperedgePlan(TypedDict):
    """A hyperedge that is to be added."""

    uuid: Uuid
    triples: Annotated[list[TriplePlan], Meta(min_length=1)]
    metadata: Json | None


class OfUuid(TypedDict):
    """What is to be deleted."""

    uuid: Uuid


class OfUser(TypedDict):
    """The user that is to be deleted."""

    user_id: str


class OfGroup(TypedDict):
    """The group that is to be deleted."""

    group_id: str


class OfSession(TypedDict):
    """The session that is to be deleted, with its episodes or without."""

    session_id: str
    episodes: bool


class OfBatch(TypedDict):
    """The batch that is to be processed."""

    batch: Uuid


class Episodes(TypedDict):
    """The episodes to learn from."""

    episodes: list[Uuid]
    strict: bool
    owner: Owner | None


class Clone(TypedDict):
    """Where a graph is copied from, and to."""

    source: Owner
    target: Owner


class Nodes(TypedDict):
    """Nodes that are to be added."""

    owner: Owner
    nodes: list[NodePlan]


class Triples(TypedDict):
    """Facts that are to be added."""

    owner: Owner
    triples: list[TriplePlan]


class Hyperedge(TypedDict):
    """A hyperedge that is to be added."""

    owner: Owner
    hyperedge: HyperedgePlan


class Member(TypedDict):
    """An edge that is to be added to a hyperedge."""

    hyperedge: Uuid
    member: TriplePlan


#: The arguments of each kind of work.
_ARGUMENTS: Mapping[str, Any] = {
    "ingest_episodes": Episodes,
    "clone_graph": Clone,
    "add_nodes": Nodes,
    "add_triples": Triples,
    "add_hyperedge": Hyperedge,
    "add_hyperedge_member": Member,
    "process_batch": OfBatch,
    "delete_user": OfUser,
    "delete_graph": OfGroup,
    "delete_thread": OfSession,
    "delete_episode": OfUuid,
    "delete_node": OfUuid,
    "delete_edge": OfUuid,
    "delete_hyperedge": OfUuid,
    "warm": Json,
}


def _pending(kind: str, arguments: Any) -> Any:
    """Return the type of pending work of a kind."""
    fields = [
        ("task", Uuid),
        ("arguments", arguments),
        ("due", Integer | None),
    ]
    return defstruct(kind, fields, tag_field="kind", tag=kind)


#: Work that waits.
PendingRecord: Any = Union[tuple(starmap(_pending, _ARGUMENTS.items()))]  # noqa: UP007


class BatchRecord(TypedDict):
    """A batch."""

    uuid: Uuid
    status: Literal[
        "draft", "invalid", "queued", "processing", "succeeded", "partial", "failed", "canceled"
    ]
    created_at: Time
    updated_at: Time
    processed_at: Time | None
    completed_at: Time | None
    metadata: Json | None
    item_count: Count
    succeeded: Count
    failed: Count
    ignore_roles: list[str]
    strict_ontology: bool


class GivenItem(TypedDict):
    """An item as the request of v3 has it."""

    type: Literal["thread_message", "graph_episode"]
    user_id: NotRequired[str | None]
    graph_id: NotRequired[str | None]
    thread_id: NotRequired[str | None]
    data: NotRequired[str | None]
    data_type: NotRequired[Literal["text", "json", "message"] | None]
    content: NotRequired[str | None]
    role: NotRequired[str | None]
    name: NotRequired[str | None]
    created_at: NotRequired[Time | None]
    metadata: NotRequired[Json | None]
    document_id: NotRequired[str | None]
    source_description: NotRequired[str | None]


def _with_text(*names: str) -> dict[str, Any]:
    """Return a schema that requires fields that are texts, and not empty."""
    text = {"type": "string", "minLength": 1}
    return {"required": list(names), "properties": dict.fromkeys(names, text)}


def _of_type(kind: str, *names: str) -> dict[str, Any]:
    return {"allOf": [{"properties": {"type": {"const": kind}}}, _with_text(*names)]}


_PLACED = [
    _of_type("thread_message", "thread_id"),
    _of_type("graph_episode", "data", "user_id"),
    _of_type("graph_episode", "data", "graph_id"),
]


class BatchItemRecord(TypedDict):
    """An item of a batch."""

    uuid: Uuid
    batch: Uuid
    sequence_index: Integer
    status: Literal["pending", "queued", "processing", "succeeded", "failed", "skipped", "canceled"]
    state: str
    error: Failure | None
    episode_uuid: Uuid
    created_at: Time
    updated_at: Time
    given: Annotated[GivenItem, Meta(extra_json_schema={"anyOf": _PLACED})]
