"""Requests for every operation of some APIs: valid ones, and ones with one mutation.

They repeat for the same seed. Later requests use ids from earlier responses, so that these exist.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import deepcopy
from random import Random
from typing import Any
from urllib.parse import quote

from tests.differential.calls import (
    Call,
    alternatives,
    content_type_of,
    media_of,
    one_spelling_each,
)
from tests.differential.id_pools import Known, pool_of
from tests.differential.mutations import MUTATIONS, Mutation
from tests.differential.stock_connexion import handled
from understudy.openapi.document import Document, resolve
from understudy.openapi.examples.example_response import generate
from understudy.openapi.operation import Operation, Parameter
from understudy.openapi.schemas.schema import merged
from understudy.serving.api import Api

#: The header of an API key, and the prefix of its value.
_KEYS = {
    "zep": ("authorization", "Api-Key "),
    "zep4": ("authorization", "Api-Key "),
    "eliza": ("x-api-key", ""),
}

#: Factors for the number of valid calls of an operation: operations that create records are called
#: more often, those that delete them less, so that many records exist at any time.
SHARE = {
    **dict.fromkeys(("addUser", "addSession", "getSession", "getSessionMessages"), 2.0),
    **dict.fromkeys(("addGroup", "addCollection", "addGraphData", "addFactTriple"), 2.0),
    **dict.fromkeys(("addMemory", "addDocuments", "createSession", "sendSessionMessage"), 4.0),
    **dict.fromkeys(("endSession", "endSessions", "deleteMemory", "batchDeleteDocuments"), 0.5),
    **dict.fromkeys(("deleteUser", "deleteGroup", "deleteCollection", "deleteDocument"), 0.3),
    **dict.fromkeys(("deleteFact", "deleteGraphEdge", "deleteGraphEpisode"), 0.3),
    **dict.fromkeys(("createUser", "createThread", "createGraph", "addNode", "addEdge"), 2.0),
    **dict.fromkeys(("createBatch", "addBatchItems", "createContextTemplate"), 2.0),
    **dict.fromkeys(("addThreadMessages", "addEpisode", "addHyperedge"), 3.0),
    **dict.fromkeys(("deleteThread", "deleteGraph", "deleteNode", "deleteEpisode"), 0.3),
    **dict.fromkeys(("createChannel", "createRoom", "createAgentWorld", "createAgent"), 2.0),
    **dict.fromkeys(("createJob", "getJob", "getAgentLogs", "deleteAgentLog"), 4.0),
    **dict.fromkeys(("submitMessage", "uploadMediaOfAgent", "uploadMediaOfChannel"), 2.0),
    **dict.fromkeys(("deleteChannel", "deleteMessageChannel", "clearChannelHistory"), 0.3),
    **dict.fromkeys(("deleteAllChannelMessages", "deleteRoom", "deleteRoomMemories"), 0.3),
    **dict.fromkeys(("clearRoomMemoriesOfAgent", "deleteAllAgentMemories"), 0.3),
    **dict.fromkeys(("clearMemoriesOfAgent", "deleteAllUserChannelMessages"), 0.3),
}

#: How often operations are called again that have not succeeded.
_ROUNDS = 25


class Corpus:
    """The calls: pairs of operation and mutation, among valid ones."""

    def __init__(self, apis: Sequence[Api], *, seed: int, mutated: float, valid: int) -> None:
        """Plan the calls: a share of the pairs of operation and mutation, and `valid` valid calls
        of each operation, times its factor in `SHARE`."""
        self.random = Random(seed)  # to repeat, not for security
        self.known = Known()
        self.operations = operations = [(api, o) for api in apis for o in handled(api)]
        #: The operations that have succeeded, by the name of the API and their ids.
        self.succeeded: set[tuple[str, str]] = set()
        self._plan: list[tuple[Api, Operation, Mutation | None]] = [
            (api, o, mutate)
            for api, o in operations
            for mutate in MUTATIONS
            if self.random.random() < mutated
        ]
        for api, operation in operations:
            calls = int(valid * SHARE.get(operation.id, 1))
            self._plan += [(api, operation, None)] * calls
        self._plan.sort(key=self._moment)

    def _moment(self, planned: tuple[Api, Operation, Mutation | None]) -> float:
        """Return when a call is made; much is created early."""
        return self.random.random() * (0.5 if _creates(planned[1]) else 1)

    def calls(self) -> Iterator[Call]:
        """Yield the calls, each created on demand; mutations that do not apply are left out.

        Operations that have not succeeded by then are called again, after what creates records.
        """
        for api, operation, mutate in self._plan:
            call = self._valid(api, operation)
            if mutate is not None:
                call.mutation = mutate.__name__.removeprefix("_")
                if not mutate(call, self.random):
                    continue
            yield call
        for _ in range(_ROUNDS):
            for api, operation in self.operations:
                if (api.name, operation.id) not in self.succeeded:
                    for creating in (o for a, o in self.operations if a is api and _creates(o)):
                        if creating.tag == operation.tag:
                            yield self._valid(api, creating)
                    yield self._valid(api, operation)

    def _valid(self, api: Api, operation: Operation) -> Call:
        random = self.random
        call = Call(api, operation, operation.method, {}, [], {})
        header, prefix = _KEYS[api.name]
        call.key = random.choice(("one",) * 5 + ("two",))
        call.headers[header] = prefix + call.key
        self.known.key, self.known.path = call.key, {}
        call.path = self._path(api, operation)
        self.known.path = call.path
        for parameter in one_spelling_each(operation):
            likely = (
                0.1 if parameter.name == "cursor" else 0.6
            )  # a cursor of another list is refused
            if parameter.required or random.random() < likely:
                call.query.append((parameter.name, self._text(api, operation, parameter)))
        if operation.body is not None:
            call.headers["content-type"] = content_type_of(operation)
            call.body = self._body(api, operation)
        call.minutes = random.choice((0,) * 100 + (2,) * 6 + (20,))
        return call

    def _path(self, api: Api, operation: Operation) -> dict[str, str]:
        """Return a value for each path parameter; one inside another is mostly an existing pair."""
        names = [p.name for p in operation.parameters if p.where == "path"]
        path = {name: self._id(api, operation, name) for name in names}
        path |= self.known.together(api, set(names), self.random)
        return {name: quote(value, safe="") for name, value in path.items()}

    def _id(self, api: Api, operation: Operation, name: str) -> str:
        if self.random.random() < 0.03:
            return "caf\u00e9 \U0001f375"
        pool = pool_of(api, operation, name)
        assert pool, f"{operation.id} has a parameter {name} without a pool"
        return self.known.choose(api, pool, self.random)

    def _text(self, api: Api, operation: Operation, parameter: Parameter) -> str:
        random = self.random
        pool = pool_of(api, operation, parameter.name)
        if pool and random.random() < 0.8:
            return self.known.choose(api, pool, random)
        value = parameter.definition.get("example")
        if value is None or random.random() < 0.6:
            schema = parameter.definition["schema"]
            value = generate(operation.contract.document, schema, str(random.random()))
        if parameter.types == ("integer",) and random.random() < 0.4:
            value = random.choice([n for n in (0, 1, 2, 3, 2147483647) if _fits(n, parameter)])
        if parameter.types == ("boolean",):
            return random.choice(("true", "false", "TRUE", "False"))
        return str(value)

    def _body(self, api: Api, operation: Operation) -> Any:
        random = self.random
        document = operation.contract.document
        media = media_of(operation)
        examples = list(media.examples(document))
        if random.random() < 0.4:
            body = deepcopy(random.choice(examples))
        else:
            body = deepcopy(generate(document, media.definition["schema"], str(random.random())))
            schema = merged(document, media.definition["schema"])
            if isinstance(body, list):
                item = merged(document, schema.get("items", {}))
                for part in body:
                    self._thin_out(part, item)
            else:
                self._thin_out(body, schema)
        if operation.id == "batchDeleteDocuments":
            return [self.known.choose(api, "documents", random) for _ in body]
        self._put_known_ids(api, operation, body)
        if not media.is_json:
            _put_files(document, media.definition["schema"], body)
        if isinstance(body, dict):
            self._choose_one_of_each(api, operation, body)
        return body

    def _thin_out(self, body: Any, schema: dict[str, Any]) -> None:
        """Leave out some of the optional properties."""
        if isinstance(body, dict):
            for name in list(body):
                likely = 0.8 if name.endswith("cursor") else 0.4
                if name not in schema.get("required", ()) and self.random.random() < likely:
                    del body[name]

    def _choose_one_of_each(self, api: Api, operation: Operation, body: dict[str, Any]) -> None:
        """Keep one of the fields that exclude each other."""
        for names in alternatives(operation):
            kept = self.random.choice(names)
            for name in names:
                body.pop(name, None)
            body[kept] = self.known.choose(api, pool_of(api, operation, kept) or "", self.random)

    def _put_known_ids(self, api: Api, operation: Operation, value: Any) -> None:
        """Replace generated ids anywhere in the body by ids that may exist."""
        random = self.random
        if isinstance(value, list):
            for item in value:
                self._put_known_ids(api, operation, item)
        elif isinstance(value, dict):
            for name, item in value.items():
                pool = pool_of(api, operation, name)
                if pool and isinstance(item, list):
                    count = random.randint(1, 3)
                    value[name] = [self.known.choose(api, pool, random) for _ in range(count)]
                elif pool:
                    value[name] = self.known.choose(api, pool, random)
                elif name == "uuid_cursor":
                    kind = "nodes" if "node" in operation.path else "edges"
                    value[name] = self.known.choose(api, kind, random)
                elif name != "metadata":
                    self._put_known_ids(api, operation, item)
            self._put_own_ids(api, operation, value)

    def _put_own_ids(self, api: Api, operation: Operation, value: dict[str, Any]) -> None:
        """Adapt ids that a client chooses for new records, or of records to change."""
        if operation.id == "batchUpdateDocuments":
            value["uuid"] = self.known.choose(api, "documents", self.random)
        elif "role" in value or "role_type" in value:
            value.pop("uuid", None)
        elif "fact_uuid" in value and self.random.random() < 0.7:
            del value["fact_uuid"]
        elif operation.id in ("submitMessage", "createAction") and self.random.random() < 0.9:
            value.pop("messageId", None)
            value.pop("in_reply_to_message_id", None)


def _creates(operation: Operation) -> bool:
    return operation.method == "POST" and SHARE.get(operation.id, 1) > 1


def _fits(number: int, parameter: Parameter) -> bool:
    schema = parameter.schema
    return bool(schema.get("minimum", number) <= number <= schema.get("maximum", number))


def _put_files(document: Document, schema: Any, form: dict[str, Any]) -> None:
    """Replace texts that stand for files by bytes."""
    for name, part in merged(document, schema)["properties"].items():
        if name in form and resolve(document, part).get("format") == "binary":
            form[name] = form[name].encode() + b"\x00\xff"
