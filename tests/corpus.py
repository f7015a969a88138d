"""Requests for every operation of some APIs: valid ones, and ones with a single fault.

They repeat for the same seed. What is answered feeds the next ones, so that ids exist.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.parse import quote, urlencode

from understudy.contract import Operation, Parameter
from understudy.document import resolve
from understudy.project import Api
from understudy.sample import generate

JSON = "application/json"


@dataclass
class Call:
    """A request that is being made up, then sent. `body` is text or bytes once it is final."""

    api: Api
    operation: Operation
    method: str
    path: dict[str, str]
    query: list[tuple[str, str]]
    headers: dict[str, str]
    body: Any = None
    raw: bytes | None = None
    suffix: str = ""
    chunked: bool = False
    minutes: int = 0
    fault: str = "valid"

    @property
    def target(self) -> str:
        """The path as it goes over the wire."""
        made = self.operation.path
        for name, value in self.path.items():
            made = made.replace("{" + name + "}", value)
        return self.api.contract.base_path + made + self.suffix

    @property
    def query_text(self) -> str:
        """The query as it goes over the wire."""
        return urlencode(self.query, safe="%")

    @property
    def payload(self) -> bytes:
        """The body as it goes over the wire."""
        if self.raw is not None:
            return self.raw
        return b"" if self.body is None else json.dumps(self.body).encode()

    def __str__(self) -> str:
        query = self.query_text and "?" + self.query_text
        return f"{self.fault}: {self.method} {self.target}{query} {self.headers} {self.payload!r}"


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
        self.chance = Random(seed)
        self.known = Known()
        operations = [(api, o) for api in apis for o in api.contract.operations]
        faults = [
            (api, o, fault) for api, o in operations for fault in FAULTS for _ in range(rounds)
        ]
        sound = [(api, o, None) for api, o in operations for _ in range(valid)]
        makers = [(api, o, None) for api, o in operations if o.success == 201 for _ in range(valid)]
        self._plan: list[tuple[Api, Operation, Fault | None]] = [*faults, *sound, *makers]
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
        for parameter in _one_spelling_each(operation):
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


def _one_spelling_each(operation: Operation) -> list[Parameter]:
    """Of parameters that mean the same argument, such as page_size and pageSize, the first."""
    by_argument: dict[str, Parameter] = {}
    for parameter in operation.parameters:
        if parameter.where == "query":
            by_argument.setdefault(parameter.argument, parameter)
    return list(by_argument.values())


# Faults: each spoils a valid call in one way, or answers False where the call has no place for it.

Fault = Callable[[Call, Random], bool]


def _unknown_path(call: Call, chance: Random) -> bool:
    call.suffix = chance.choice(("/nowhere", "x", "/end/end"))
    return True


def _trailing_slash(call: Call, chance: Random) -> bool:
    call.suffix = "/"
    return True


def _other_method(call: Call, chance: Random) -> bool:
    call.method = chance.choice(("PUT", "TRACE", "DELETE", "PATCH", "POST", "GET"))
    methods = {o.method for o in call.api.contract.operations if o.path == call.operation.path}
    call.body, call.path = None, {name: "some" for name in call.path}
    return call.method not in methods and "/end" not in call.target


def _options(call: Call, chance: Random) -> bool:
    call.method, call.body = "OPTIONS", None
    return True


def _head(call: Call, chance: Random) -> bool:
    call.method = "HEAD"
    return call.operation.method == "GET"


def _no_key(call: Call, chance: Random) -> bool:
    return call.headers.pop("authorization", None) is not None


def _bad_key(call: Call, chance: Random) -> bool:
    bad = ("Bearer one", "Api-Key", "Api-Key ", "api-key one", "Api-Key one two", "one", "")
    call.headers["authorization"] = chance.choice(bad)
    return bool(call.operation.security)


def _odd_id(call: Call, chance: Random) -> bool:
    for name in call.path:
        call.path[name] = chance.choice(("a%2Fb", "%FF", "%00", "a%252Fb", "..", "nobody", "%20"))
    return bool(call.path)


def _unknown_field(call: Call, chance: Random) -> bool:
    call.query.append((chance.choice(("colour", "limit[]", "%FF")), "1"))
    return True


def _query(call: Call, chance: Random, kinds: Sequence[str], values: Sequence[str]) -> bool:
    """Give one of the query's parameters, of one of `kinds`, one of `values`."""
    fitting = [p for p in _one_spelling_each(call.operation) if p.kind in kinds]
    if fitting:
        name = chance.choice(fitting).name
        call.query = [(n, v) for n, v in call.query if n != name]
        call.query.append((name, chance.choice(values)))
    return bool(fitting)


def _wrong_type_in_query(call: Call, chance: Random) -> bool:
    return _query(call, chance, ("integer", "number", "boolean"), ("many", "1,5", "[]", "null"))


def _empty_in_query(call: Call, chance: Random) -> bool:
    return _query(call, chance, ("integer", "number", "boolean", "string"), ("",))


def _out_of_range_in_query(call: Call, chance: Random) -> bool:
    return _query(call, chance, ("integer",), ("-1", "2147483648", "9" * 30, "1.5", "1.0", "1e3"))


def _not_in_enum_in_query(call: Call, chance: Random) -> bool:
    return _query(call, chance, ("string",), ("colour", "CREATED_AT", "2026-13-01T00:00:00Z"))


def _pythonic_number_in_query(call: Call, chance: Random) -> bool:
    values = ("1_0", "+5", " 5", "5 ", "\u0663", "-0")
    return _query(call, chance, ("integer", "number"), values)


def _no_number_in_query(call: Call, chance: Random) -> bool:
    return _query(call, chance, ("number",), ("nan", "inf", "-Infinity", "1e999"))


def _twice_in_query(call: Call, chance: Random) -> bool:
    if not call.query:
        return False
    call.query.append((call.query[0][0], chance.choice(("1", call.query[0][1]))))
    return True


def _no_body(call: Call, chance: Random) -> bool:
    had, call.body = call.body is not None, None
    return had


def _no_object(call: Call, chance: Random) -> bool:
    had, call.raw = call.body is not None, chance.choice((b"[]", b'"text"', b"5", b"null", b"true"))
    return had


def _no_json(call: Call, chance: Random) -> bool:
    broken = (b"{", b'{"a":}', b" ", b"nothing", b"{'a': 1}", b'{"a": 1,}', b"\xef\xbb\xbf{}")
    had, call.raw = call.body is not None, chance.choice(broken)
    return had


def _not_quite_json(call: Call, chance: Random) -> bool:
    """What the json module of Python reads, or fails to read, in its own way."""
    odd = (b"NaN", b"Infinity", b'"\\ud800"', b'"\xff"', b"[" * 2000 + b"]" * 2000)
    call.raw = call.payload[:-1] + b', "metadata": {"a": ' + chance.choice(odd) + b"}}"
    return bool(call.body)


def _without(call: Call, chance: Random) -> bool:
    required = [n for n in _schema(call).get("required", ()) if n in (call.body or {})]
    if required:
        del call.body[chance.choice(required)]
    return bool(required)


def _wrong_type(call: Call, chance: Random) -> bool:
    return _spoil(call, chance, (5, 1.5, True, [], {}, "text", None, [None], {"a": []}))


def _wrong_text(call: Call, chance: Random) -> bool:
    return _spoil(call, chance, ("", "x" * 4001, "no-uuid", "\U0001f375" * 2500, "\x00"))


def _large_number(call: Call, chance: Random) -> bool:
    numbers = (2**63, 2**64, -(2**63) - 1, 10**30, 1e300, 2.0, -1, 0)
    return _spoil(call, chance, [{"n": n} for n in numbers]) and "metadata" in call.body


def _spoil(call: Call, chance: Random, values: Sequence[Any]) -> bool:
    """Put one of the values in the place of any property that the schema has."""
    properties = list(_schema(call).get("properties", {}))
    if properties:
        call.body[chance.choice(properties)] = chance.choice(values)
    return bool(properties)


def _wrong_in_message(call: Call, chance: Random) -> bool:
    messages = (call.body or {}).get("messages")
    if messages:
        name = chance.choice(("role_type", "content", "uuid", "metadata", "role", "token_count"))
        messages[-1][name] = chance.choice(("robot", "x" * 2501, 7, None, [], {"a": {"b": None}}))
    return bool(messages)


def _wrong_in_classify(call: Call, chance: Random) -> bool:
    last = chance.choice((4.0, 4.0, 4.0, 1.0, 0, -1, "4", None, 2**31, 2.5))
    call.body = {"classify": {"name": "n", "classes": ["a", "b"], "last_n": last}}
    return call.operation.id == "endSession" and call.operation.body is not None


def _too_many(call: Call, chance: Random) -> bool:
    message = {"role_type": "user", "content": "again"}
    call.body = {"messages": [message] * chance.choice((30, 31))}
    return call.operation.id == "addMemory"


def _other_content_type(call: Call, chance: Random) -> bool:
    kinds = ("text/plain", "Application/JSON", f"{JSON}; charset=utf-8", f"{JSON};charset=utf-16")
    kind = chance.choice((*kinds, "application/x-www-form-urlencoded", "nonsense", None))
    if kind is None:
        del call.headers["content-type"]
    else:
        call.headers["content-type"] = kind
    return True


def _other_content_type_of_body(call: Call, chance: Random) -> bool:
    return call.body is not None and _other_content_type(call, chance)


def _chunked(call: Call, chance: Random) -> bool:
    call.chunked = True
    return call.body is not None


def _too_large(call: Call, chance: Random) -> bool:
    if chance.random() < 0.5 or call.body is None:
        call.headers["x-filler"] = "x" * 70_000
    else:
        call.raw = b'{"user_id": "big", "email": "' + b"x" * 5_000_000 + b'"}'
    return call.operation.id in ("addUser", "getAgent")


def _schema(call: Call) -> dict[str, Any]:
    body = call.operation.body
    if body is None:
        return {}
    schema: dict[str, Any] = resolve(
        call.operation.contract.document, body.media[JSON].definition["schema"]
    )
    return schema


FAULTS: tuple[Fault, ...] = (
    _unknown_path, _trailing_slash, _other_method, _options, _head, _no_key, _bad_key, _odd_id,
    _unknown_field, _wrong_type_in_query, _empty_in_query, _out_of_range_in_query,
    _not_in_enum_in_query, _pythonic_number_in_query, _no_number_in_query, _twice_in_query,
    _no_body, _no_object, _no_json, _not_quite_json, _without, _wrong_type, _wrong_text,
    _large_number, _wrong_in_message, _wrong_in_classify, _too_many, _other_content_type_of_body,
    _chunked, _too_large, *[_wrong_in_classify] * 5, *[_other_content_type_of_body] * 2,
)  # fmt: skip
