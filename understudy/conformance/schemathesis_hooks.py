"""What a client has to know that a schema cannot say: which ids are taken, and which exist.

A document says so by extensions. On properties of request bodies, and on path parameters:
`x-understudy-unique: true`, a value that nobody has used before. On properties of request bodies:
`x-understudy-references: OPERATION`, an id that this operation created. Schemathesis's valid
requests get such values just before they are sent. On operations: `x-understudy-deletes: PATH`,
where one deletes what has another path than its own; and `x-understudy-requires-one-of: [NAME,
...]`, query parameters without which a request is refused though the document cannot require them,
as there are others that may take their place. They get values that nobody has used before.

The hooks work in Schemathesis's own command line too: SCHEMATHESIS_HOOKS=understudy.st_hooks.
"""

from __future__ import annotations

import copy
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count
from typing import Any

from understudy.openapi.contract import JSON, Contract, Operation
from understudy.openapi.document import resolve

_FRESH = "x-understudy-unique"
_EXISTS = "x-understudy-references"
_DELETES = "x-understudy-deletes"
_NEEDS = "x-understudy-requires-one-of"

#: A step into a value: the name of a property, or None for every item.
Step = str | None
Note = tuple[tuple[Step, ...], str, dict[str, Any]]

#: Makes the thing that a schema's extension names; its id.
Create = Callable[[dict[str, Any]], str]


def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    """Schemathesis's hook: a valid request gets the values that it needs."""
    stateful_data_of(case).introduce(case)


def after_call(context: Any, case: Any, response: Any) -> None:
    """Schemathesis's hook: what a request made or deleted is noted."""
    if 200 <= response.status_code < 300:
        stateful_data_of(case).note(case)
    elif 400 <= response.status_code < 500:
        stateful_data_of(case).take_back(case)


def filter_failure(context: Any, failure: Any, case: Any, response: Any) -> bool:
    """Schemathesis's hook: a 404 for what was deleted is no failure; nor is a 429, which says
    nothing of what was asked."""
    return response.status_code != 429 and not (
        type(failure).__name__ == "EnsureResourceAvailability"
        and stateful_data_of(case).is_deleted(case)
    )


HOOKS = (before_call, after_call, filter_failure)


def stateful_data_of(case: Any) -> StatefulData:
    """The acquaintance of this run, which lives as long as Schemathesis's own schema."""
    schema = case.operation.schema
    known = getattr(schema, "understudy", None)
    if known is None:
        known = schema.understudy = StatefulData(Contract("st", schema.raw_schema))
    made: StatefulData = known
    return made


class StatefulData:
    """Knows, for one run against one server, which values are new there and which ids exist."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._run = uuid.uuid4().hex[:6]
        self._numbers = count(1)
        self._by_id = {operation.id: operation for operation in contract.operations}
        self._notes = {o.id: list(_notes(o)) for o in contract.operations}
        #: How often each path was deleted, or may have been: a request that got no answer counts.
        self._deleted: Counter[str] = Counter()
        #: How each id that was created came to be: its curl line.
        self.births: dict[str, str] = {}

    def introduce(self, case: Any) -> None:
        """Give a valid request the values it needs; others are left alone."""
        if case.method.upper() == "DELETE":
            self._deleted[_path(case)] += 1
        if case.meta is not None and case.meta.generation.mode.value != "positive":
            return
        ours = self._operation(case)
        for name, schema in self._fresh_in_path(ours):
            case.path_parameters[name] = self._fresh(case.path_parameters[name], schema)
        for name, schema in self._needed_in_query(ours):
            case.query = {**(case.query or {}), name: self._fresh(schema.get("example"), schema)}
        if self._notes[ours.id] and isinstance(case.body, dict | list):
            create = partial(self._create, case)
            case.body = self._acquainted(ours, case.body, create)

    def note(self, case: Any) -> None:
        """Remember what a successful request created, and what it deleted besides its own path."""
        ours = self._operation(case)
        for name, _ in self._fresh_in_path(ours):
            self.births[case.path_parameters[name]] = case.as_curl_command()
        for steps, need, _ in self._notes[ours.id]:
            if need == _FRESH:
                for holder, key in _places(case.body, steps):
                    self.births[holder[key]] = case.as_curl_command()
        path = ours.definition.get(_DELETES)
        if path is not None:
            self._deleted[path.format(**case.path_parameters)] += 1

    def take_back(self, case: Any) -> None:
        """A request was refused, and so deleted nothing."""
        if case.method.upper() == "DELETE":
            self._deleted[_path(case)] -= 1

    def is_deleted(self, case: Any) -> bool:
        """Whether the path of a request lies under something deleted, or perhaps deleted."""
        steps = _path(case).split("/")
        return any(self._deleted["/".join(steps[:end])] > 0 for end in range(2, len(steps) + 1))

    def _operation(self, case: Any) -> Operation:
        return self._contract.operation(case.operation.method, case.operation.path)

    def _fresh_in_path(self, operation: Operation) -> Iterator[tuple[str, dict[str, Any]]]:
        """The path parameters that name what an operation creates, and their schemas."""
        for parameter in operation.parameters:
            schema = resolve(self._contract.document, parameter.definition.get("schema", {}))
            if parameter.where == "path" and schema.get(_FRESH):
                yield parameter.name, schema

    def _needed_in_query(self, operation: Operation) -> Iterator[tuple[str, dict[str, Any]]]:
        """The query parameters that a valid request cannot do without, and their schemas."""
        needed = operation.definition.get(_NEEDS, ())
        for parameter in operation.parameters:
            if parameter.where == "query" and parameter.name in needed:
                yield parameter.name, parameter.definition.get("schema", {})

    def _acquainted(self, operation: Operation, body: Any, create: Create) -> Any:
        body = copy.deepcopy(body)
        for steps, need, schema in self._notes[operation.id]:
            made: str | None = None
            for holder, key in _places(body, steps):
                if need == _FRESH:
                    made = self._fresh(holder[key], schema)
                else:
                    made = made or create(schema)
                holder[key] = made
        return body

    def _fresh(self, value: Any, schema: dict[str, Any]) -> str:
        """A value like `value` that this server has not seen."""
        if schema.get("format") == "uuid":
            return str(uuid.uuid4())
        suffix = f"~{self._run}{next(self._numbers)}"
        return f"{value}"[: schema.get("maxLength", 10**6) - len(suffix)] + suffix

    def _create(self, needy: Any, schema: dict[str, Any]) -> str:
        """The id of something that is made for a needy request, with its credentials; or the
        schema's example where the operation that it names creates nothing."""
        creator = self._by_id[schema[_EXISTS]]
        fresh = [steps for steps, need, _ in self._notes[creator.id] if need == _FRESH]
        if creator.body is None or not fresh:
            return str(schema.get("example"))
        example = next(creator.body.media[JSON].examples(self._contract.document))
        operation = needy.operation.schema.find_operation_by_id(creator.id)
        schemes = self._contract.security_schemes.values()
        names = {scheme.get("name", "Authorization") for scheme in schemes}
        keys = {n: v for n, v in (needy.headers or {}).items() if n in names}
        case = operation.Case(body=example, media_type=JSON, headers=keys)
        case.call()  # which introduces it, too
        (holder, key), *_ = _places(case.body, fresh[0])
        return str(holder[key])


def _path(case: Any) -> str:
    """The path of a request, as it is in the document, with its parameters in it."""
    path: str = case.path
    for name, value in (case.path_parameters or {}).items():
        path = path.replace("{" + name + "}", str(value))
    return path


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
    for name, part in schema.get("properties", {}).items():
        yield from _walk(operation, part, (*steps, name), depth + 1)
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
