"""Errors as responses: in the API's own error shape, or as RFC 9457 where a client asks for it."""

from __future__ import annotations

import http.client
import json
import logging
from collections.abc import Iterable
from functools import partial
from typing import Any

from understudy.errors import ContractBroken, Invalid, Problem, Violation
from understudy.http import json_codec
from understudy.http.messages import DocumentedValue, Request, Response
from understudy.openapi.examples.error_values import ErrorWords
from understudy.openapi.examples.example_response import error_example, has_example
from understudy.openapi.operation import JSON, MediaType, Operation
from understudy.serving.api import Api, HookContext
from understudy.serving.request_context import RequestContext

log = logging.getLogger("understudy")

PROBLEM_JSON = "application/problem+json"

#: Bytes of the `X-Understudy-Violations` header; what does not fit stands in the journal.
MOST_HEADER_BYTES = 4000

#: The codes of problems that no API has: a preference that is not declared, and a response for
#: which no value could be generated.
_OURS = frozenset({"RESPONSE_NOT_DECLARED", "NOT_IMPLEMENTED"})

#: What any operation may answer, declared or not: credentials are missing, or the error is ours.
_UNIVERSAL = frozenset({401, 500})


def error_response(error: Exception, context: RequestContext) -> Response:
    """Return the response to a request that ended in an error.

    An error that is not a Problem is ours: it is logged, and the client sees a 500. So is a Problem
    whose status the operation does not declare, unless the engine itself raised it.
    """
    problem = _problem(error, context.operation)
    return _response(problem, context, context.operation)


def api_error_response(problem: Problem, context: RequestContext) -> Response:
    """Return the response in the API's own error shape, whatever the operation declares."""
    return _response(problem, context, None)


def planned_error_response(status: int, context: RequestContext) -> Response:
    """Return the error response that a fault rule plans, if it has no body of its own.

    The document's example comes first, then the `error_response` hook, then a value that the
    schema gives.
    """
    api, operation = context.api, context.operation
    assert api is not None
    assert operation is not None
    problem = Problem(status, "a planned fault")
    body = operation.response(status)
    if body is None:
        return api_error_response(problem, context)
    own = _hook_value(problem, context) if body.media else None
    value = DocumentedValue(partial(_planned_value, operation, problem, own))
    return api.encoders(operation)[status].encode(
        value, context.request.headers.get(b"accept", b"")
    )


def _hook_value(problem: Problem, context: RequestContext) -> Any:
    """Return the body that the `error_response` hook makes, or None."""
    api = context.api
    if api is None or api.error_response is None:
        return None
    try:
        return api.error_response(problem, _hook_context(api, context, context.operation))[1]
    except Exception:
        log.exception("the error_response hook of %s failed", api.name)
        return None


def _hook_context(api: Api, context: RequestContext, operation: Operation | None) -> HookContext:
    return api.hook_context(context.namespace, operation, context.request)


def _planned_value(operation: Operation, problem: Problem, own: Any, media: MediaType) -> Any:
    """Return the value of a planned error for a media type; `own` is that of the hook."""
    if has_example(media):
        return error_example(operation, media, _words(problem, problem.status))
    if own is not None and media.is_json and (not media.validator or media.validator.accepts(own)):
        return own
    return _error_value(operation, problem, problem.status, media)


def _problem(error: Exception, operation: Operation | None) -> Problem:
    if isinstance(error, Problem):
        return error.with_traceback(None)  # which would hold on to the frames of this request
    if isinstance(error, ContractBroken):
        log.error("%s", error)
        return internal_error(error.violations)
    name = "a request" if operation is None else operation.id
    log.error("%s failed", name, exc_info=error)
    return internal_error()


def _response(problem: Problem, context: RequestContext, operation: Operation | None) -> Response:
    api = context.api
    accept = context.request.headers.get(b"accept", b"")
    if b"problem+json" in accept and b"application/json" not in accept:
        return _rfc9457_response(problem)
    if api is None or api.error_response is None:
        return _response_without_handlers(problem, api, operation, accept)
    hook_context = _hook_context(api, context, operation)
    try:
        status, value = api.error_response(problem, hook_context)
    except Exception:
        log.exception("the error_response hook of %s failed", api.name)
        return _rfc9457_response(internal_error())
    if operation is not None:
        violation = _contract_violation(operation, status, value, bool(problem.violations))
        if violation:
            log.error("%s raised an error against its contract: %s", operation.id, violation)
            problem = internal_error((violation,))
            status, value = api.error_response(problem, hook_context)
    return _json_response(problem, status, value, JSON)


def internal_error(violations: tuple[Violation, ...] = ()) -> Problem:
    """The problem that a client sees where the error is ours; the log has the details."""
    return Problem(
        500, "internal server error", code="INTERNAL_SERVER_ERROR", violations=violations
    )


def not_found(request: Request, api: Api | None = None) -> Problem:
    """The problem of a path that no operation has, though it may be below the paths of an API."""
    where = request.path.decode("latin-1")
    hint = "" if api is None else _twice(where, api)
    nothing = Violation("path", "", f"no operation has the path {where}{hint}")
    return Problem(404, f"not found{hint}", code="NOT_FOUND", violations=(nothing,))


def _twice(path: str, api: Api) -> str:
    """Return how to mend a URL to which a client has added the base path once more."""
    for prefix in api.contract.path_prefixes:
        if prefix and f"{path}/".startswith(f"{prefix}{prefix}/"):
            return (
                f": the base path {prefix} stands twice in it, because this client adds {prefix} "
                f"itself: give it the URL without {prefix}"
            )
    return ""


def rfc9457(problem: Problem, status: int = 0) -> dict[str, Any]:
    """The problem as `application/problem+json`, with its own status or another one."""
    status = status or problem.status
    return {
        "type": "about:blank",
        "title": http.client.responses.get(status, "Unknown"),
        "status": status,
        "detail": problem.message,
        "violations": [violation.as_json() for violation in problem.violations],
    }


def _contract_violation(
    operation: Operation, status: int, value: Any, by_the_engine: bool
) -> Violation | None:
    """Return how an error breaks the contract of its operation, or None."""
    body = operation.response(status)
    if body is None:
        if by_the_engine or status in _UNIVERSAL:
            return None
        return Violation("response", "", f"status {status} is not declared")
    media = body.json
    if media is None or media.validator is None or media.validator.accepts(value):
        return None
    return media.validator.violations(value)[0]


def _response_without_handlers(
    problem: Problem, api: Api | None, operation: Operation | None, accept: bytes
) -> Response:
    """The response of an API without an error shape: what its document declares, or RFC 9457.

    A problem of this server alone (a response that was asked for cannot be had) is not the API's.
    """
    if api is None or operation is None or problem.code in _OURS:
        return _rfc9457_response(problem)
    status = _refusal_status(problem, operation)
    body = operation.response(status)
    if body is None or not body.media:
        return _rfc9457_response(problem, status)
    encoder = api.encoders(operation)[status]
    value = DocumentedValue(partial(_error_value, operation, problem, status))
    try:
        response = encoder.encode(value, accept)
    except Problem:
        try:  # an error is sent even to a client that does not accept its media type
            response = encoder.encode(value)
        except Problem:
            return _rfc9457_response(problem, status)
    own, declared = _headers(problem), response.headers
    names = {name for name, _ in own}
    headers = own + tuple(header for header in declared if header[0].lower() not in names)
    return response.replace(headers=headers, violations=tuple(problem.violations))


def _error_value(operation: Operation, problem: Problem, status: int, media: MediaType) -> Any:
    """Return the problem itself if that is what the document declares, else its example."""
    details = rfc9457(problem, status)
    is_problem = media.type == PROBLEM_JSON
    if is_problem and media.validator is not None and media.validator.accepts(details):
        return details
    value = error_example(operation, media, _words(problem, status))
    has_own = next(media.examples(operation.contract.document), None) is not None
    if problem.violations and not has_own and _lists_errors(value):
        details = {"detail": list(map(_validation_error, problem.violations))}
        return details if media.validator and media.validator.accepts(details) else value
    return value


def _words(problem: Problem, status: int) -> ErrorWords:
    return ErrorWords(status, problem.message, tuple(map(str, problem.violations)))


def _lists_errors(value: Any) -> bool:
    """Return whether a value has the form of FastAPI's HTTPValidationError."""
    errors = value.get("detail") if isinstance(value, dict) else None
    return isinstance(errors, list) and all(
        isinstance(error, dict) and {"loc", "msg", "type"} <= error.keys() for error in errors
    )


def _validation_error(violation: Violation) -> dict[str, Any]:
    """Return a violation in the form of FastAPI's ValidationError."""
    path = [s.replace("~1", "/").replace("~0", "~") for s in violation.at.split("/")[1:]]
    loc = [violation.where, *(int(s) if s.isascii() and s.isdigit() else s for s in path)]
    keyword = violation.rule.rpartition("/")[2]
    return {"loc": loc, "msg": violation.message, "type": keyword or "value_error"}


def _refusal_status(problem: Problem, operation: Operation) -> int:
    """Return the status that an operation declares for invalid requests: 400, or else 422."""
    if not isinstance(problem, Invalid) or problem.status != 400:
        return problem.status
    return 422 if "422" in operation.responses and "400" not in operation.responses else 400


def _rfc9457_response(problem: Problem, status: int = 0) -> Response:
    status = status or problem.status
    return _json_response(problem, status, rfc9457(problem, status), PROBLEM_JSON)


def _json_response(problem: Problem, status: int, value: Any, media_type: str) -> Response:
    return Response(
        status,
        json_codec.encode(value),
        media_type.encode(),
        _headers(problem),
        tuple(problem.violations),
    )


def _headers(problem: Problem) -> tuple[tuple[bytes, bytes], ...]:
    headers = tuple(
        (name.lower().encode(), text.encode("latin-1")) for name, text in problem.headers
    )
    if problem.violations:
        headers += ((b"x-understudy-violations", violations_header(problem.violations)),)
    return headers


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
