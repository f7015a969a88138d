"""What the records of the collections are made of; imported states are checked by it.

Only what is read is required, so that a test can write a record by hand. Records may have more
fields than are named here.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired, TypedDict

from msgspec import Meta

Time = Annotated[
    str, Meta(pattern=r"^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$")
]
#: In lower case, because records are found by it.
Uuid = Annotated[
    str, Meta(pattern="^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")
]
Graph = Annotated[str, Meta(pattern="^(user|group):.")]
Json = dict[str, Any]


class UserRecord(TypedDict):
    """A user."""

    uuid: Uuid
    user_id: str
    created_at: Time
    id: NotRequired[int | None]
    graph_uuid: NotRequired[Uuid | None]
    updated_at: NotRequired[Time | None]
    email: NotRequired[str | None]
    first_name: NotRequired[str | None]
    last_name: NotRequired[str | None]
    metadata: NotRequired[Json | None]
    time_zone: NotRequired[str | None]
    disable_default_ontology: NotRequired[bool | None]


class GroupRecord(TypedDict):
    """A group, or graph."""

    uuid: Uuid
    group_id: str
    created_at: Time
    id: NotRequired[int | None]
    updated_at: NotRequired[Time | None]
    name: NotRequired[str | None]
    description: NotRequired[str | None]
    time_zone: NotRequired[str | None]


class Session(TypedDict):
    """A session as v2 shows it."""

    uuid: Uuid
    session_id: str
    user_id: str
    project_uuid: Uuid
    created_at: Time
    ended_at: Time | None
    metadata: Json | None
    classifications: dict[str, str] | None


class SessionRecord(TypedDict):
    """A session, or thread, with its index fields."""

    session_id: str
    user_id: str
    session: Session
    id: NotRequired[int]
    uuid: NotRequired[Uuid]
    created: NotRequired[int]
    updated: NotRequired[int]


class Fact(TypedDict):
    """A fact as v2 shows it."""

    uuid: Uuid
    created_at: Time
    content: str
    fact: str
    rating: NotRequired[float | None]
    name: NotRequired[str | None]
    source_node_name: NotRequired[str | None]
    target_node_name: NotRequired[str | None]
    valid_at: NotRequired[Time | None]
    invalid_at: NotRequired[Time | None]
    expired_at: NotRequired[Time | None]


class FactRecord(TypedDict):
    """A fact, which is an edge if it has a serial."""

    uuid: Uuid
    owner: Graph
    session_id: str | None
    fact: Fact
    serial: NotRequired[int | None]
    source: NotRequired[Uuid | None]
    target: NotRequired[Uuid | None]
    episode: NotRequired[Uuid | None]
    hyperedge: NotRequired[Uuid | None]
    attributes: NotRequired[Json | None]


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
    serial: int
    named: str
    node: Node


class Message(TypedDict):
    """A message as v2 shows it."""

    uuid: Uuid
    created_at: Time
    role: str
    role_type: str
    content: str
    processed: NotRequired[bool]
    metadata: NotRequired[Json | None]


class Episode(TypedDict):
    """An episode that is not a message."""

    uuid: Uuid
    created_at: Time
    content: str
    source: str
    processed: NotRequired[bool]
    document_id: NotRequired[str | None]
    metadata: NotRequired[Json | None]


class EpisodeRecord(TypedDict):
    """A message or an episode, with its index fields."""

    uuid: NotRequired[Uuid]
    message: NotRequired[Message]
    episode: NotRequired[Episode]
    session_id: NotRequired[str | None]
    owner: NotRequired[Graph | None]
    serial: NotRequired[int | None]
    facts: NotRequired[list[Uuid]]
    task_id: NotRequired[Uuid | None]
    received_at: NotRequired[Time | None]
    document: NotRequired[str | None]
    content_policy: NotRequired[Json]
    debug_log: NotRequired[bool]


class Summary(TypedDict):
    """A summary of a session as v2 shows it."""

    uuid: Uuid
    created_at: Time
    content: str


class SummaryRecord(TypedDict):
    """The summary of a session."""

    session_id: str
    summary: Summary
    messages: NotRequired[int]


class Result(TypedDict):
    """A result of a search."""

    score: NotRequired[float | None]
    session_id: NotRequired[str | None]
    fact: NotRequired[Fact]
    summary: NotRequired[Summary]
    message: NotRequired[Message]


class SearchRecord(TypedDict):
    """What a search for a text finds."""

    text: str
    results: list[Result]


ClassificationRecord = TypedDict(
    "ClassificationRecord", {"session_id": str, "name": str, "class": str}
)


class QuestionRecord(TypedDict):
    """The question that is synthesized from a session."""

    session_id: str
    question: str


class ExtractionRecord(TypedDict):
    """The values that are extracted from a session."""

    session_id: str
    values: dict[str, str]


class ContextRecord(TypedDict):
    """The context of a session or of a graph."""

    text: str


class ErrorOfTask(TypedDict):
    """Why a task failed."""

    code: str
    message: str


class TaskRecord(TypedDict):
    """A task."""

    uuid: Uuid
    serial: int
    type: str
    status: Literal["pending", "processing", "succeeded", "partial", "failed"]
    typed: str
    created_at: Time
    updated_at: Time
    started_at: Time | None
    completed_at: Time | None
    error: ErrorOfTask | None
    progress: Json | None
    params: Json | None
    result: Json | None


class PendingRecord(TypedDict):
    """Work that waits."""

    task: Uuid
    kind: str
    arguments: Json
    due: int | None
    serial: int


class BatchRecord(TypedDict):
    """A batch."""

    uuid: Uuid
    serial: int
    status: Literal[
        "draft", "invalid", "queued", "processing", "succeeded", "partial", "failed", "canceled"
    ]
    created_at: Time
    updated_at: Time
    item_count: int
    succeeded: int
    failed: int
    ignore_roles: list[str]
    strict_ontology: bool


class BatchItemRecord(TypedDict):
    """An item of a batch."""

    uuid: Uuid
    batch: Uuid
    sequence_index: int
    status: Literal["pending", "queued", "processing", "succeeded", "failed", "skipped", "canceled"]
    state: str
    episode_uuid: Uuid
    created_at: Time
    updated_at: Time
    given: Json
