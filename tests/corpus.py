"""Requests for every operation of some APIs: valid ones, and ones with a single fault.

They repeat for the same seed. What is answered feeds the next ones, so that ids exist.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import deepcopy
from random import Random
from typing import Any
from urllib.parse import quote, unquote
from uuid import UUID

from calls import JSON, Call, alternatives, one_spelling_each, parts_merged
from faults import FAULTS, Fault

from understudy.contract import Operation, Parameter
from understudy.project import Api
from understudy.sample import generate

#: How often an operation is called validly, where not as often as most: what makes something more
#: often, what ends it less, so that much is there at any time.
SHARE = {
    **dict.fromkeys(("addUser", "addSession", "getSession", "getSessionMessages"), 2.0),
    **dict.fromkeys(("addGroup", "addCollection", "addGraphData", "addFactTriple"), 2.0),
    **dict.fromkeys(("addMemory", "addDocuments", "createSession", "sendSessionMessage"), 4.0),
    **dict.fromkeys(("endSession", "endSessions", "deleteMemory", "batchDeleteDocuments"), 0.5),
    **dict.fromkeys(("deleteUser", "deleteGroup", "deleteCollection", "deleteDocument"), 0.3),
    **dict.fromkeys(("deleteFact", "deleteGraphEdge", "deleteGraphEpisode"), 0.3),
}

#: The pool of ids that a path parameter or a field of a body is taken from.
POOLS = {
    **dict.fromkeys(("userId", "user_id", "source_user_id"), "users"),
    **dict.fromkeys(("groupId", "group_id", "source_group_id"), "groups"),
    **dict.fromkeys(("sessionId", "session_id", "session_ids"), "sessions"),
    **dict.fromkeys(("target_user_id", "target_group_id"), "clones"),
    **dict.fromkeys(("source_node_uuid", "target_node_uuid", "center_node_uuid"), "nodes"),
    **dict.fromkeys(("node_uuid", "bfs_origin_node_uuids", "/graph/node/{uuid}"), "nodes"),
    **dict.fromkeys(("factUUID", "fact_uuid", "/graph/edge/{uuid}"), "edges"),
    **dict.fromkeys(("/graph/episodes/{uuid}", "/graph/episodes/{uuid}/mentions"), "episodes"),
    **dict.fromkeys(("documentUUID", "uuids"), "documents"),
    "document_ids": "document ids",
    "document_id": "document ids",
    "collectionName": "collections",
    "messageUUID": "messages",
    "agentId": "agents",
}

#: What an object in an answer tells the uuid of, by the first of these fields that it has.
MARKS = {
    "is_embedded": "documents",
    "source_node_uuid": "edges",
    "fact": "edges",
    "labels": "nodes",
    "source": "episodes",
    "role_type": "messages",
}

#: The pools of things that are found only under something else, by the parameter that names it.
UNDER = {"messageUUID": "sessionId", "documentUUID": "collectionName"}

#: How many of the ids that were learned a pool asks for.
_LEARNED = 8


class Known:
    """Ids to ask for: some exist by now, some never will."""

    def __init__(self) -> None:
        self.pools: dict[str, list[str]] = {
            "users": [f"user-{n}" for n in range(6)],
            "sessions": [f"session-{n}" for n in range(16)],
            "groups": [f"group-{n}" for n in range(5)],
            "collections": ["manuals", "Manuals", "notes", "recipes"],
            "clones": ["user-0", "group-0", *[f"clone-{n}" for n in range(40)]],
            "document ids": ["", "one", "two", "Three"],
            "agents": [
                *["11111111-1111-4111-8111-111111111111"] * 4,
                "22222222-2222-4222-8222-222222222222",
            ],
        }
        self.learned: dict[str, list[str]] = {}
        self.under: dict[str, list[tuple[str, str]]] = {}

    def choose(self, pool: str, chance: Random) -> str:
        """An id of the pool; where all were learned, sometimes one that nothing has."""
        fixed, learned = self.pools.get(pool, []), self.learned.get(pool, [])
        if fixed and (not learned or chance.random() < 0.8):
            return chance.choice(fixed)
        if learned and chance.random() < 0.85:
            return chance.choice(learned)
        return str(UUID(int=chance.getrandbits(128), version=4))

    def learn(self, call: Call, value: Any) -> None:
        """Remember the ids that an answer tells of; the last ones are asked for."""
        if call.operation.id == "addDocuments":
            for uuid in value[0]:
                self._keep(call, "documents", uuid)
        elif call.operation.id == "cloneGraph":
            for name in value:
                self._keep(call, POOLS[name], value[name])
        self._learn(call, value)

    def _learn(self, call: Call, value: Any) -> None:
        if isinstance(value, list):
            for item in value:
                self._learn(call, item)
        elif isinstance(value, dict):
            if call.api.name == "eliza" and isinstance(value.get("sessionId"), str):
                self._keep(call, "eliza", value["sessionId"])
            pool = next((pool for mark, pool in MARKS.items() if mark in value), None)
            if pool and isinstance(value.get("uuid"), str):
                self._keep(call, pool, value["uuid"])
            for item in value.values():
                self._learn(call, item)

    def _keep(self, call: Call, pool: str, found: str) -> None:
        learned = self.learned.setdefault(pool, [])
        if found not in learned:
            learned.append(found)
        del learned[:-_LEARNED]
        for name, owner in UNDER.items():
            if POOLS[name] == pool and owner in call.path:
                pairs = self.under.setdefault(name, [])
                pairs.append((unquote(call.path[owner]), found))
                del pairs[:-_LEARNED]


class Corpus:
    """The calls: each pair of operation and fault `rounds` times, among valid ones."""

    def __init__(self, apis: Sequence[Api], *, seed: int, rounds: int, valid: int) -> None:
        """Plan the calls; each operation is called validly `valid` times and more."""
        self.chance = Random(seed)  # to repeat, not to hide
        self.known = Known()
        operations = [(api, o) for api in apis for o in api.contract.operations]
        faults = [
            (api, o, fault) for api, o in operations for fault in FAULTS for _ in range(rounds)
        ]
        sound = [
            (api, o, None) for api, o in operations for _ in range(int(valid * SHARE.get(o.id, 1)))
        ]
        self._plan: list[tuple[Api, Operation, Fault | None]] = [*faults, *sound]
        self.chance.shuffle(self._plan)

    def calls(self) -> Iterator[Call]:
        """The calls, each made up when it is asked for; faults that cannot be are left out."""
        for api, operation, fault in self._plan:
            call = self._valid(api, operation)
            if fault is not None:
                call.fault = fault.__name__.removeprefix("_")
                if not fault(call, self.chance):
                    continue
            yield call

    def _valid(self, api: Api, operation: Operation) -> Call:
        chance = self.chance
        call = Call(api, operation, operation.method, {}, [], {})
        if operation.security:
            call.headers["authorization"] = f"Api-Key {chance.choice(('one',) * 5 + ('two',))}"
        call.path = self._path(api, operation)
        for parameter in one_spelling_each(operation):
            if chance.random() < 0.6:
                call.query.append((parameter.name, self._text(operation, parameter)))
        if operation.body is not None:
            call.headers["content-type"] = JSON
            call.body = self._body(operation)
        call.minutes = chance.choice((0,) * 100 + (2,) * 6 + (20,))
        return call

    def _path(self, api: Api, operation: Operation) -> dict[str, str]:
        """A value for each path parameter; where one is found under another, mostly there."""
        names = [p.name for p in operation.parameters if p.where == "path"]
        path = {name: self._id(api, operation, name) for name in names}
        for name, owner in UNDER.items():
            pairs = self.known.under.get(name)
            if name in path and pairs and self.chance.random() < 0.8:
                path[owner], path[name] = self.chance.choice(pairs)
        return {name: quote(value, safe="") for name, value in path.items()}

    def _id(self, api: Api, operation: Operation, name: str) -> str:
        if self.chance.random() < 0.03:
            return "caf\u00e9 \U0001f375"
        pool = POOLS[operation.path if name == "uuid" else name]
        if api.name == "eliza" and pool == "sessions":
            pool = "eliza"
        return self.known.choose(pool, self.chance)

    def _text(self, operation: Operation, parameter: Parameter) -> str:
        chance = self.chance
        value = parameter.definition.get("example")
        if value is None or chance.random() < 0.6:
            schema = parameter.definition["schema"]
            value = generate(operation.contract.document, schema, str(chance.random()))
        if parameter.kind == "integer" and chance.random() < 0.4:
            value = chance.choice((0, 1, 2, 3, 2147483647))
        if parameter.kind == "boolean":
            return chance.choice(("true", "false", "TRUE", "False"))
        return str(value)

    def _body(self, operation: Operation) -> Any:
        chance = self.chance
        document = operation.contract.document
        assert operation.body is not None
        media = operation.body.media[JSON]
        examples = list(media.examples(document))
        if chance.random() < 0.3:
            made = deepcopy(chance.choice(examples))
        else:
            made = deepcopy(generate(document, media.definition["schema"], str(chance.random())))
            schema = parts_merged(document, media.definition["schema"])
            if isinstance(made, list):
                item = parts_merged(document, schema["items"])
                for part in made:
                    self._thin_out(part, item)
            else:
                self._thin_out(made, schema)
        if operation.id == "batchDeleteDocuments":
            return [self.known.choose("documents", chance) for _ in made]
        self._put_known_ids(operation, made)
        if isinstance(made, dict):
            self._choose_one_of_each(operation, made)
        return made

    def _thin_out(self, made: Any, schema: dict[str, Any]) -> None:
        """Leave out some of what need not be there."""
        if isinstance(made, dict):
            for name in list(made):
                if name not in schema.get("required", ()) and self.chance.random() < 0.4:
                    del made[name]

    def _choose_one_of_each(self, operation: Operation, body: dict[str, Any]) -> None:
        """Keep one of fields that exclude each other."""
        for names in alternatives(operation):
            kept = self.chance.choice(names)
            for name in names:
                body.pop(name, None)
            body[kept] = self.known.choose(POOLS[kept], self.chance)

    def _put_known_ids(self, operation: Operation, value: Any) -> None:
        """Put ids that may exist in the place of made up ones, wherever in the body they are."""
        chance = self.chance
        if isinstance(value, list):
            for item in value:
                self._put_known_ids(operation, item)
        elif isinstance(value, dict):
            for name, item in value.items():
                if name == "userId":
                    pass  # eliza's, where any UUID is known
                elif name in POOLS and isinstance(item, list):
                    pool, count = POOLS[name], chance.randint(1, 3)
                    value[name] = [self.known.choose(pool, chance) for _ in range(count)]
                elif name in POOLS:
                    value[name] = self.known.choose(POOLS[name], chance)
                elif name == "uuid_cursor":
                    kind = "nodes" if "node" in operation.path else "edges"
                    value[name] = self.known.choose(kind, chance)
                elif name != "metadata":
                    self._put_known_ids(operation, item)
            self._put_own_uuids(operation, value)

    def _put_own_uuids(self, operation: Operation, value: dict[str, Any]) -> None:
        """Uuids by which a client names what it makes, or what is to be changed."""
        if operation.id == "batchUpdateDocuments":
            value["uuid"] = self.known.choose("documents", self.chance)
        elif "role_type" in value:
            value.pop("uuid", None)
        elif "fact_uuid" in value and self.chance.random() < 0.7:
            del value["fact_uuid"]
