"""Gives the requests of Schemathesis ids of resources that live, and creates what none is left of.

Requests that delete or stop something get resources of their own, that nothing else needs.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from understudy.conformance.shape.live_resources import LiveResources, Resource
from understudy.errors import Problem
from understudy.http import json_codec
from understudy.openapi.contract import Contract
from understudy.openapi.examples.example_response import generated_value
from understudy.openapi.extensions import DELETES, OPAQUE, REFERENCES, UNIQUE
from understudy.openapi.operation import JSON, Operation
from understudy.openapi.resources.resource_types import returned_types, type_of_field
from understudy.openapi.schemas.schema import merged, parts

#: How many requests in a row that create resources by one operation may fail; how many resources an
#: operation ends until it is left to others; which request in a row keeps the ids that it has.
_MOST_FAILURES, _MOST_ENDED, _UNCHANGED = 3, 6, 5
#: How deep creations may need others.
_DEEPEST = 3
#: What operations do that make a resource usable.
_STARTING = re.compile(r"(activate|enable|launch|open|resume|start)(?![a-z])")
#: Operations of Schemathesis, in groups that are called one after the other.
Layers = list[list[Any]]
#: What operations do that end a resource, or take something away from it.
_ENDING = re.compile(
    r"(abort|archive|cancel|clear|close|deactivate|delete|destroy|disable|disconnect|drop|end|erase"
    r"|finish|kill|leave|logout|purge|remove|reset|restart|restore|revoke|shutdown|stop|suspend"
    r"|terminate|wipe)(?![a-z])"
)


def is_ending(operation: Operation) -> bool:
    """Return whether an operation deletes, stops or clears something."""
    if operation.method in ("GET", "HEAD", "OPTIONS"):
        return False
    names = (operation.id, operation.path.rpartition("/")[2])
    is_named = any(_ENDING.match(name) for name in names)
    return operation.method == "DELETE" or DELETES in operation.definition or is_named


def in_order(contract: Contract, layers: Layers) -> Layers:
    """Return Schemathesis's layers of operations so that those which end something come last: what
    is deep in the paths first, and what is about the whole server at the end."""
    endings: dict[int, list[Any]] = {}
    rest: Layers = []
    for layer in layers:
        rest.append([])
        for one in layer:
            operation = contract.operation(one.method, one.path)
            depth = sum(parameter.where == "path" for parameter in operation.parameters)
            (endings.setdefault(-depth, []) if is_ending(operation) else rest[-1]).append(one)
    return [layer for layer in (*rest, *(endings[d] for d in sorted(endings))) if layer]


class RequestIds:
    """The ids that requests get, for one run."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._live = LiveResources(contract)
        self._by_id = {operation.id: operation for operation in contract.operations}
        self._fields = {o.id: dict(self._id_fields(o)) for o in contract.operations}
        self._failures: Counter[str] = Counter()
        self._ended: Counter[str] = Counter()
        self._requests: Counter[str] = Counter()
        self._depth = 0
        self._started: set[tuple[str, Any]] = set()
        #: The cases about resources that the run did not create, which may be of another kind.
        self.borrowed: set[str] = set()
        #: Whether the request has its ids already.
        self._is_filled = False
        #: The resource of the last request.
        self._current: Resource | None = None

    def fill(self, case: Any, operation: Operation, *, with_body: bool) -> None:
        """Put ids into the path of a request, and into its query and body."""
        if self._is_filled:
            return
        types = self._types_of(operation)
        names = [name for name in types if name in (case.path_parameters or {})]
        self._requests[operation.id] += 1
        resource = None
        if names and not self._keeps_ids(case, operation, types):
            resource = self._resource(case, operation, list(types.values()))
            for name in names:
                value = self._id(case, types[name], resource)
                if value is not None:
                    case.path_parameters[name] = value
        if with_body:
            self._fill_fields(case, operation, resource)
        self._current = resource
        if resource is not None and self._live.rank(resource, list(types.values())[-1]) < 2:
            self.borrowed.add(case.id)

    def answered(self, case: Any, operation: Operation, response: Any) -> None:
        """Learn from the response to a request."""
        resource, self._current = self._current, None
        if resource is not None:
            is_missing = response.status_code in (404, 410) and not case.body
            last = list(self._types_of(operation).values())[-1]
            self._live.answered(resource, last, is_missing=is_missing)
        if not 200 <= response.status_code < 300:
            return
        path = case.path_parameters or {}
        if not is_ending(operation):
            self._live.learn(operation, path, case.body, _value_of(response))
            return
        self._ended[operation.id] += 1
        if operation.path.endswith("}") or operation.method == "POST":
            self._live.forget(operation.path, path)
        if DELETES in operation.definition:
            self._live.forget(operation.definition[DELETES], path)

    def create(self, case: Any, operation: Operation, path: Mapping[str, Any] | None = None) -> Any:
        """Create a resource by an operation, with the credentials of a case; return the case that
        did, or None. It gets path parameters as any request, if none are given."""
        media = operation.body.json if operation.body else None
        types = self._live.graph.path_types[operation.id]
        try:
            body = media and next(media.examples(self._contract.document), None)
            if media and body is None:
                body = generated_value(operation, media, "1")
        except Problem:
            return None
        schemes = self._contract.security_schemes.values()
        credentials = {scheme.get("name", "Authorization") for scheme in schemes}
        given: dict[str, dict[str, Any]] = {
            part: {n: v for n, v in (getattr(case, part) or {}).items() if n in credentials}
            for part in ("headers", "query", "cookies")
        }
        for parameter in operation.parameters:
            if parameter.where == "query" and parameter.required:
                given["query"].setdefault(parameter.name, parameter.schema.get("example", ""))
        sent = {"body": body, "media_type": JSON} if media else {}
        creation = case.operation.schema.find_operation_by_id(operation.id).Case(
            path_parameters=dict(path or dict.fromkeys(types, "0")),
            **sent,
            **given,
        )
        response = creation.call()  # which fills it, too
        return creation if 200 <= response.status_code < 300 else None

    def _types_of(self, operation: Operation) -> dict[str, str]:
        """Return the types of the path parameters that a client does not choose by itself."""
        chosen = self._live.graph.chosen_by_client(operation)
        types = self._live.graph.path_types[operation.id]
        return {name: t for name, t in types.items() if name not in chosen}

    def _keeps_ids(self, case: Any, operation: Operation, types: Mapping[str, str]) -> bool:
        """Return whether a request keeps its ids: those of links, which may lead to what was
        deleted, and some others, which lead to nothing."""
        values = {t: case.path_parameters.get(name) for name, t in types.items()}
        last = list(values)[-1]
        needs_own = is_ending(operation) and not self._live.is_relation(list(values))
        if needs_own and not self._live.is_expendable(last, values[last]):
            return False
        if _phase(case) == "stateful":
            return all(self._live.is_seen(t, value) for t, value in values.items())
        if is_ending(operation) and self._ended[operation.id] >= _MOST_ENDED:
            return True
        return _phase(case) != "examples" and not self._requests[operation.id] % _UNCHANGED

    def _resource(self, case: Any, operation: Operation, types: Sequence[str]) -> Resource | None:
        """Return a resource that a request can be about; it is created, if there is none."""
        ends = is_ending(operation) and not self._live.is_relation(types)
        found = self._live.find(types, expendable=ends)
        if found is None or any(found.id_of(t) is None for t in types):
            for provider in self._providers(operation, types[-1]):
                self._try_to_create(case, provider)
                found = self._live.find(types, expendable=ends) or found
                if found is not None and all(found.id_of(t) is not None for t in types):
                    break
        return found or self._live.find(types)

    def _providers(self, operation: Operation, resource_type: str) -> Iterator[Operation]:
        """Yield the operations that may return a resource, that on the path of all first."""
        graph = self._live.graph
        above = _anonymous(operation.path).rpartition("/{}")[0]
        ordered = [
            *(o for o in graph.callable if o.method == "POST" and _anonymous(o.path) == above),
            *graph.providers(resource_type),
            *(o for o in graph.callable if o.method == "GET" and _anonymous(o.path) == above),
            *(o for o in graph.surveys if resource_type in returned_types(o)),
        ]
        by_id = {o.id: o for o in ordered if o is not operation and not is_ending(o)}
        yield from by_id.values()

    def _try_to_create(
        self, case: Any, provider: Operation, path: Mapping[str, Any] | None = None
    ) -> None:
        """Call an operation that creates or starts something, unless it fails each time."""
        if self._depth >= _DEEPEST or self._failures[provider.id] >= _MOST_FAILURES:
            return
        self._depth += 1
        self._is_filled = path is not None
        try:
            is_created = self.create(case, provider, path) is not None
        finally:
            self._depth -= 1
            self._is_filled = False
        self._failures[provider.id] = 0 if is_created else self._failures[provider.id] + 1

    def _id(self, case: Any, resource_type: str, resource: Resource | None) -> Any:
        """Return the id of a resource, or of one that it may belong to; it is started first."""
        own = resource.id_of(resource_type) if resource else None
        value = self._live.find_id(resource_type) if own is None else own
        if value is not None and (resource_type, value) not in self._started:
            self._started.add((resource_type, value))
            for starter in self._live.graph.activators(resource_type):
                if _STARTING.match(starter.path.rpartition("/")[2]):
                    (name,) = self._live.graph.path_types[starter.id]
                    self._try_to_create(case, starter, {name: value})
        return value

    def _fill_fields(self, case: Any, operation: Operation, resource: Resource | None) -> None:
        """Put ids into the query and the first level of the body."""
        fields = self._fields[operation.id]
        for part in (case.query, case.body):
            names = [name for name in fields if isinstance(part, dict) and name in part]
            if names and resource is None:
                resource = self._resource(case, operation, [fields[name] for name in names])
            for name in names:
                value = self._id(case, fields[name], resource)
                if value is not None and isinstance(part[name], type(value)):
                    part[name] = value
                elif value is not None and isinstance(part[name], list) and part[name]:
                    part[name] = [value]

    def _id_fields(self, operation: Operation) -> Iterator[tuple[str, str]]:
        """Yield the fields of an operation's query and body that take ids, and their types."""
        media = operation.body.json if operation.body else None
        schema = media.definition.get("schema", {}) if media else {}
        document = self._contract.document
        fields = {p.name: p.schema for p in operation.parameters if p.where == "query"}
        for part in parts(document, schema):
            fields |= part.get("properties", {})
        for name, field in fields.items():
            resource_type = type_of_field(name)
            if resource_type in self._live.types and not (
                {UNIQUE, REFERENCES, OPAQUE} & merged(document, field).keys()
            ):
                yield name, str(resource_type)


def _anonymous(path: str) -> str:
    return re.sub(r"\{.+?\}", "{}", path)


def _phase(case: Any) -> str:
    return str(case.meta.phase.name.value) if case.meta is not None else "examples"


def _value_of(response: Any) -> Any:
    """Return the JSON of a response of Schemathesis; None if it is none."""
    try:
        return json_codec.decode(response.content)
    except (Problem, AttributeError):
        return None
