"""The ids that the corpus uses: some exist, some never do."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any
from urllib.parse import unquote
from uuid import UUID

from tests.differential.calls import Call
from understudy.openapi.operation import Operation
from understudy.serving.api import Api

#: The pool of ids that a parameter or a field of a body is taken from, for each API; an
#: operation's id before the name makes an exception.
POOLS: dict[str, dict[str, str]] = {
    "zep": {
        **dict.fromkeys(("userId", "user_id", "source_user_id"), "users"),
        **dict.fromkeys(("groupId", "group_id", "source_group_id"), "groups"),
        **dict.fromkeys(("sessionId", "session_id", "session_ids"), "sessions"),
        **dict.fromkeys(("target_user_id", "target_group_id"), "clones"),
        **dict.fromkeys(("source_node_uuid", "target_node_uuid", "center_node_uuid"), "nodes"),
        **dict.fromkeys(("node_uuid", "bfs_origin_node_uuids", "getGraphNode uuid"), "nodes"),
        **dict.fromkeys(("factUUID", "fact_uuid", "uuid"), "edges"),
        **dict.fromkeys(("documentUUID", "uuids"), "documents"),
        "document_ids": "document ids",
        "document_id": "document ids",
        "collectionName": "collections",
        "messageUUID": "messages",
    },
    "eliza": {
        **dict.fromkeys(("agentId", "agentIds"), "agents"),
        **dict.fromkeys(("deleteAgent agentId", "stopAgent agentId"), "spare agents"),
        "startAgent agentId": "spare agents",
        **dict.fromkeys(("channelId", "channel_id"), "channels"),
        **dict.fromkeys(("completeMessage roomId", "ingestExternalMessage roomId"), "channels"),
        **dict.fromkeys(("messageServerId", "message_server_id"), "servers"),
        **dict.fromkeys(("serverId", "server_id", "dmServerId"), "servers"),
        **dict.fromkeys(("messageId", "in_reply_to_message_id"), "messages"),
        **dict.fromkeys(("author_id", "currentUserId", "userId1", "userId"), "users"),
        **dict.fromkeys(("targetUserId", "userId2"), "other users"),
        **dict.fromkeys(("participants", "participantCentralUserIds"), "users"),
        "roomId": "rooms",
        "worldId": "worlds",
        "memoryId": "memories",
        "jobId": "jobs",
        "runId": "runs",
        "logId": "logs",
        "filename": "files",
        "sessionId": "sessions",
    },
}

_ELIZA = "11111111-1111-4111-8111-111111111111"
_NOBODY = "22222222-2222-4222-8222-222222222222"
_USERS = [f"5b2f7c1e-90ad-4d3b-8a56-3e1f0c9d7b2{n}" for n in range(6)]

#: Ids that clients choose, and ids that exist from the start.
FIXED: dict[str, dict[str, list[str]]] = {
    "zep": {
        "users": [f"user-{n}" for n in range(6)],
        "sessions": [f"session-{n}" for n in range(16)],
        "groups": [f"group-{n}" for n in range(5)],
        "collections": ["manuals", "Manuals", "notes", "recipes"],
        "clones": ["user-0", "group-0", *[f"clone-{n}" for n in range(40)]],
        "document ids": ["", "one", "two", "Three"],
    },
    "eliza": {
        "agents": [*[_ELIZA] * 12, _NOBODY],
        "servers": ["00000000-0000-0000-0000-000000000000"],
        "users": _USERS[:3],
        "other users": [*_USERS[3:], _ELIZA],
    },
}

#: The pool of the id of an object in a response: for Zep by a field that it has, for Eliza by the
#: name of the field that holds it, or (if that is `data`) by the operation.
MARKS: dict[str, dict[str, str]] = {
    "zep": {
        "is_embedded": "documents",
        "source_node_uuid": "edges",
        "fact": "edges",
        "labels": "nodes",
        "source": "episodes",
        "role_type": "messages",
    },
    "eliza": {
        **dict.fromkeys(("world", "worlds"), "worlds"),
        **dict.fromkeys(("channel", "channels", "getMessageChannelDetails"), "channels"),
        **dict.fromkeys(("server", "servers", "messageServers"), "servers"),
        **dict.fromkeys(("rooms", "createRoom", "createMemoryRoom", "getAgentRooms"), "rooms"),
        **dict.fromkeys(("memories", "getRoomMemories"), "memories"),
        **dict.fromkeys(("message", "messages", "userMessage", "submitMessage"), "messages"),
        **dict.fromkeys(("createAction", "getChannelMessages"), "messages"),
        "createAgent": "spare agents",
        "logs": "logs",
    },
}

#: Fields of Eliza's responses that are ids themselves, in any object.
_IDS = ("sessionId", "jobId", "runId")

#: The records that belong to another one: the parameter of the record, and those that may name its
#: owner.
OWNERS: dict[str, dict[str, tuple[str, ...]]] = {
    "zep": {"messageUUID": ("sessionId",), "documentUUID": ("collectionName",)},
    "eliza": {
        **dict.fromkeys(("worldId", "roomId", "memoryId", "runId", "logId"), ("agentId",)),
        "messageId": ("channelId",),
        "filename": ("agentId", "channelId"),
    },
}

#: The number of learned ids that a pool keeps.
_LEARNED = 8


def pool_of(api: Api, operation: Operation, name: str) -> str | None:
    """Return the pool of a parameter or a field of an operation."""
    if name == "uuid" and "/graph/episodes/" in operation.path:
        return "episodes"
    pools = POOLS[api.name]
    return pools.get(f"{operation.id} {name}") or pools.get(name)


class Known:
    """Ids to use in requests: some exist, some never do."""

    def __init__(self) -> None:
        self._learned: dict[tuple[str, str], list[str]] = {}
        self._pairs: dict[tuple[str, str, str], list[tuple[str, str]]] = {}

    def choose(self, api: Api, pool: str, random: Random) -> str:
        """Return an id of the pool; without fixed ids, sometimes one that does not exist."""
        fixed = FIXED[api.name].get(pool, [])
        learned = self._learned.get((api.name, pool), [])
        if fixed and (not learned or random.random() < 0.8):
            return random.choice(fixed)
        if learned and random.random() < 0.85:  # mostly the last one: others may be deleted
            return random.choice((learned[-1], random.choice(learned)))
        return str(UUID(int=random.getrandbits(128), version=4))

    def together(self, api: Api, names: set[str], random: Random) -> dict[str, str]:
        """Return values for the path parameters of a record and its owner, as an existing pair."""
        path: dict[str, str] = {}
        for name, owners in OWNERS[api.name].items():
            for owner in owners:
                pairs = self._pairs.get((api.name, name, owner))
                if {name, owner} <= names and pairs and random.random() < 0.8:
                    path[owner], path[name] = random.choice(pairs)
        return path

    def learn(self, call: Call, value: Any) -> None:
        """Store the ids in a response; the last ones are used."""
        for pool, new_id in _ids_in(call, value):
            _store(self._learned.setdefault((call.api.name, pool), []), new_id)
            for name, owner in _owned_parameters(call, pool):
                pairs = self._pairs.setdefault((call.api.name, name, owner), [])
                _store(pairs, (unquote(call.path[owner]), new_id))


def _owned_parameters(call: Call, pool: str) -> Iterator[tuple[str, str]]:
    """Yield the parameters of a pool's records, with those of the call that name an owner."""
    for name, owners in OWNERS[call.api.name].items():
        if POOLS[call.api.name][name] == pool:
            yield from ((name, owner) for owner in owners if owner in call.path)


def _store(learned: list[Any], item: Any) -> None:
    if item not in learned:
        learned.append(item)
    del learned[:-_LEARNED]


#: An id in a response: its pool, and the id.
_Id = tuple[str, str]


def _ids_in(call: Call, value: Any) -> Iterator[_Id]:
    name = call.operation.id
    if name == "addDocuments":
        yield from (("documents", uuid) for uuid in value[0])
    elif name == "cloneGraph":
        yield from ((POOLS["zep"][n], value[n]) for n in value)
    elif call.api.name == "zep":
        yield from _ids_of_zep(value)
    else:
        yield from _ids_of_eliza(name, value)


def _ids_of_zep(value: Any) -> Iterator[_Id]:
    if isinstance(value, dict):
        pool = next((pool for mark, pool in MARKS["zep"].items() if mark in value), None)
        if pool and isinstance(value.get("uuid"), str):
            yield pool, value["uuid"]
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _ids_of_zep(item)


def _ids_of_eliza(name: str, value: Any) -> Iterator[_Id]:
    """Yield the ids in the value of a field; `data` and lists keep the name of the field around."""
    if isinstance(value, list):
        for item in value:
            yield from _ids_of_eliza(name, item)
    elif isinstance(value, dict):
        pool = MARKS["eliza"].get(name)
        if pool and isinstance(value.get("id"), str):
            yield pool, value["id"]
        for field in _IDS:
            if isinstance(value.get(field), str):
                yield POOLS["eliza"][field], value[field]
        if isinstance(value.get("url"), str):
            yield "files", value["url"].rpartition("/")[2]
        for field, item in value.items():
            if field != "metadata":
                yield from _ids_of_eliza(name if field == "data" else field, item)
