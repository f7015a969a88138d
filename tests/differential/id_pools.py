"""The ids that the corpus uses: some exist, some never do."""

from __future__ import annotations

from collections.abc import Collection, Iterator
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
        **dict.fromkeys(("userId", "user_id", "user_ids", "source_user_id"), "users"),
        **dict.fromkeys(("groupId", "group_id", "source_group_id"), "groups"),
        **dict.fromkeys(("graph_id", "graph_ids", "source_graph_id"), "groups"),
        **dict.fromkeys(("sessionId", "session_id", "session_ids"), "sessions"),
        **dict.fromkeys(("threadId", "thread_id"), "sessions"),
        **dict.fromkeys(("target_user_id", "target_group_id", "target_graph_id"), "clones"),
        **dict.fromkeys(("source_node_uuid", "target_node_uuid", "center_node_uuid"), "nodes"),
        **dict.fromkeys(("node_uuid", "bfs_origin_node_uuids", "seed_node_uuids"), "nodes"),
        **dict.fromkeys(("factUUID", "fact_uuid", "uuid"), "edges"),
        **dict.fromkeys(("documentUUID", "uuids"), "documents"),
        **dict.fromkeys(("messageUUID", "message_uuid"), "messages"),
        "document_ids": "document ids",
        "document_id": "document ids",
        "listDocumentEpisodes document_id": "named documents",
        "collectionName": "collections",
        "batch_id": "batches",
        "template_id": "templates",
        "task_id": "tasks",
    },
    "zep4": {
        **dict.fromkeys(("user_id", "user_ids"), "user ids"),
        **dict.fromkeys(("thread_id", "thread_ids"), "thread ids"),
        **dict.fromkeys(("graph_id", "graph_ids"), "graph ids"),
        **dict.fromkeys(("node_uuid", "bfs_origin_node_uuids", "seed_node_uuids"), "nodes"),
        **dict.fromkeys(("uuid", "center_node_uuid"), "nodes"),
        "document_id": "document ids",
        "listDocumentEpisodes document_id": "named documents",
        "user_uuid": "users",
        "thread_uuid": "threads",
        "message_uuid": "messages",
        "graph_uuid": "graphs",
        "episode_uuid": "episodes",
        "edge_uuid": "edges",
        "hyperedge_uuid": "hyperedges",
        "observation_uuid": "observations",
        "template_uuid": "templates",
        "revision_uuid": "revisions",
        "batch_uuid": "batches",
        "task_uuid": "tasks",
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

#: The pools of a parameter `uuid`, by the start of the operation's path.
_KINDS = {
    "/graph/episodes/": "episodes",
    "/graph/node/": "nodes",
    "/graph/observation/": "observations",
}

_ELIZA = "11111111-1111-4111-8111-111111111111"
_NOBODY = "22222222-2222-4222-8222-222222222222"
_USERS = [f"5b2f7c1e-90ad-4d3b-8a56-3e1f0c9d7b2{n}" for n in range(6)]

_USER_IDS = [f"user-{n}" for n in range(6)]
_THREAD_IDS = [f"session-{n}" for n in range(16)]
_GRAPH_IDS = [f"group-{n}" for n in range(5)]
_DOCUMENT_IDS = ["one", "one", "one", "two", "Three"]

#: Ids that clients choose, and ids that exist from the start.
FIXED: dict[str, dict[str, list[str]]] = {
    "zep": {
        "users": _USER_IDS,
        "sessions": _THREAD_IDS,
        "groups": _GRAPH_IDS,
        "collections": ["manuals", "Manuals", "notes", "recipes"],
        "clones": ["user-0", "group-0", *[f"clone-{n}" for n in range(40)]],
        "document ids": ["", *_DOCUMENT_IDS],
        "named documents": _DOCUMENT_IDS[:3],
        "templates": ["brief", "long", "plain"],
    },
    "zep4": {
        "user ids": _USER_IDS,
        "thread ids": _THREAD_IDS,
        "graph ids": _GRAPH_IDS,
        "document ids": _DOCUMENT_IDS,
        "named documents": _DOCUMENT_IDS[:3],
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
        "episode_ids": "observations",
        "labels": "nodes",
        "source": "episodes",
        "role": "messages",
        "role_type": "messages",
    },
    "zep4": {
        "edges": "hyperedges",
        "fact": "edges",
        **dict.fromkeys(("degree", "label"), "nodes"),
        "labels": "observations",
        "role": "messages",
        "source": "episodes",
        **dict.fromkeys(("thread_uuid", "document_id"), "summaries"),
        "template": "templates",
        "rules": "revisions",
        "strict_ontology": "batches",
        "status": "tasks",
        "type": "graphs",
        "user_uuid": "threads",
        "graph_uuid": "users",
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

#: Fields of responses that are ids themselves, in any object.
_IDS = {
    "zep": ("batch_id", "task_id", "template_id"),
    "zep4": ("graph_uuid",),
    "eliza": ("sessionId", "jobId", "runId"),
}

#: The records that belong to others: the parameter of the record, and those that may name its
#: owners.
OWNERS: dict[str, dict[str, tuple[str, ...]]] = {
    "zep": {"messageUUID": ("sessionId",), "documentUUID": ("collectionName",)},
    "zep4": {
        "message_uuid": ("thread_uuid",),
        **dict.fromkeys(("episode_uuid", "node_uuid", "hyperedge_uuid"), ("graph_uuid",)),
        "observation_uuid": ("graph_uuid",),
        "edge_uuid": ("graph_uuid", "hyperedge_uuid"),
    },
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
    if name == "uuid":
        for start, pool in _KINDS.items():
            if operation.path.startswith(start):
                return pool
    pools = POOLS[api.name]
    return pools.get(f"{operation.id} {name}") or pools.get(name)


class Known:
    """Ids to use in requests with the API key `key` and the path's `path`: some never exist."""

    def __init__(self) -> None:
        self.key = ""
        self.path: dict[str, str] = {}
        self._learned: dict[tuple[str, str, str], list[str]] = {}
        self._owned: dict[tuple[str, str, str, tuple[str, ...]], list[dict[str, str]]] = {}

    def choose(self, api: Api, pool: str, random: Random) -> str:
        """Return an id of the pool; without fixed ids, sometimes one that does not exist."""
        fixed = FIXED[api.name].get(pool, [])
        learned = self._beside(api, pool) or self._learned.get((self.key, api.name, pool), [])
        if fixed and (not learned or random.random() < 0.8):
            return random.choice(fixed)
        if learned and random.random() < 0.85:  # mostly the last one: others may be deleted
            return random.choice((learned[-1], random.choice(learned)))
        return str(UUID(int=random.getrandbits(128), version=4))

    def _beside(self, api: Api, pool: str) -> list[str]:
        """Return the ids of records whose owners the path has."""
        found = []
        for name in (name for name in OWNERS[api.name] if POOLS[api.name][name] == pool):
            owners = _owners_among(api, name, self.path)
            owned = self._owned.get((self.key, api.name, name, owners), ()) if owners else ()
            own = {owner: unquote(self.path[owner]) for owner in owners}
            found += [together[name] for together in owned if own.items() <= together.items()]
        return found

    def together(self, api: Api, names: set[str], random: Random) -> dict[str, str]:
        """Return values for the path parameters of a record and its owners, as they exist."""
        path: dict[str, str] = {}
        for name in sorted(names & OWNERS[api.name].keys()):
            owners = _owners_among(api, name, names)
            owned = self._owned.get((self.key, api.name, name, owners))
            if owned and random.random() < 0.8:
                path |= random.choice(owned)
        return path

    def learn(self, call: Call, value: Any) -> None:
        """Store the ids in a response; the last ones are used."""
        api = call.api
        for pool, new_id in _ids_in(call, value):
            _store(self._learned.setdefault((call.key, api.name, pool), []), new_id)
            for name in OWNERS[api.name]:
                owners = _owners_among(api, name, call.path)
                if owners and POOLS[api.name][name] == pool:
                    together = {owner: unquote(call.path[owner]) for owner in owners}
                    owned = self._owned.setdefault((call.key, api.name, name, owners), [])
                    _store(owned, {**together, name: new_id})


def _owners_among(api: Api, name: str, names: Collection[str]) -> tuple[str, ...]:
    return tuple(owner for owner in OWNERS[api.name][name] if owner in names)


def _store(learned: list[Any], item: Any) -> None:
    if item not in learned:
        learned.append(item)
    del learned[:-_LEARNED]


#: An id in a response: its pool, and the id.
_Id = tuple[str, str]


def _ids_in(call: Call, value: Any) -> Iterator[_Id]:
    name = call.operation.id
    if call.api.name == "eliza":
        yield from _ids_of_eliza(name, value)
    elif name == "addDocuments":
        yield from (("documents", uuid) for uuid in value[0])
    else:
        if call.api.name == "zep" and name == "cloneGraph":
            yield from ((POOLS["zep"][n], value[n]) for n in value)
        yield from _ids_of_zep(call.api.name, value)


def _ids_of_zep(api: str, value: Any) -> Iterator[_Id]:
    if isinstance(value, dict):
        pool = next((pool for mark, pool in MARKS[api].items() if mark in value), None)
        if pool and isinstance(value.get("uuid"), str):
            yield pool, value["uuid"]
        for field in _IDS[api]:
            if isinstance(value.get(field), str):
                yield POOLS[api][field], value[field]
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _ids_of_zep(api, item)


def _ids_of_eliza(name: str, value: Any) -> Iterator[_Id]:
    """Yield the ids in the value of a field; `data` and lists keep the name of the field around."""
    if isinstance(value, list):
        for item in value:
            yield from _ids_of_eliza(name, item)
    elif isinstance(value, dict):
        pool = MARKS["eliza"].get(name)
        if pool and isinstance(value.get("id"), str):
            yield pool, value["id"]
        for field in _IDS["eliza"]:
            if isinstance(value.get(field), str):
                yield POOLS["eliza"][field], value[field]
        if isinstance(value.get("url"), str):
            yield "files", value["url"].rpartition("/")[2]
        for field, item in value.items():
            if field != "metadata":
                yield from _ids_of_eliza(name if field == "data" else field, item)
