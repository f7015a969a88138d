"""Requests for every operation of some APIs: valid ones, and ones with a single fault.

They repeat for the same seed. What is answered feeds the next ones, so that ids exist.
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
from tests.differential.mutations import FAULTS, Fault
from understudy.openapi.contract import Operation, Parameter
from understudy.openapi.document import Document, resolve
from understudy.openapi.examples import generate
from understudy.openapi.schema import merged
from understudy.serving.api import Api

#: The header that a key is sent in, and the form that it has there.
_KEYS = {"zep": ("authorization", "Api-Key "), "eliza": ("x-api-key", "")}

#: How often an operation is called validly, where not as often as most: what makes something more
#: often, what ends it less, so that much is there at any time.
SHARE = {
    **dict.fromkeys(("addUser", "addSession", "getSession", "getSessionMessages"), 2.0),
    **dict.fromkeys(("addGroup", "addCollection", "addGraphData", "addFactTriple"), 2.0),
    **dict.fromkeys(("addMemory", "addDocuments", "createSession", "sendSessionMessage"), 4.0),
    **dict.fromkeys(("endSession", "endSessions", "deleteMemory", "batchDeleteDocuments"), 0.5),
    **dict.fromkeys(("deleteUser", "deleteGroup", "deleteCollection", "deleteDocument"), 0.3),
    **dict.fromkeys(("deleteFact", "deleteGraphEdge", "deleteGraphEpisode"), 0.3),
    **dict.fromkeys(("createChannel", "createRoom", "createAgentWorld", "createAgent"), 2.0),
    **dict.fromkeys(("createJob", "getJob", "deleteAgentLog"), 4.0),
    **dict.fromkeys(("submitMessage", "uploadMediaOfAgent", "uploadMediaOfChannel"), 2.0),
    **dict.fromkeys(("deleteChannel", "deleteMessageChannel", "clearChannelHistory"), 0.3),
    **dict.fromkeys(("deleteAllChannelMessages", "deleteRoom", "deleteRoomMemories"), 0.3),
    **dict.fromkeys(("clearRoomMemoriesOfAgent", "deleteAllAgentMemories"), 0.3),
    **dict.fromkeys(("clearMemoriesOfAgent", "deleteAllUserChannelMessages"), 0.3),
}


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
        key, form = _KEYS[api.name]
        call.headers[key] = form + chance.choice(("one",) * 5 + ("two",))
        call.path = self._path(api, operation)
        for parameter in one_spelling_each(operation):
            if parameter.required or chance.random() < 0.6:
                call.query.append((parameter.name, self._text(api, operation, parameter)))
        if operation.body is not None:
            call.headers["content-type"] = content_type_of(operation)
            call.body = self._body(api, operation)
        call.minutes = chance.choice((0,) * 100 + (2,) * 6 + (20,))
        return call

    def _path(self, api: Api, operation: Operation) -> dict[str, str]:
        """A value for each path parameter; where one is found under another, mostly there."""
        names = [p.name for p in operation.parameters if p.where == "path"]
        path = {name: self._id(api, operation, name) for name in names}
        path |= self.known.together(api, set(names), self.chance)
        return {name: quote(value, safe="") for name, value in path.items()}

    def _id(self, api: Api, operation: Operation, name: str) -> str:
        if self.chance.random() < 0.03:
            return "caf\u00e9 \U0001f375"
        pool = pool_of(api, operation, name)
        assert pool, f"{operation.id} has a parameter {name} without a pool"
        return self.known.choose(api, pool, self.chance)

    def _text(self, api: Api, operation: Operation, parameter: Parameter) -> str:
        chance = self.chance
        pool = pool_of(api, operation, parameter.name)
        if pool and chance.random() < 0.8:
            return self.known.choose(api, pool, chance)
        value = parameter.definition.get("example")
        if value is None or chance.random() < 0.6:
            schema = parameter.definition["schema"]
            value = generate(operation.contract.document, schema, str(chance.random()))
        if parameter.kind == "integer" and chance.random() < 0.4:
            value = chance.choice((0, 1, 2, 3, 2147483647))
        if parameter.kind == "boolean":
            return chance.choice(("true", "false", "TRUE", "False"))
        return str(value)

    def _body(self, api: Api, operation: Operation) -> Any:
        chance = self.chance
        document = operation.contract.document
        media = media_of(operation)
        examples = list(media.examples(document))
        if chance.random() < 0.3:
            made = deepcopy(chance.choice(examples))
        else:
            made = deepcopy(generate(document, media.definition["schema"], str(chance.random())))
            schema = merged(document, media.definition["schema"])
            if isinstance(made, list):
                item = merged(document, schema.get("items", {}))
                for part in made:
                    self._thin_out(part, item)
            else:
                self._thin_out(made, schema)
        if operation.id == "batchDeleteDocuments":
            return [self.known.choose(api, "documents", chance) for _ in made]
        self._put_known_ids(api, operation, made)
        if not media.is_json:
            _put_files(document, media.definition["schema"], made)
        if isinstance(made, dict):
            self._choose_one_of_each(api, operation, made)
        return made

    def _thin_out(self, made: Any, schema: dict[str, Any]) -> None:
        """Leave out some of what need not be there."""
        if isinstance(made, dict):
            for name in list(made):
                if name not in schema.get("required", ()) and self.chance.random() < 0.4:
                    del made[name]

    def _choose_one_of_each(self, api: Api, operation: Operation, body: dict[str, Any]) -> None:
        """Keep one of fields that exclude each other."""
        for names in alternatives(operation):
            kept = self.chance.choice(names)
            for name in names:
                body.pop(name, None)
            body[kept] = self.known.choose(api, pool_of(api, operation, kept) or "", self.chance)

    def _put_known_ids(self, api: Api, operation: Operation, value: Any) -> None:
        """Put ids that may exist in the place of made up ones, wherever in the body they are."""
        chance = self.chance
        if isinstance(value, list):
            for item in value:
                self._put_known_ids(api, operation, item)
        elif isinstance(value, dict):
            for name, item in value.items():
                pool = pool_of(api, operation, name)
                if pool and isinstance(item, list):
                    count = chance.randint(1, 3)
                    value[name] = [self.known.choose(api, pool, chance) for _ in range(count)]
                elif pool:
                    value[name] = self.known.choose(api, pool, chance)
                elif name == "uuid_cursor":
                    kind = "nodes" if "node" in operation.path else "edges"
                    value[name] = self.known.choose(api, kind, chance)
                elif name != "metadata":
                    self._put_known_ids(api, operation, item)
            self._put_own_ids(api, operation, value)

    def _put_own_ids(self, api: Api, operation: Operation, value: dict[str, Any]) -> None:
        """Ids by which a client names what it makes, or what is to be changed."""
        if operation.id == "batchUpdateDocuments":
            value["uuid"] = self.known.choose(api, "documents", self.chance)
        elif "role_type" in value:
            value.pop("uuid", None)
        elif "fact_uuid" in value and self.chance.random() < 0.7:
            del value["fact_uuid"]
        elif operation.id in ("submitMessage", "createAction") and self.chance.random() < 0.9:
            value.pop("messageId", None)
            value.pop("in_reply_to_message_id", None)


def _put_files(document: Document, schema: Any, form: dict[str, Any]) -> None:
    """Bytes in the place of what stands for a file."""
    for name, part in merged(document, schema)["properties"].items():
        if name in form and resolve(document, part).get("format") == "binary":
            form[name] = form[name].encode() + b"\x00\xff"
