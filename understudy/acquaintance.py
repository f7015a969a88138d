"""What a client has to know that a schema cannot say: which ids are taken, and which exist.

A document says so by two extensions on the properties of request bodies: `x-understudy-fresh:
true` (a value that nobody has used before) and `x-understudy-exists: OPERATION` (an id that this
operation created). Schemathesis's valid requests get such values just before they are sent.
"""

from __future__ import annotations

import copy
import uuid
from collections.abc import Iterator
from itertools import count
from typing import Any

from understudy.contract import JSON, Contract, Operation
from understudy.document import resolve

_FRESH = "x-understudy-fresh"
_EXISTS = "x-understudy-exists"

#: A step into a value: the name of a property, or None for every item.
Step = str | None
Note = tuple[tuple[Step, ...], str, dict[str, Any]]


class Acquaintance:
    """Knows, for one run against one server, which values are new there and which ids exist."""

    def __init__(self, contract: Contract, headers: dict[str, str]) -> None:
        self._contract = contract
        self._headers = headers
        self._run = uuid.uuid4().hex[:6]
        self._numbers = count(1)
        self._by_id = {operation.id: operation for operation in contract.operations}
        self._notes = {o.id: list(_notes(o)) for o in contract.operations}

    def introduce(self, case: Any) -> None:
        """Give a valid request of Schemathesis's the values it needs; others are left alone."""
        meta = case.meta
        if meta is not None and meta.generation.mode.value != "positive":
            return
        ours = self._contract.operation(case.operation.method, case.operation.path)
        if self._notes[ours.id] and isinstance(case.body, dict):
            case.body = self._acquainted(ours, case.body, case.operation.schema)

    def _acquainted(self, operation: Operation, body: Any, schemathesis: Any) -> Any:
        body = copy.deepcopy(body)
        for steps, need, schema in self._notes[operation.id]:
            made: str | None = None
            for holder, key in _places(body, steps):
                if need == _FRESH:
                    made = self._fresh(holder[key], schema)
                else:
                    made = made or self._existing(schema, schemathesis)
                holder[key] = made
        return body

    def _fresh(self, value: Any, schema: dict[str, Any]) -> str:
        """A value like `value` that this server has not seen."""
        if schema.get("format") == "uuid":
            return str(uuid.uuid4())
        suffix = f"~{self._run}{next(self._numbers)}"
        return f"{value}"[: schema.get("maxLength", 10**6) - len(suffix)] + suffix

    def _existing(self, schema: dict[str, Any], schemathesis: Any) -> str:
        """The id of something that was made just now, or the schema's example where the operation
        that it names creates nothing."""
        creator = self._by_id[schema[_EXISTS]]
        fresh = [steps for steps, need, _ in self._notes[creator.id] if need == _FRESH]
        if creator.body is None or not fresh:
            return str(schema.get("example"))
        example = next(creator.body.media[JSON].examples(self._contract.document))
        case = schemathesis.find_operation_by_id(creator.id).Case(body=example, media_type=JSON)
        case.call(headers=self._headers)  # which introduces it
        (holder, key), *_ = _places(case.body, fresh[0])
        return str(holder[key])


def _notes(operation: Operation) -> Iterator[Note]:
    """The places in an operation's JSON body that a schema cannot say all about."""
    media = operation.body.media.get(JSON) if operation.body else None
    if media is not None:
        yield from _walk(operation, media.definition.get("schema", {}), (), 0)


def _walk(operation: Operation, schema: Any, steps: tuple[Step, ...], depth: int) -> Iterator[Note]:
    schema = resolve(operation.contract.document, schema)
    if not isinstance(schema, dict) or depth > 6:
        return
    for need in (_FRESH, _EXISTS):
        if schema.get(need):
            yield steps, need, schema
    for part in schema.get("allOf", ()):
        yield from _walk(operation, part, steps, depth + 1)
    for name, property in schema.get("properties", {}).items():
        yield from _walk(operation, property, (*steps, name), depth + 1)
    if "items" in schema:
        yield from _walk(operation, schema["items"], (*steps, None), depth + 1)


def _places(value: Any, steps: tuple[Step, ...]) -> Iterator[tuple[Any, Any]]:
    """Each container and key in `value` that the steps lead to and that holds a string."""
    step, *rest = steps
    if isinstance(value, dict) and step in value:
        keys: list[Any] = [step]
    elif isinstance(value, list) and step is None:
        keys = list(range(len(value)))
    else:
        return
    for key in keys:
        if rest:
            yield from _places(value[key], tuple(rest))
        elif isinstance(value[key], str):
            yield value, key
