"""Collects what exchanges touch of contracts, one exchange after the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from copy import copy
from typing import NamedTuple, Self

from understudy.coverage.body_fields import BodyFields
from understudy.coverage.result import ApiCoverage, Coverage, OperationCoverage
from understudy.coverage.sent_parameters import SentParameters, name_of
from understudy.http.messages import INCOMING, Exchange
from understudy.http.request.operation_finder import OperationFinder
from understudy.openapi.contract import Contract
from understudy.openapi.operation import Body, Operation

#: Different requests to servers that are perhaps not those of an API, which are kept.
_MOST_PENDING = 1000


class Collector:
    """Collects the coverage of some contracts by exchanges of clients.

    `coverage` is the result so far; it grows with each exchange. With `relative`, the paths of
    requests may begin below an API's base path.
    """

    def __init__(self, contracts: Iterable[Contract], *, relative: bool = False) -> None:
        self._begin([_ApiCollector(_ApiParts(each, relative=relative)) for each in contracts])

    def empty(self) -> Self:
        """Return a collector of the same contracts that has no exchange yet; they are not read
        again."""
        new = copy(self)
        new._begin([_ApiCollector(api.parts) for api in self._apis])
        return new

    def _begin(self, apis: list[_ApiCollector]) -> None:
        self._apis = apis
        self.coverage = Coverage([api.coverage for api in apis])
        #: The servers of which an exchange had an operation, and requests to others.
        self._origins = {""}
        self._pending: Counter[tuple[str, str]] = Counter()

    def add(self, exchange: Exchange) -> None:
        """Count what an exchange touches.

        Callbacks and webhooks, and what the stand-in has sent to itself on schedule, are no
        exchanges of a client: they count for nothing.
        """
        if exchange.direction != INCOMING or exchange.schedule is not None:
            return
        if any(api.add(exchange) for api in self._candidates(exchange)):
            self._know(exchange.origin)
            if exchange.missing_bodies:
                self.coverage.add_note("the body of an exchange is not in its recording")
        elif exchange.request.method != "OPTIONS":  # browsers send it by themselves
            self._add_outside(exchange)

    def _candidates(self, exchange: Exchange) -> list[_ApiCollector]:
        """Return the APIs that an exchange may be of: the one that is named, or all."""
        named = [api for api in self._apis if api.coverage.api == exchange.api]
        return named or self._apis

    def _know(self, origin: str) -> None:
        """Take a server as one of an API, and count its requests that no operation has."""
        if origin in self._origins:
            return
        self._origins.add(origin)
        for key in [key for key in self._pending if key[0] == origin]:
            self.coverage.add_outside(key[1], self._pending.pop(key))

    def _add_outside(self, exchange: Exchange) -> None:
        """Count a request without an operation. One to another server, or to another part of the
        server, is not of these APIs."""
        request = exchange.request
        if not any(api.parts.finder.is_below_prefix(request) for api in self._apis):
            return
        name = f"{request.method} {request.path.decode('latin-1')}"
        if exchange.origin in self._origins:
            self.coverage.add_outside(name)
        elif len(self._pending) < _MOST_PENDING:
            self._pending[exchange.origin, name] += 1


class _ApiParts:
    """The parts of one contract that exchanges may touch."""

    def __init__(self, contract: Contract, *, relative: bool) -> None:
        self.api = contract.name
        self.finder = OperationFinder(contract, relative=relative)
        self._bodies: dict[tuple[str, bool], BodyFields] = {}
        self.operations = [self._operation(operation) for operation in contract.operations]

    def _operation(self, operation: Operation) -> _OperationParts:
        body = None if operation.body is None else self._fields(operation, operation.body, True)
        responses = {
            status: self._fields(operation, response, False)
            for status, response in operation.responses.items()
        }
        return _OperationParts(operation, body, responses, SentParameters(operation))

    def _fields(self, operation: Operation, body: Body, is_request: bool) -> BodyFields:
        """Return the fields of a body, which several operations may share."""
        key = (body.place, is_request)
        if key not in self._bodies:
            self._bodies[key] = BodyFields(operation.contract, body, is_request=is_request)
        return self._bodies[key]


class _OperationParts(NamedTuple):
    """The parts of one operation that exchanges may touch."""

    operation: Operation
    body: BodyFields | None
    responses: dict[str, BodyFields]
    sent: SentParameters

    def untouched(self) -> OperationCoverage:
        """Return the coverage by no exchange."""
        operation = self.operation
        return OperationCoverage(
            id=operation.id,
            method=operation.method,
            path=operation.base_paths[0] + operation.path,
            base_path=operation.base_paths[0],
            tags=[str(tag) for tag in operation.definition.get("tags") or ()],
            statuses=dict.fromkeys(operation.responses, 0),
            parameters=dict.fromkeys(map(name_of, operation.parameters), 0),
            request_fields=dict.fromkeys(self.body.pointers if self.body else (), 0),
            response_fields={s: dict.fromkeys(r.pointers, 0) for s, r in self.responses.items()},
        )


class _ApiCollector:
    """Collects the coverage of one contract."""

    def __init__(self, parts: _ApiParts) -> None:
        self.parts = parts
        self._operations = {
            each.operation.id: _OperationCollector(each) for each in parts.operations
        }
        operations = [operation.coverage for operation in self._operations.values()]
        self.coverage = ApiCoverage(parts.api, operations)

    def add(self, exchange: Exchange) -> bool:
        """Count an exchange, and return True, if the API has its operation."""
        found = self.parts.finder.find(exchange.request)
        if found is None:
            return False
        self._operations[found.operation.id].add(exchange)
        return True


class _OperationCollector:
    """Collects the coverage of one operation."""

    def __init__(self, parts: _OperationParts) -> None:
        self._parts = parts
        self.coverage = parts.untouched()

    def add(self, exchange: Exchange) -> None:
        """Count an exchange."""
        request, coverage = exchange.request, self.coverage
        coverage.calls += 1
        for name in set(self._parts.sent.of(request)):
            coverage.parameters[name] += 1
        if self._parts.body is not None:
            kind = request.headers.get(b"content-type", b"")
            for pointer in self._parts.body.touched(kind, request.body):
                coverage.request_fields[pointer] += 1
        if exchange.response.status:  # else the connection was cut before
            self._add_response(exchange)

    def _add_response(self, exchange: Exchange) -> None:
        response, coverage = exchange.response, self.coverage
        status = self._declared(str(response.status))
        if status is None:
            counts = coverage.undocumented_statuses
            counts[str(response.status)] = counts.get(str(response.status), 0) + 1
            return
        coverage.statuses[status] += 1
        counts = coverage.response_fields[status]
        for pointer in self._parts.responses[status].touched(
            response.media_type or b"", response.sent
        ):
            counts[pointer] += 1

    def _declared(self, status: str) -> str | None:
        """Return how the document writes a status, or None if it does not declare it."""
        known = (status, f"{status[0]}XX", "default")
        return next((name for name in known if name in self._parts.responses), None)
