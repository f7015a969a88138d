"""Hooks for Schemathesis: ids that must be new, ids that must exist, and paths that were deleted.

A schema cannot say which ids are taken and which exist; a document says it by extensions:

- `x-understudy-idempotency-key: true`, on header parameters: the value must be new to the server.
- `x-understudy-opaque: true`, on query parameters and properties of request bodies: a schema cannot
  say which values are right, because they come from responses, or fit other parts of the request.
  Valid requests are sent without one.

- `x-understudy-unique: true`, on properties of request bodies and on path parameters: the value
  must be new to the server.
- `x-understudy-references: OPERATION`, on properties of request bodies: the value must be an id
  that this operation created.
- `x-understudy-deletes: PATH`, on operations: it deletes what has this path, not its own.
- `x-understudy-requires-one-of: [NAME, ...]`, on operations: a request needs one of these query
  parameters, though none of them alone is required. They get values that are new to the server.

Valid requests get such values just before they are sent. A text of `format: time-zone` is the name
of a time zone of IANA. The hooks work in Schemathesis's own
command line too: SCHEMATHESIS_HOOKS=understudy.st_hooks.
"""

from __future__ import annotations

import copy
import pathlib
import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from urllib.request import url2pathname
from zoneinfo import available_timezones

from understudy.conformance.run_names import RunNames
from understudy.conformance.shape.failures import FailureFilter
from understudy.conformance.shape.request_ids import RequestIds
from understudy.conformance.shape.response_checks import is_about_a_body_left_out
from understudy.openapi.contract import Contract
from understudy.openapi.extensions import DELETES, OPAQUE, REFERENCES, REQUIRES_ONE_OF, UNIQUE
from understudy.openapi.loading.conversion.swagger2 import converted
from understudy.openapi.operation import Operation
from understudy.openapi.schemas.schema import merged

#: A path into a JSON value: names of properties, and None for every item of a list.
Path = tuple[str | None, ...]

#: What names a property of a body where Schemathesis says what a case is about.
_PROPERTY = re.compile(r"/properties/[^/]+")

#: Creates the resource that a schema with x-understudy-references asks for, and returns its id.
Create = Callable[[dict[str, Any]], str]


class _Place(NamedTuple):
    """A place in a request body whose schema has an extension."""

    path: Path
    extension: str
    schema: dict[str, Any]


def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    """Give a valid request the values that it needs. A hook of Schemathesis."""
    stateful_data_of(case).prepare(case)


def after_call(context: Any, case: Any, response: Any) -> None:
    """Record what a request created or deleted. A hook of Schemathesis."""
    stateful_data_of(case).learn(case, response)
    if 200 <= response.status_code < 300:
        stateful_data_of(case).record(case)
    elif 400 <= response.status_code < 500:
        stateful_data_of(case).undo_delete(case)


def filter_failure(context: Any, failure: Any, case: Any, response: Any) -> bool:
    """Return whether a failure counts. A hook of Schemathesis.

    A 404 for what was deleted does not; neither does a 429, which says nothing about the request,
    nor what Schemathesis cannot know of the document, or of a body that it did not get.
    """
    if response.status_code == 429 or is_about_a_body_left_out(failure, response):
        return False
    data = stateful_data_of(case)
    if type(failure).__name__ == "RejectedPositiveData" and data.is_borrowed(case):
        return False
    if type(failure).__name__ == "EnsureResourceAvailability" and data.is_deleted(case):
        return False
    return not data.failures.is_unfounded(failure, case, response)


def filter_case(context: Any, case: Any) -> bool:
    """Return whether a case is worth a request. A hook of Schemathesis.

    Its phase "coverage" tries each kind of value at a place with all that may be below it, and all
    unexpected methods of a path, which is most of its requests: one of each kind is enough.
    """
    if case.meta is None or case.meta.phase.name.value != "coverage":
        return True
    return stateful_data_of(case).is_new_kind(case)


HOOKS = (before_call, after_call, filter_failure, filter_case)


def register_formats() -> None:
    """Let Schemathesis make what it does not know: names of time zones, and bodies of ZIP."""
    import schemathesis
    from hypothesis import strategies

    names = strategies.sampled_from(sorted(available_timezones()))
    schemathesis.openapi.format("time-zone", names)
    schemathesis.serializer.alias("application/zip", "application/octet-stream")


def stateful_data_of(case: Any) -> StatefulData:
    """Return the data of this run, which live as long as Schemathesis's own schema."""
    schema = case.operation.schema
    data: StatefulData | None = getattr(schema, "understudy", None)
    if data is None:
        data = schema.understudy = StatefulData(_contract_of(schema))
    return data


def _contract_of(schema: Any) -> Contract:
    """Return the contract of Schemathesis's schema; a file is read with those that it refers to."""
    location = urlsplit(schema.location or "")
    if location.scheme == "file":
        return Contract.load(pathlib.Path(url2pathname(location.path)))
    raw = schema.raw_schema
    return Contract("st", converted(raw) if "swagger" in raw else raw)


class StatefulData:
    """Which values are new to one server, and which ids exist there, for one run.

    The new values are by `names`. `creation_curl` are the curl lines that created ids, `failures`
    tells which failures count.
    """

    def __init__(
        self,
        contract: Contract,
        failures: FailureFilter | None = None,
        names: RunNames | None = None,
    ) -> None:
        self._names = names or RunNames()
        self._contract = contract
        self.failures = failures or FailureFilter(contract)
        self._numbers = count(1)
        self._by_id = {operation.id: operation for operation in contract.operations}
        self._places = {o.id: list(_places(o)) for o in contract.operations}
        #: How often each path was deleted, or may have been: a request without a response counts.
        self._deleted: Counter[str] = Counter()
        self.creation_curl: dict[str, str] = {}
        self._ids = RequestIds(contract)
        self._kinds: set[tuple[Any, ...]] = set()

    def is_new_kind(self, case: Any) -> bool:
        """Return whether no case of phase "coverage" was of the same kind.

        A kind of invalid value is tried at each parameter and each property of the body, with all
        that is below it; a kind of valid value at each parameter and the body, as generated
        requests have others; and one unexpected method of each path.
        """
        data, mode = case.meta.phase.data, case.meta.generation.mode
        kind: tuple[Any, ...] = (case.operation.path, data.scenario)
        if data.scenario.value != "unspecified_http_method":
            is_negative = mode.value == "negative"
            place = _PROPERTY.match(data.location or "") if is_negative else None
            kind += (case.method, case.media_type, mode, data.parameter, place and place[0])
        is_new = kind not in self._kinds
        self._kinds.add(kind)
        return is_new

    def is_borrowed(self, case: Any) -> bool:
        """Return whether a request is about a resource that the run did not create: it may be
        refused for what it is."""
        return case.id in self._ids.borrowed

    def learn(self, case: Any, response: Any) -> None:
        """Learn from a response which resources live."""
        operation = self._operation(case)
        if case.method.upper() == operation.method:
            self._ids.answered(case, operation, response)

    def prepare(self, case: Any) -> None:
        """Give a valid request the values that it needs; leave others unchanged."""
        meta, operation = case.meta, self._operation(case)
        is_valid = meta is None or meta.generation.mode.value == "positive"
        has_valid_path = meta is None or not meta.is_negative_at("path")
        if case.method.upper() == operation.method and has_valid_path:
            self._ids.fill(case, operation, with_body=is_valid)
        if case.method.upper() == "DELETE":
            self._deleted[_path(case)] += 1
        if not is_valid:
            return
        for name, schema in self._unique_in_path(operation):
            case.path_parameters[name] = self._new_value(case.path_parameters[name], schema)
        for name, schema in self._required_in_query(operation):
            value = self._new_value(schema.get("example"), schema)
            case.query = {**(case.query or {}), name: value}
        key = operation.idempotency_key
        if key is not None and key.name in (case.headers or {}):
            case.headers = {**case.headers, key.name: self._new_value("key", key.schema)}
        for name in self._opaque_in_query(operation):
            case.query = {n: value for n, value in (case.query or {}).items() if n != name}
        if self._places[operation.id] and isinstance(case.body, dict | list):
            case.body = self._prepared_body(operation, case.body, partial(self._create, case))

    def record(self, case: Any) -> None:
        """Record what a successful request created, and what it deleted besides its own path."""
        operation = self._operation(case)
        for name, _ in self._unique_in_path(operation):
            self.creation_curl[case.path_parameters[name]] = case.as_curl_command()
        for place in self._places[operation.id]:
            if place.extension == UNIQUE:
                for container, key in _values_at(case.body, place.path):
                    self.creation_curl[str(container[key])] = case.as_curl_command()
        path = operation.definition.get(DELETES)
        if path is not None:
            self._deleted[path.format(**case.path_parameters)] += 1

    def undo_delete(self, case: Any) -> None:
        """Record that a request was refused, and so deleted nothing."""
        if case.method.upper() == "DELETE":
            self._deleted[_path(case)] -= 1

    def is_deleted(self, case: Any) -> bool:
        """Return whether the path of a request is below something (perhaps) deleted."""
        parts = _path(case).split("/")
        return any(self._deleted["/".join(parts[:end])] > 0 for end in range(2, len(parts) + 1))

    def _operation(self, case: Any) -> Operation:
        return self._contract.operation(case.operation.method, case.operation.path)

    def _unique_in_path(self, operation: Operation) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield the path parameters that name what an operation creates, and their schemas."""
        for parameter in operation.parameters:
            if parameter.where == "path" and parameter.schema.get(UNIQUE):
                yield parameter.name, parameter.schema

    def _required_in_query(self, operation: Operation) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield the query parameters of which a valid request needs one, and their schemas."""
        names = operation.definition.get(REQUIRES_ONE_OF, ())
        for parameter in operation.parameters:
            if parameter.where == "query" and parameter.name in names:
                yield parameter.name, parameter.schema

    def _opaque_in_query(self, operation: Operation) -> Iterator[str]:
        """Yield the query parameters whose values come from responses only."""
        for parameter in operation.parameters:
            if parameter.where == "query" and parameter.schema.get(OPAQUE):
                yield parameter.name

    def _prepared_body(self, operation: Operation, body: Any, create: Create) -> Any:
        body = copy.deepcopy(body)
        for path, extension, schema in self._places[operation.id]:
            value: str | None = None
            for container, key in _values_at(body, path):
                if extension == OPAQUE:
                    del container[key]
                    continue
                if not isinstance(container[key], str):
                    continue
                if extension == UNIQUE:
                    value = self._new_value(container[key], schema)
                else:
                    value = value or create(schema)
                container[key] = value
        return body

    def _new_value(self, value: Any, schema: dict[str, Any]) -> str:
        """Return a value like `value` that is new to the server."""
        if schema.get("format") == "uuid":
            return self._names.uuid(f"shape {next(self._numbers)}")
        suffix = f"~{self._names.id}{next(self._numbers)}"
        most = schema.get("maxLength", 10**6)
        return f"{value}"[: max(0, most - len(suffix))] + suffix[-most:]

    def _create(self, case: Any, schema: dict[str, Any]) -> str:
        """Create what a case refers to, with its credentials, and return the id; or the example of
        the schema if the operation that it names creates nothing."""
        creator = self._by_id[schema[REFERENCES]]
        paths = [p.path for p in self._places[creator.id] if p.extension == UNIQUE]
        creation = self._ids.create(case, creator) if paths else None
        if creation is None:
            return str(schema.get("example"))
        (container, key), *_ = _values_at(creation.body, paths[0])
        return str(container[key])


def _path(case: Any) -> str:
    """Return the path of a case as in the document, with its parameters filled in."""
    path: str = case.path
    for name, value in (case.path_parameters or {}).items():
        path = path.replace("{" + name + "}", str(value))
    return path


def _places(operation: Operation) -> Iterator[_Place]:
    """Yield the places in an operation's JSON body whose schemas have extensions."""
    media = operation.body.json if operation.body else None
    if media is not None:
        yield from _walk(operation, media.definition.get("schema", {}), (), 0)


def _walk(operation: Operation, schema: Any, path: Path, depth: int) -> Iterator[_Place]:
    schema = merged(operation.contract.document, schema)
    if depth > 6:
        return
    for extension in (UNIQUE, REFERENCES, OPAQUE):
        value = schema.get(extension)
        if value and not isinstance(value, dict):  # an object says more than which operation
            yield _Place(path, extension, schema)
    for name, part in schema.get("properties", {}).items():
        yield from _walk(operation, part, (*path, name), depth + 1)
    if "items" in schema:
        yield from _walk(operation, schema["items"], (*path, None), depth + 1)


def _values_at(value: Any, path: Path) -> Iterator[tuple[Any, Any]]:
    """Yield the container and the key of each value in `value` at a path."""
    name, *rest = path
    if isinstance(value, dict) and name in value:
        keys: list[Any] = [name]
    elif isinstance(value, list) and name is None:
        keys = list(range(len(value)))
    else:
        return
    for key in keys:
        if rest:
            yield from _values_at(value[key], tuple(rest))
        else:
            yield value, key
