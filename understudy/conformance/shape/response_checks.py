"""Validation of responses by the contract alone: of those that behaviour rules receive, which reach
states that random requests do not; and of those that are too much for Schemathesis."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import requests
from requests.adapters import HTTPAdapter

from understudy.conformance.reports.cause import violation_cause
from understudy.conformance.reports.finding import Finding
from understudy.conformance.reports.report import Report
from understudy.conformance.reports.wording import as_shown, excerpt
from understudy.conformance.traffic.exchange_validator import (
    CONTENT_TYPE,
    HEADERS,
    SCHEMA,
    SERVER,
    STATUS,
    ExchangeValidator,
    ExchangeViolation,
)
from understudy.errors import Problem
from understudy.http import json_codec
from understudy.http.curl import full_curl
from understudy.http.messages import Exchange, Request, Response, origin_of
from understudy.openapi.contract import Contract
from understudy.openapi.operation import Operation

#: Bytes of a response that Schemathesis gets, levels of its JSON, and characters of YAML that may
#: open a level or repeat a part.
_MOST_BYTES, _DEEPEST, _MOST_YAML = 100_000, 200, 1_000
#: Its failures that are about a body.
_BODY_FAILURES = frozenset(["JsonSchemaError", "MalformedJson", "ContentDeserializationError"])

#: The titles that Schemathesis gives the same findings, so that they are reported once.
TITLES = {
    CONTENT_TYPE: "Undocumented Content-Type",
    HEADERS: "Missing required response headers",
    SCHEMA: "Response violates schema",
    STATUS: "Undocumented status code",
}


class ResponseChecker:
    """Validates responses by a contract; reports each rule once for each operation.

    `settled` takes from an exchange what differs from run to run. Responses of operations that
    `takes` rejects are not judged.
    """

    def __init__(
        self,
        contract: Contract,
        report: Report,
        settled: Callable[[Exchange], Exchange] = lambda exchange: exchange,
        takes: Callable[[Operation], bool] = lambda _: True,
    ) -> None:
        self._settled = settled
        self._validator = ExchangeValidator(contract)
        self._report = report
        self._taken = {operation.id for operation in contract.operations if takes(operation)}
        self._reported: set[tuple[str, str]] = set()

    def check(self, exchanges: list[Exchange]) -> None:
        """Validate the responses to the steps of a rule."""
        for number, exchange in enumerate(exchanges, 1):
            operation = str(exchange.operation)
            if exchange.response.status in (0, 429) or exchange.error:
                continue
            if operation not in self._taken:
                continue
            self._report.coverage.shaped.add(operation)
            for violation in self._violations(exchange):
                if (operation, violation.rule) not in self._reported:
                    self._reported.add((operation, violation.rule))
                    finding = self._finding(operation, violation, exchanges[:number])
                    self._report.findings.append(finding)

    def check_body(self, exchange: Exchange) -> None:
        """Validate the body of one response to any request."""
        operation = self._validator.operation_of(exchange.request)
        key = (operation.id, SCHEMA) if operation else None
        if operation is None or operation.id not in self._taken or key in self._reported:
            return
        for violation in self._violations(exchange):
            if violation.rule == SCHEMA:
                self._reported.add((operation.id, SCHEMA))
                finding = self._finding(operation.id, violation, [exchange])
                self._report.findings.append(finding)
                return

    def _violations(self, exchange: Exchange) -> Iterator[ExchangeViolation]:
        result = self._validator.validate(exchange.request, exchange.response)
        return (violation for violation in result.violations if violation.side == SERVER)

    def _finding(
        self, operation: str, violation: ExchangeViolation, exchanges: list[Exchange]
    ) -> Finding:
        shown = list(map(self._settled, exchanges))
        return Finding(
            operation,
            violation.rule,
            TITLES[violation.rule],
            f"{violation.violation}\nthe response is {excerpt(shown[-1])}",
            tuple(map(full_curl, shown)),
            exchanges=tuple(map(as_shown, shown)),
            cause=violation_cause(
                violation.rule, violation.violation, exchanges[-1].response.status
            ),
        )


class SchemathesisAdapter(HTTPAdapter):
    """Sends the requests of Schemathesis by another adapter, and gives it only bodies that it can
    read.

    It keeps all of them, looks for all their errors, and ends if one is nested deep or has half a
    character in it. Such bodies are validated here, and left out.
    """

    def __init__(self, adapter: HTTPAdapter, checker: ResponseChecker) -> None:
        super().__init__()
        self._adapter = adapter
        self._checker = checker

    def send(  # type: ignore[override]
        self, request: requests.PreparedRequest, **options: Any
    ) -> requests.Response:
        """Send a request, and return its response. Overrides HTTPAdapter."""
        response = self._adapter.send(request, **options)
        if response._content_consumed and _is_too_much(response):
            self._checker.check_body(_exchange(response))
            response._content = b""
            request.is_judged = True  # type: ignore[attr-defined]
        return response

    def close(self) -> None:
        """Leave the connections to the other adapter. Overrides HTTPAdapter."""


def is_about_a_body_left_out(failure: Any, response: Any) -> bool:
    """Return whether a failure of Schemathesis is about a body that it did not get."""
    is_about_body = type(failure).__name__ in _BODY_FAILURES
    return is_about_body and getattr(response.request, "is_judged", False)


def _is_too_much(response: requests.Response) -> bool:
    content, kind = response.content, response.headers.get("Content-Type", "")
    brackets = content.count(b"[") + content.count(b"{")
    has_surrogates = b"\\ud" in content.lower()
    if "yaml" in kind.lower():
        others = sum(map(content.count, (b"-", b":", b"?")))
        return has_surrogates or b"&" in content or brackets + others > _MOST_YAML
    if len(content) > _MOST_BYTES:
        return True
    return (brackets > _DEEPEST or has_surrogates) and not _is_readable(content)


def _is_readable(content: bytes) -> bool:
    """Return whether JSON has valid text only, and is not deep."""
    try:
        level = [json_codec.decode(content)]
    except Problem:
        return False
    for _ in range(_DEEPEST):
        parts = (node.values() if isinstance(node, dict) else node for node in level)
        level = [part for inner in parts for part in inner if isinstance(part, dict | list)]
    return not level


def _exchange(received: requests.Response) -> Exchange:
    sent = received.request
    body = sent.body if isinstance(sent.body, bytes | str) else b""
    content = body.encode() if isinstance(body, str) else body
    headers = [(name, _text(value)) for name, value in sent.headers.items()]
    request = Request.to_url(sent.method or "", sent.url or "", headers, content)
    response = Response.received(received.status_code, received.headers.items(), received.content)
    origin = origin_of(sent.url or "")
    return Exchange(time.time_ns() // 1000, 0, None, None, request, response, origin=origin)


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value
