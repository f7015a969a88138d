"""What the records of the collections are made of; imported states are checked by it.

Records may have more fields than are named here. Times are milliseconds since 1970, but for those
that end in `At` within a session, which clients read.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired, TypedDict

from msgspec import Meta

#: In lower case, because records are found by it.
Uuid = Annotated[
    str, Meta(pattern="^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")
]
Millis = Annotated[int, Meta(description="Milliseconds since 1970.")]
Timestamp = Annotated[str, Meta(extra_json_schema={"format": "date-time"})]
Json = dict[str, Any]


class ServerRecord(TypedDict):
    """The process of the server."""

    started: Annotated[int, Meta(description="Microseconds since 1970.")]


class Agent(TypedDict):
    """An agent, with the character that it has."""

    id: Uuid
    name: str
    status: Literal["active", "inactive"]
    enabled: bool
    createdAt: Millis
    updatedAt: Millis
    server_id: NotRequired[str | None]
    username: str | None
    system: str | None
    bio: Any
    messageExamples: Any
    postExamples: Any
    topics: Any
    adjectives: Any
    knowledge: Any
    plugins: Any
    settings: Any
    style: Any


class AgentRecord(TypedDict):
    """An agent, and its place in lists."""

    agent: Agent
    place: Annotated[
        str, Meta(description="The status and the name in lower case: `active eliza`.")
    ]


class WorldRecord(TypedDict):
    """What rooms of an agent are in, such as a server of Discord."""

    id: Uuid
    agentId: Uuid
    name: str | None
    metadata: Any
    messageServerId: NotRequired[str | None]
    sourceType: NotRequired[str | None]
    sourceId: NotRequired[str | None]
    createdAt: Millis


class JobRecord(TypedDict):
    """A question to an agent, whose reply its client fetches later."""

    id: Uuid
    status: Literal["pending", "processing", "completed", "failed", "timeout"]
    agentId: Uuid
    userId: Uuid
    content: str
    createdAt: Millis
    expiresAt: float
    next: Annotated[int, Meta(description="When the server looks at it, in milliseconds.")]
    metadata: Any
    result: NotRequired[Json | None]
    error: NotRequired[str | None]


class TallyRecord(TypedDict):
    """How many jobs have ended."""

    completed: int
    timeout: int
    took: Annotated[float, Meta(description="Of all completed jobs together, in milliseconds.")]


class RoomChangeRecord(TypedDict):
    """How an agent sees the room of a channel."""

    key: str
    agentId: Uuid
    name: NotRequired[str | None]
    gone: NotRequired[int | None]
    cleared: NotRequired[int | None]


class MemoryChangeRecord(TypedDict):
    """How an agent remembers a message."""

    key: str
    agentId: Uuid
    content: NotRequired[Any]
    metadata: NotRequired[Any]
    forgotten: NotRequired[bool]


class RoomRecord(TypedDict):
    """A room that was created for an agent."""

    id: Uuid
    name: str
    channelId: str
    agentId: Uuid
    worldId: Uuid
    type: str
    source: str
    entities: list[str]
    messageServerId: NotRequired[str | None]
    metadata: Any


class HistoryEntry(TypedDict):
    """A message as the history of a session shows it."""

    id: str
    content: Any
    authorId: str
    isAgent: bool
    createdAt: Timestamp
    metadata: Json


class MessageRecord(TypedDict):
    """A message of a channel."""

    id: str
    channelId: str
    authorId: str
    content: Any
    createdAt: Millis
    isAgent: bool
    metadata: Json
    rawMessage: Any
    inReplyTo: str | None
    sourceType: str | None
    sourceId: NotRequired[str | None]
    inHistory: HistoryEntry
    updatedAt: NotRequired[Millis]


class ChannelRecord(TypedDict):
    """A channel of a message server."""

    id: str
    messageServerId: str
    name: Any
    type: str
    metadata: Json
    createdAt: Millis
    updatedAt: Millis
    topic: NotRequired[Any]
    sourceType: NotRequired[str | None]
    sourceId: NotRequired[str | None]
    bare: NotRequired[bool]


class PairRecord(TypedDict):
    """The channel of two users."""

    channelId: str


class ParticipantRecord(TypedDict):
    """A user or an agent in a channel."""

    channelId: str
    entityId: str
    joinedAt: Millis


class UploadRecord(TypedDict):
    """An uploaded file."""

    key: str
    body: Annotated[str, Meta(extra_json_schema={"contentEncoding": "base64"})]
    size: Annotated[int, Meta(ge=0)]
    mediaType: str


class UploadSizesRecord(TypedDict):
    """The size of all uploads together."""

    bytes: Annotated[int, Meta(ge=0)]


class LocalIdRecord(TypedDict):
    """The id here of a channel or a user of another platform."""

    id: Uuid


class ScriptRecord(TypedDict):
    """The replies of an agent, and how many of them it has given."""

    script: list[Any]
    given: Annotated[int, Meta(ge=0)]


class TimeoutConfig(TypedDict):
    """When a session ends, in minutes."""

    timeoutMinutes: float
    autoRenew: Any
    maxDurationMinutes: float
    warningThresholdMinutes: float


class AgentTimeoutsRecord(TypedDict):
    """The timeouts in the settings of an agent, and when they were read."""

    config: TimeoutConfig
    at: Millis


class SessionRecord(TypedDict):
    """A session of a user with an agent; what the indexes need is beside what clients read."""

    sessionId: str
    channelId: str
    agentId: str
    userId: str
    createdAt: Timestamp
    lastActivity: Timestamp
    expiresAt: Timestamp
    metadata: Any
    timeoutConfig: TimeoutConfig
    renewalCount: Annotated[int, Meta(ge=0)]
    created: Millis
    active: Millis
    expires: Millis
    warns: float
    sweepable: Millis
    unwarnedSince: Millis | None


class AgentLogRecord(TypedDict):
    """The use of a model by an agent."""

    id: str
    agentId: str
    time: Millis
    level: int
    model: str
    runId: str
    roomId: str
    asked: Any
    answered: Any


class ServerLogRecord(TypedDict):
    """An entry of the server's log."""

    key: str
    level: int
    time: Millis
    msg: str
    agentId: NotRequired[str]
    agentName: NotRequired[str]


class MessageServerRecord(TypedDict):
    """A message server, which channels belong to."""

    id: str
    name: Any
    createdAt: Millis
    updatedAt: Millis
    description: NotRequired[Any]
    sourceType: NotRequired[Any]
    sourceId: NotRequired[Any]
    metadata: NotRequired[Any]


class ServiceRecord(TypedDict):
    """An agent of a message server."""

    messageServerId: str
    agentId: str


class DeletedEntryRecord(TypedDict):
    """An entry of an agent's log that was deleted."""

    agentId: str
