"""What the records of the collections are made of; imported states are checked by it.

Only what is read is required, so that a test can write a record by hand. Records may have more
fields than are named here.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired, TypedDict

from msgspec import Meta

Time = Annotated[str, Meta(extra_json_schema={"format": "date-time"})]
#: In lower case, because records are found by it.
Uuid = Annotated[
    str, Meta(pattern="^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")
]
Graph = Annotated[str, Meta(pattern=r"^(user|group):[\s\S]")]
Json = dict[str, Any]
#: As far as responses show numbers: 64 bits.
Integer = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]


class UserRecord(TypedDict):
    """A user."""

    uuid: Uuid
    user_id: str
    created_at: Time
    id: NotRequired[Integer]
    project_uuid: NotRequired[Uuid]
    graph_uuid: NotRequired[Uuid | None]
    updated_at: NotRequired[Time]
    deleted_at: NotRequired[Time | None]
    session_count: NotRequired[Integer]
    email: NotRequired[str | None]
    first_name: NotRequired[str | None]
    last_name: NotRequired[str | None]
    metadata: NotRequired[Json | None]
    fact_rating_instruction: NotRequired[Json | None]
    time_zone: NotRequired[str | None]
    disable_default_ontology: NotRequired[bool | None]


class GroupRecord(TypedDict):
    """A group, or graph."""

    uuid: Uuid
    group_id: str
    created_at: Time
    id: NotRequired[Integer]
    project_uuid: NotRequired[Uuid]
    updated_at: NotRequired[Time]
    name: NotRequired[str | None]
    description: NotRequired[str | None]
    fact_rating_instruction: NotRequired[Json | None]
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
    id: NotRequired[Integer]
    updated_at: NotRequired[Time]
    deleted_at: NotRequired[Time | None]
    facts: NotRequired[list[Any] | None]
    fact_rating_instruction: NotRequired[Json | None]


class SessionRecord(TypedDict):
    """A session, or thread, with its index fields."""

    session_id: str
    user_id: str
    session: Session
    id: NotRequired[Integer]
    uuid: NotRequired[Uuid]
    created: NotRequired[Integer]
    updated: NotRequired[Integer]


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


class Message(TypedDict):
    """A message as v2 shows it."""

    uuid: Uuid
    created_at: Time
    role: str
    role_type: Literal["norole", "system", "assistant", "user", "function", "tool"]
    content: str
    updated_at: NotRequired[Time]
    token_count: NotRequired[Integer]
    processed: NotRequired[bool]
    metadata: NotRequired[Json | None]


class Summary(TypedDict):
    """A summary of a session as v2 shows it."""

    uuid: Uuid
    created_at: Time
    content: str


class SummaryRecord(TypedDict):
    """The summary of a session."""

    session_id: str
    summary: Summary
    messages: NotRequired[Integer]


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


class DocumentCollectionRecord(TypedDict):
    """A collection of documents."""

    uuid: Uuid
    name: str
    description: str
    metadata: Json | None
    created_at: Time
    updated_at: Time


class Document(TypedDict):
    """A document as v2 shows it."""

    uuid: Uuid
    document_id: str
    content: str
    metadata: Json | None
    embedding: list[float] | None
    is_embedded: bool
    created_at: Time
    updated_at: Time


class DocumentRecord(TypedDict):
    """A document with its index fields."""

    collection: str
    document: Document
