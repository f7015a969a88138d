"""Entries of journals: select them by filters, and convert them to JSON without credentials."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from understudy.control.context import ControlContext
from understudy.http.har import redacted_response_headers
from understudy.http.json_codec import ABSENT, decode_or_text
from understudy.http.messages import INCOMING, OUTGOING, Attempt, Exchange
from understudy.http.request.unknown_fields import unknown_fields
from understudy.openapi.operation import Operation
from understudy.runtime.namespaces.namespace import Namespace
from understudy.runtime.plans.request_matcher import MatchCandidate, RequestMatcher
from understudy.timestamps import rfc3339


class NumberedExchange(NamedTuple):
    """An exchange, its number among those of all namespaces, and its namespace."""

    number: int
    namespace: Namespace
    exchange: Exchange

    @property
    def candidate(self) -> MatchCandidate:
        """The parts of the exchange that a RequestMatcher compares."""
        exchange = self.exchange
        return MatchCandidate(
            exchange.api,
            exchange.operation,
            exchange.request,
            exchange.response.status,
            exchange.direction,
        )


def all_entries(namespace: Namespace) -> Iterator[NumberedExchange]:
    """Yield all entries of a namespace's journal, newest first."""
    return (
        NumberedExchange(number, namespace, exchange)
        for number, exchange in namespace.journal.numbered()
    )


def select_entries(
    context: ControlContext,
    namespace: Namespace,
    api: str | None = None,
    operation: str | None = None,
    method: str | None = None,
    path: str | None = None,
    status: int | None = None,
    valid: bool | None = None,
    deprecated: bool | None = None,
    direction: str | None = None,
    since: int | None = None,
    number: int | None = None,
    after: int = 0,
) -> Iterator[NumberedExchange]:
    """Yield the entries with a number greater than `after` that match the filters, newest first."""
    matcher = RequestMatcher(
        api=api, operation=operation, method=method, path=path, status=status, direction=direction
    )
    seen = range(namespace.journal.seen, 0, -1)
    for ordinal, entry in zip(seen, all_entries(namespace), strict=False):
        if entry.number <= after or (since is not None and ordinal <= since):
            return
        if number is not None and number != entry.number:
            continue
        if not matcher.matches(entry.candidate):
            continue
        if valid is not None and valid is bool(entry.exchange.response.violations):
            continue
        if deprecated is None or deprecated is _is_deprecated(_operation(context, entry)):
            yield entry


def entry_json(context: ControlContext, entry: NumberedExchange) -> dict[str, Any]:
    """Return an entry as JSON, its credentials redacted."""
    exchange = entry.exchange
    request, response = exchange.request, exchange.response
    operation = _operation(context, entry)
    warnings = []
    if operation is not None and exchange.direction == INCOMING:
        warnings = unknown_fields(operation, request)
    return {
        "number": entry.number,
        "namespace": entry.namespace.name,
        "direction": exchange.direction,
        "origin": exchange.origin,
        "attempts": exchange.attempts,
        "earlier_attempts": [attempt_json(attempt) for attempt in exchange.earlier_attempts],
        "error": exchange.error,
        "at": rfc3339(exchange.at),
        "took_us": exchange.took,
        "api": exchange.api,
        "operation": exchange.operation,
        "deprecated": _is_deprecated(operation),
        "request": {
            "method": request.method,
            "path": request.path.decode("latin-1"),
            "query": context.secrets.query(request),
            "headers": context.secrets.headers(request),
            "body": _body(request.body),
            **_missing_body(exchange, "request"),
        },
        "response": {
            "status": response.status,
            "headers": redacted_response_headers(exchange, context.secrets),
            "body": _body(context.secrets.response_body(request, response)),
            **_missing_body(exchange, "response"),
        },
        "violations": [context.secrets.violation(v, request) for v in response.violations],
        "warnings": [context.secrets.violation(warning, request) for warning in warnings],
        "fault": exchange.fault,
        "schedule": exchange.schedule,
        "recording": exchange.recording,
    }


def attempt_json(attempt: Attempt) -> dict[str, Any]:
    """Return an attempt to send a callback or a webhook as JSON."""
    return {"at": rfc3339(attempt.at), "status": attempt.status, "error": attempt.error}


def _missing_body(exchange: Exchange, side: str) -> dict[str, str]:
    reason = exchange.missing_bodies.get(side)
    return {} if reason is None else {"missing_body": reason}


def _operation(context: ControlContext, entry: NumberedExchange) -> Operation | None:
    if entry.exchange.direction == OUTGOING:
        return context.outgoing.operation(entry.exchange.api, entry.exchange.operation)
    return next(
        (
            operation
            for api in context.apis
            if api.name == entry.exchange.api
            for operation in api.contract.operations
            if operation.id == entry.exchange.operation
        ),
        None,
    )


def _is_deprecated(operation: Operation | None) -> bool:
    return operation is not None and bool(operation.definition.get("deprecated"))


def _body(body: bytes) -> Any:
    value = decode_or_text(body)
    return None if value is ABSENT else value
