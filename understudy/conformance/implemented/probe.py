"""Probes: asks a server for each operation, and for paths that no API has, and compares.

A server lacks an operation if it answers 405 or 501, or as it answers to an unknown path. In doubt
an operation is there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from understudy.conformance.implemented.fingerprint import Fingerprint, fingerprint
from understudy.conformance.implemented.implementation import NOT_THERE, Doubt, Implementation
from understudy.conformance.implemented.probe_request import (
    UNKNOWN,
    ProbeRequest,
    is_harmless,
    names_resources,
    probe_request,
    unknown_path,
    unknown_sibling,
)
from understudy.conformance.target.http_client import ApiClient
from understudy.errors import UsageError
from understudy.http.har import response_headers
from understudy.http.messages import Exchange
from understudy.openapi.operation import Operation


def probe(
    operations: Sequence[Operation],
    api: ApiClient,
    implementation: Implementation,
    seed: int,
    progress: Callable[[str], None],
) -> None:
    """Find out which of some operations a server lacks, and record it in the implementation.

    It ends early where no more requests may be sent; the rest counts as there.
    """
    prober = _Prober(api, implementation, seed)
    for number, operation in enumerate(operations, 1):
        progress(f"looking which operations there are: {number} of {len(operations)}")
        try:
            prober.probe(operation)
        except UsageError:
            continue


class _Prober:
    """Probes operations; it asks for each unknown path once."""

    def __init__(self, api: ApiClient, implementation: Implementation, seed: int) -> None:
        self._api = api
        self._implementation = implementation
        self._seed = seed
        self._controls: dict[tuple[str, tuple[str, str]], Fingerprint] = {}

    def probe(self, operation: Operation) -> None:
        """Probe an operation, and record it if it is absent or in doubt. Raises UsageError."""
        request = probe_request(operation, self._seed)
        if not is_harmless(operation):
            self._ask_for_methods(operation, request, Doubt("", frozenset(), False))
            return
        exchange = self._send(request, operation.id)
        self._implementation.probes[operation.id] = exchange
        if exchange.response.status in NOT_THERE:
            if operation.method not in _allowed(exchange):
                self._implementation.absent.add(operation.id)
        elif _may_be_unknown(operation, exchange):
            self._compare(operation, request, exchange)

    def _compare(self, operation: Operation, request: ProbeRequest, exchange: Exchange) -> None:
        """Compare a response with those to unknown paths."""
        control = self._control(unknown_path(request))
        if _fingerprint(request, exchange) == control:
            is_certain = control.status < 300 or not names_resources(operation)
            doubt = Doubt("", frozenset({control}), True)
            self._ask_for_methods(operation, request, doubt, is_certain=is_certain)
            return
        sibling, word = unknown_sibling(operation, request)
        control = self._control(sibling)
        if _fingerprint(request, exchange, word) == control:
            self._ask_for_methods(operation, request, Doubt(word, frozenset({control}), True))

    def _ask_for_methods(
        self,
        operation: Operation,
        request: ProbeRequest,
        doubt: Doubt,
        *,
        is_certain: bool = False,
    ) -> None:
        """Ask which methods a path has, and record what that tells: an operation is absent if it is
        not among them, or if nothing is told and `is_certain`."""
        is_there = self._has_method(operation, request, is_seen=doubt.is_seen)
        if is_there is False or (is_there is None and is_certain):
            self._implementation.absent.add(operation.id)
        elif is_there is None:
            self._control(unknown_path(request))
            self._implementation.doubtful[operation.id] = doubt

    def _has_method(
        self, operation: Operation, request: ProbeRequest, *, is_seen: bool
    ) -> bool | None:
        """Return whether a path has the method, or None if OPTIONS does not tell.

        A server that answers 405 to OPTIONS, and something else to the operation, has the operation
        (its `Allow` may be of one route of several).
        """
        options = ProbeRequest("OPTIONS", request.path, words=request.words)
        exchange, allowed = self._send(options, f"OPTIONS {operation.path}"), frozenset[str]()
        control = self._send(unknown_path(options), "OPTIONS")
        if _fingerprint(options, exchange) != _fingerprint(unknown_path(options), control) or (
            _allowed(exchange) != _allowed(control)
        ):
            allowed = _allowed(exchange)
            if operation.method in allowed or (exchange.response.status == 405 and is_seen):
                return True
            if allowed and exchange.response.status < 300:
                return False
        return None

    def _control(self, request: ProbeRequest) -> Fingerprint:
        """Return the fingerprint of the response to an unknown path, and record it."""
        key = request.path, request.kind
        if key not in self._controls:
            exchange = self._send(request, f"{request.method} {request.path}")
            self._controls[key] = _fingerprint(request, exchange)
        if request.path == f"/{UNKNOWN}":
            self._implementation.unknown.add(self._controls[key])
        return self._controls[key]

    def _send(self, request: ProbeRequest, operation: str) -> Exchange:
        return self._api.call(operation, request.method, request.path, body=request.body)


def _may_be_unknown(operation: Operation, exchange: Exchange) -> bool:
    """Return whether a response may be one to a path that is not there: 404, or a page where the
    document promises something else."""
    status = exchange.response.status
    if not 200 <= status < 300:
        return status == 404
    declared = operation.response(status)
    media_type = fingerprint(status, _content_type(exchange), b"", "GET", "").media_type
    return media_type == "text/html" and declared is not None and media_type not in declared.media


def _fingerprint(request: ProbeRequest, exchange: Exchange, word: str = "") -> Fingerprint:
    response, words = exchange.response, (*request.words, word)
    target, method = exchange.url.removeprefix(exchange.origin), request.method
    return fingerprint(
        response.status, _content_type(exchange), response.body, method, target, words
    )


def _content_type(exchange: Exchange) -> str:
    return (exchange.response.media_type or b"").decode("latin-1")


def _allowed(exchange: Exchange) -> frozenset[str]:
    """Return the methods in the header Allow."""
    text = response_headers(exchange.response).get("allow", "")
    return frozenset(method.strip().upper() for method in text.split(",") if method.strip())
