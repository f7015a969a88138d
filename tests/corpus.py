"""Requests for every operation of some APIs: valid ones, and ones with a single fault.

They repeat for the same seed. What is answered feeds the next ones, so that ids exist.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.parse import quote

from calls import JSON, Call, one_spelling_each
from faults import FAULTS, Fault

from understudy.contract import Operation, Parameter
from understudy.document import resolve
from understudy.project import Api
from understudy.sample import generate

#: How often an operation is called validly, where not as often as most: what makes something more
#: often, what ends it less, so that much is there at any time.
SHARE = {
    **dict.fromkeys(("addUser", "addSession", "createSession", "sendSessionMessage"), 2.0),
    "addMemory": 4.0,
    **dict.fromkeys(("endSession", "endSessions", "deleteMemory"), 0.3),
}


@dataclass
class Known:
    """Ids to ask for: some exist by now, some never will."""

    users: list[str] = field(default_factory=lambda: [f"user-{n}" for n in range(6)])
    sessions: list[str] = field(default_factory=lambda: [f"session-{n}" for n in range(16)])
    eliza: list[str] = field(default_factory=lambda: ["7f3c1f6e-2d7b-4c0a-9a53-0f5e8d1c6b42"])
    agents: list[str] = field(
        default_factory=lambda: [
            *["11111111-1111-4111-8111-111111111111"] * 4,
            "22222222-2222-4222-8222-222222222222",
        ]
    )

    def learn(self, value: Any) -> None:
        """Remember the id of a session that an answer tells of; old ones are asked for less."""
        if isinstance(value, dict) and isinstance(value.get("sessionId"), str):
            if value["sessionId"] not in self.eliza:
                self.eliza.append(value["sessionId"])
            del self.eliza[1:-12]


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
        for parameter in operation.parameters:
            if parameter.where == "path":
                call.path[parameter.name] = quote(self._id(api, parameter.name), safe="")
        for parameter in one_spelling_each(operation):
            if chance.random() < 0.6:
                call.query.append((parameter.name, self._text(operation, parameter)))
        if operation.body is not None:
            call.headers["content-type"] = JSON
            call.body = self._body(api, operation)
        call.minutes = chance.choice((0,) * 40 + (1, 20))
        return call

    def _id(self, api: Api, name: str) -> str:
        known = self.known
        pool = {"userId": known.users, "agentId": known.agents}.get(name)
        pool = pool or (known.eliza if api.name == "eliza" else known.sessions)
        return "caf\u00e9 \U0001f375" if self.chance.random() < 0.03 else self.chance.choice(pool)

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

    def _body(self, api: Api, operation: Operation) -> Any:
        chance = self.chance
        document = operation.contract.document
        assert operation.body is not None
        media = operation.body.media[JSON]
        examples = list(media.examples(document))
        if chance.random() < 0.3:
            made = dict(chance.choice(examples))
        else:
            made = generate(document, media.definition["schema"], str(chance.random()))
            schema = resolve(document, media.definition["schema"])
            for name in list(made):
                if name not in schema.get("required", ()) and chance.random() < 0.4:
                    del made[name]
        return self._with_known_ids(made)

    def _with_known_ids(self, body: dict[str, Any]) -> dict[str, Any]:
        chance, known = self.chance, self.known
        pools = {"user_id": known.users, "session_id": known.sessions, "agentId": known.agents}
        for name in body:
            if name in pools:
                body[name] = chance.choice(pools[name])
            elif name == "session_ids":
                body[name] = chance.choices(known.sessions, k=chance.randint(1, 3))
        for message in body.get("messages") or ():
            message.pop("uuid", None)
        return body
