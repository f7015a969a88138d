"""Refusals: a problem in the API's own error shape, or in that of RFC 9457 where a client asks."""

from __future__ import annotations

import http.client
import json
import logging
from collections.abc import Iterable
from typing import Any

from understudy.errors import Problem, Violation
from understudy.http import json_codec
from understudy.http.messages import Request, Response
from understudy.openapi.contract import JSON, Operation
from understudy.openapi.examples import example_response
from understudy.runtime.namespace import Namespace
from understudy.serving.api import Api

log = logging.getLogger("understudy")

PROBLEM_JSON = "application/problem+json"

#: Bytes of the `X-Understudy-Violations` header; what does not fit stands in the journal.
MOST_HEADER_BYTES = 4000

#: What any operation may answer, declared or not: no credentials, and our own faults.
_UNIVERSAL = frozenset({401, 500})


def error_response(
    problem: Problem,
    api: Api | None,
    operation: Operation | None,
    request: Request,
    namespace: Namespace | None,
) -> Response:
    """The reply to a request that meets a problem.

    A problem of a status that the operation does not declare is an error of ours, and becomes a
    500; only the refusals that the engine itself makes may be undeclared.
    """
    accept = request.headers.get(b"accept", b"")
    if b"problem+json" in accept and b"application/json" not in accept:
        return _as_reply(problem, problem.status, rfc9457(problem), PROBLEM_JSON)
    if api is None or namespace is None or api.error_response is None:
        return _without_handlers(problem, operation)
    call = api.call(namespace, operation)
    try:
        status, value = api.error_response(problem, call)
    except Exception:
        log.exception("the error_answer of %s failed", api.name)
        problem = internal_error()
        return _as_reply(problem, 500, rfc9457(problem), PROBLEM_JSON)
    if operation is not None:
        wrong = _against_contract(operation, status, value, bool(problem.violations))
        if wrong:
            log.error("%s refused against its contract: %s", operation.id, wrong)
            problem = internal_error((wrong,))
            status, value = api.error_response(problem, call)
    return _as_reply(problem, status, value, JSON)


def internal_error(violations: tuple[Violation, ...] = ()) -> Problem:
    """The problem that a client sees where the fault is ours; the log has the whole story."""
    return Problem(
        500, "internal server error", code="INTERNAL_SERVER_ERROR", violations=violations
    )


def not_found(request: Request) -> Problem:
    """The problem of a path that no operation has."""
    where = request.path.decode("latin-1")
    nothing = Violation("path", "", f"no operation has the path {where}")
    return Problem(404, "not found", code="NOT_FOUND", violations=(nothing,))


def rfc9457(problem: Problem) -> dict[str, Any]:
    """The problem as `application/problem+json`."""
    return {
        "type": "about:blank",
        "title": http.client.responses.get(problem.status, "Unknown"),
        "status": problem.status,
        "detail": problem.message,
        "violations": [violation.as_json() for violation in problem.violations],
    }


def _against_contract(
    operation: Operation, status: int, value: Any, of_the_engine: bool
) -> Violation | None:
    body = operation.answer(status)
    if body is None:
        if of_the_engine or status in _UNIVERSAL:
            return None
        return Violation("response", "", f"status {status} is not declared")
    media = body.media.get(JSON)
    if media is None or media.validator is None or media.validator.accepts(value):
        return None
    return media.validator.violations(value)[0]


def _without_handlers(problem: Problem, operation: Operation | None) -> Response:
    """An API that has no error shape of its own: what its document declares, or RFC 9457."""
    body = operation.answer(problem.status) if operation else None
    if operation is None or body is None or JSON not in body.media:
        return _as_reply(problem, problem.status, rfc9457(problem), PROBLEM_JSON)
    try:
        value, _ = example_response(operation, problem.status)
    except Problem:
        return _as_reply(problem, problem.status, rfc9457(problem), PROBLEM_JSON)
    return _as_reply(problem, problem.status, value, JSON)


def _as_reply(problem: Problem, status: int, value: Any, media_type: str) -> Response:
    headers = tuple((name.encode(), text.encode("latin-1")) for name, text in problem.headers)
    if problem.violations:
        headers += ((b"x-understudy-violations", violations_header(problem.violations)),)
    return Response(
        status, json_codec.encode(value), media_type.encode(), headers, tuple(problem.violations)
    )


def violations_header(violations: Iterable[Violation]) -> bytes:
    """The violations as ASCII JSON, as many as fit into `MOST_HEADER_BYTES`."""
    kept: list[str] = []
    left = MOST_HEADER_BYTES
    for violation in violations:
        text = json.dumps(violation.as_json())
        left -= len(text) + 1
        if left < 0:
            break
        kept.append(text)
    return f"[{','.join(kept)}]".encode()
