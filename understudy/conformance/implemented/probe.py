"""Probes: asks a server for each operation, and for paths that no API has, and compares.

A server lacks an operation if it answers 405 or 501, or as it answers to an unknown path. In doubt
an operation is there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress

from understudy.conformance.implemented.fingerprint import Fingerprint, fingerprint
from understudy.conformance.implemented.implementation import NOT_THERE, Doubt, Implementation
from understudy.conformance.implemented.probe_request import (
    UNKNOWN,
    ProbeRequest,
    is_harmless,
    names_resources,
    probe_request,
    request_for,
    unknown_path,
    unknown_sibling,
)
from understudy.conformance.target.http_client import ApiClient
from understudy.errors import UsageError
from understudy.http.har import response_headers
from understudy.http.json_codec import decode_or_text
from understudy.http.messages import Exchange
from understudy.openapi.operation import Operation
from understudy.openapi.resources.resource_types import ids_in

#: Refusals that say nothing about the path: the key, and the number of requests.
_ABOUT_THE_CLIENT = frozenset({401, 403, 407, 429})


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
    probed = []
    for number, operation in enumerate(operations, 1):
        progress(f"looking which operations there are: {number} of {len(operations)}")
        try:
            prober.probe(operation)
        except UsageError:
            continue
        probed.append(operation)
    if implementation.doubtful:
        with suppress(UsageError):
            prober.reconsider(probed)


class _Prober:
    """Probes operations; it asks for each unknown path once."""

    def __init__(self, api: ApiClient, implementation: Implementation, seed: int) -> None:
        self._api = api
        self._implementation = implementation
        self._seed = seed
        #: What is there, though it answers as unknown paths do where there is nothing.
        self._confirmed: list[Operation] = []
        self._exchanges: dict[tuple[str, tuple[str, str]], Exchange] = {}

    def probe(self, operation: Operation) -> None:
        """Probe an operation, and record it if it is absent or in doubt. Raises UsageError."""
        request = self._request(operation)
        if not is_harmless(operation):
            self._ask_for_methods(operation, request, Doubt("", frozenset(), is_seen=False))
            return
        exchange = self._send(request, operation.id)
        self._implementation.probes[operation.id] = exchange
        if exchange.response.status in NOT_THERE:
            if operation.method not in _allowed(exchange):
                self._implementation.absent.add(operation.id)
        elif _may_be_unknown(operation, exchange):
            self._compare(operation, request, exchange)

    def reconsider(self, operations: Sequence[Operation]) -> None:
        """Look at doubts again, with what is known of the other operations.

        If the server tells the methods of the paths that it has, it does not have the others. What
        can be read of a resource that is there is there, or else absent. If the server has nothing
        at all of a kind, and for certain lacks an operation on that kind, it has none of them. It
        likely lacks the others where it says in words of its own that there is no such resource.
        """
        implementation = self._implementation
        present = [o for o in operations if o.id not in implementation.unproven]
        if self._tells_methods(present):
            doubted = (o for o in operations if o.id in implementation.doubtful)
            self._settle(o for o in doubted if not self._is_routed(self._request(o)))
        self._read_known(operations)
        present = [o for o in operations if o.id not in implementation.unproven]
        absent = [o.path for o in operations if o.id in implementation.absent]
        paths = [o.path for o in present]
        self._settle(o for o in operations if _is_of_absent_kind(o, paths, absent))
        speaking = {o.id for o in present if self._says_not_found(o)}
        silent = {_resource(o) for o in self._confirmed}
        for operation in filter(self._says_not_found, self._doubted(operations)):
            if speaking and _resource(operation) not in silent:
                doubt = implementation.doubtful[operation.id]
                implementation.doubtful[operation.id] = doubt._replace(is_likely=True)

    def _read_known(self, operations: Sequence[Operation]) -> None:
        """Read, by operations in doubt, resources that others have listed."""
        ids: dict[str, list[str]] = {}
        for operation in operations:
            exchange = self._implementation.probes.get(operation.id)
            if exchange is not None and 200 <= exchange.response.status < 300:
                ids |= ids_in(operation, decode_or_text(exchange.response.body))
        for operation in self._doubted(operations):
            request = request_for(operation, ids)
            if request is None:
                continue
            self._send(request, operation.id)  # the client lets the implementation observe it
            if operation.id in self._implementation.doubtful:
                self._settle([operation])
            else:
                self._confirmed.append(operation)

    def _doubted(self, operations: Iterable[Operation]) -> list[Operation]:
        """Return the operations that answered as unknown paths do, and may be there."""
        doubtful = self._implementation.doubtful
        return [o for o in operations if o.id in doubtful and doubtful[o.id].is_seen]

    def _settle(self, operations: Iterable[Operation]) -> None:
        for operation in list(operations):
            if self._implementation.doubtful.pop(operation.id, None) is not None:
                self._implementation.absent.add(operation.id)

    def _request(self, operation: Operation) -> ProbeRequest:
        return probe_request(operation, self._seed)

    def _tells_methods(self, present: Sequence[Operation]) -> bool:
        """Return whether OPTIONS tells the methods of some paths that are there."""
        some = list({operation.path: operation for operation in present}.values())[:3]
        answers = (self._has_method(o, self._request(o), is_seen=True) for o in some)
        return bool(some) and all(answers)

    def _says_not_found(self, operation: Operation) -> bool:
        exchange = self._implementation.probes.get(operation.id)
        return exchange is not None and exchange.response.status == 404

    def _compare(self, operation: Operation, request: ProbeRequest, exchange: Exchange) -> None:
        """Compare a response with those to unknown paths."""
        control = self._control(unknown_path(request))
        if _fingerprint(request, exchange) == control:
            is_page, is_404 = control.status < 300, control.status == 404
            is_certain = is_page or (is_404 and not names_resources(operation))
            doubt = Doubt("", frozenset({control}))
            self._ask_for_methods(operation, request, doubt, is_certain=is_certain)
            return
        sibling, word = unknown_sibling(operation, request)
        control = self._control(sibling)
        if _fingerprint(request, exchange, word) == control:
            self._ask_for_methods(operation, request, Doubt(word, frozenset({control})))

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
        if not self._is_routed(request):
            return None
        exchange = self._once(_options(request))
        status, allowed = exchange.response.status, _allowed(exchange)
        if operation.method in allowed or (status == 405 and is_seen):
            return True
        return False if allowed and status < 300 else None

    def _is_routed(self, request: ProbeRequest) -> bool:
        """Return whether OPTIONS has another response for a path than for an unknown one."""
        options, unknown = _options(request), unknown_path(_options(request))
        exchange, control = self._once(options), self._once(unknown)
        is_same = _fingerprint(options, exchange) == _fingerprint(unknown, control)
        return not is_same or _allowed(exchange) != _allowed(control)

    def _control(self, request: ProbeRequest) -> Fingerprint:
        """Return the fingerprint of the response to an unknown path, and record it."""
        control = _fingerprint(request, self._once(request))
        if request.path == f"/{UNKNOWN}":
            self._implementation.unknown.add(control)
        return control

    def _once(self, request: ProbeRequest) -> Exchange:
        """Return the exchange of a request that is sent once only."""
        key = request.path, request.kind
        if key not in self._exchanges:
            self._exchanges[key] = self._send(request, f"{request.method} {request.path}")
        return self._exchanges[key]

    def _send(self, request: ProbeRequest, operation: str) -> Exchange:
        return self._api.call(operation, request.method, request.path, body=request.body)


def _options(request: ProbeRequest) -> ProbeRequest:
    return ProbeRequest("OPTIONS", request.path, words=request.words)


def _is_of_absent_kind(operation: Operation, present: Sequence[str], absent: Sequence[str]) -> bool:
    """Return whether all paths that begin as an operation's does are absent, and some of them for
    certain."""
    segments = operation.path.partition("{")[0].rstrip("/").split("/")
    for length in range(len(segments), 1, -1):
        start = "/".join(segments[:length])
        if any(f"{path}/".startswith(f"{start}/") for path in present):
            return False
        if any(f"{path}/".startswith(f"{start}/") for path in absent):
            return True
    return False


def _resource(operation: Operation) -> str:
    """Return the path of an operation as far as its first id."""
    return operation.path.partition("}")[0]


def _may_be_unknown(operation: Operation, exchange: Exchange) -> bool:
    """Return whether a response may be one to a path that is not there: 404, a refusal (servers may
    look at the body first), or a page where the document promises something else."""
    status = exchange.response.status
    if not 200 <= status < 300:
        return 400 <= status < 500 and status not in _ABOUT_THE_CLIENT
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
