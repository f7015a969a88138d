"""The errors of Zep v4: `{"code", "message", "param"}`, with the documented codes."""

from __future__ import annotations

from typing import Any, TypeVar

from understudy import Problem, Violation

T = TypeVar("T")

_CODES = {
    400: "invalid_request",
    401: "unauthorized",
    403: "permission_denied",
    404: "not_found",
    409: "conflict",
    413: "payload_too_large",
    415: "unsupported_media_type",
    422: "unprocessable_content",
    429: "rate_limited",
    503: "unavailable",
}

#: Codes that operations give themselves; the engine's own are not Zep's.
_OWN_CODES = frozenset(
    (
        "content_policy_revision_stale",
        "idempotency_key_reused",
        "invalid_identifier",
        "invalid_request",
        "unsupported_filter",
    )
)

_INVALID_IDENTIFIER = "invalid_identifier"
UNSUPPORTED_FILTER = "unsupported_filter"


def error_of(problem: Problem) -> dict[str, Any]:
    """Return the error object of a problem; `param` names the field or parameter at fault."""
    error: dict[str, Any] = {"code": _code(problem), "message": _message(problem)}
    if problem.violations:
        error["param"] = _param(problem.violations[0])
    if problem.details:
        error["details"] = problem.details
    return error


def _message(problem: Problem) -> str:
    """Return the message without the prefixes that v2 and v3 have in place of a code."""
    return problem.message.removeprefix("bad request: ").removeprefix("conflict: ")


def _code(problem: Problem) -> str:
    if problem.violations and _is_of_identifier(problem.violations[0]):
        return _INVALID_IDENTIFIER
    if problem.violations and _is_of_filter(problem.violations[0]):
        return UNSUPPORTED_FILTER
    if problem.code in _OWN_CODES:
        return str(problem.code)
    return _CODES.get(problem.status, "internal_error")


def _is_of_identifier(violation: Violation) -> bool:
    """Return whether something else stands in a UUID's place, such as an id of v3."""
    return violation.rule.endswith("/format") and '"uuid"' in violation.message


def _is_of_filter(violation: Violation) -> bool:
    """Return whether a filter is given that there is not: one that can be null only, or a date that
    is another one than the only one that can be compared."""
    return violation.at.startswith("/filters") and violation.rule.endswith("/const")


def _param(violation: Violation) -> str:
    return violation.at.removeprefix("/").replace("/", ".") or violation.where


def invalid(where: str, at: str, message: str, code: str | None = None) -> Problem:
    """Return the problem of a value that only a handler can judge, at a JSON pointer."""
    violation = Violation(where, at, message)
    return Problem(400, str(violation), code=code, violations=(violation,))


def not_found(what: str) -> Problem:
    """Return the problem of an address that leads nowhere."""
    return Problem(404, f"{what} not found")


def existing(record: T | None, what: str) -> T:
    """Return what an address leads to. Raises Problem 404 if it leads nowhere."""
    if record is None:
        raise not_found(what)
    return record
