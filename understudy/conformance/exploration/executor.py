"""Executes sequences of calls against a server."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from understudy.conformance.exploration.sequence import Call, ClientId, Reference, substitute
from understudy.conformance.target.http_client import ApiClient
from understudy.errors import UsageError
from understudy.http.json_codec import ABSENT, decode_or_text
from understudy.http.messages import Exchange, Request, Response
from understudy.http.parameters.parameter_writer import path_text, query_fields
from understudy.openapi.operation import Operation
from understudy.openapi.resources.operation_graph import OperationGraph
from understudy.openapi.resources.resource_types import ids_in


class CountingClient(ApiClient):
    """An API client that counts its requests in `count`.

    Once a request may not be sent, `stopped` is true; such calls return status 0.
    """

    count = 0
    stopped = False

    def call(
        self,
        operation: str,
        method: str,
        path: str,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        body: Any = ABSENT,
    ) -> Exchange:
        """Call an operation. Overrides ApiClient: it does not raise UsageError."""
        try:
            exchange = super().call(operation, method, path, query, headers, body)
        except UsageError as error:
            self.stopped = True
            request = Request(method, path.encode(), b"", {})
            return Exchange(0, 0, None, operation, request, Response(0), error=str(error))
        self.count += 1
        return exchange


class Execution:
    """One execution of a sequence, call by call, with a run id that makes its names unique.

    `exchanges` has an item for each call: None if it could not be made. `sent_values` are the path
    parameters, query and body of the last call.
    """

    def __init__(self, graph: OperationGraph, api: CountingClient, run: str) -> None:
        self._graph = graph
        self._api = api
        self._run = run
        self._ids: list[dict[str, list[str]]] = []
        self.exchanges: list[Exchange | None] = []
        self.sent_values: list[Any] = []

    def perform(self, call: Call) -> Exchange | None:
        """Make a call; return None if this server never returned an id that it refers to."""
        operation = self._graph.operation(call.operation)
        try:
            values = [substitute(part, self.resolve) for part in (call.path, call.query, call.body)]
        except LookupError:
            self._append(None, {})
            return None
        self.sent_values = values
        path_values, query_values, body = values
        target = _target(operation, path_values, query_values)
        exchange = self._api.call(operation.id, operation.method, target, body=body)
        is_success = 200 <= exchange.response.status < 300
        self._append(exchange, ids_in(operation, response_value(exchange)) if is_success else {})
        return exchange

    @property
    def length(self) -> int:
        """How many calls were made."""
        return len(self.exchanges)

    def truncate(self, length: int) -> None:
        """Forget all calls from this number on."""
        del self.exchanges[length:]
        del self._ids[length:]

    def ids(self, number: int) -> Mapping[str, list[str]]:
        """Return the ids in the response to a call, by resource type."""
        return self._ids[number]

    def resolve(self, reference: Reference) -> str:
        """Return the id that a reference stands for in this run. Raises LookupError."""
        if isinstance(reference, ClientId):
            return reference.text(self._run)
        return self._ids[reference.call][reference.type][reference.index]

    def _append(self, exchange: Exchange | None, ids: dict[str, list[str]]) -> None:
        self.exchanges.append(exchange)
        self._ids.append(ids)


def response_value(exchange: Exchange) -> Any:
    """Return the body of a response as JSON, or as text; ABSENT if it is empty."""
    return decode_or_text(exchange.response.body)


def _target(
    operation: Operation, path_values: Mapping[str, Any], query_values: Mapping[str, Any]
) -> str:
    """Return the path and the query of a call, each parameter in its style."""
    declared = {(p.where, p.name): p for p in operation.parameters}
    path = operation.path
    for name, value in path_values.items():
        parameter = declared.get(("path", name))
        text = path_text(parameter, value) if parameter else quote(str(value), safe="")
        path = path.replace("{" + name + "}", text)
    fields = [
        field
        for name, value in query_values.items()
        for field in query_fields(declared["query", name], value)
    ]
    return f"{path}?{'&'.join(fields)}" if fields else path
