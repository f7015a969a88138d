"""The errors of Zep v4: `{"code", "message", "param"}`, with the documented codes."""

from __future__ import annotations

from typing import Any

from understudy import Problem

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
OWN_CODES = frozenset(
    {"invalid_identifier", "unsupported_filter", "idempotency_key_reused", "invalid_request"}
)


def error_of(problem: Problem) -> dict[str, Any]:
    """Return the error object of a problem; `param` names the field or parameter at fault."""
    code = problem.code if problem.code in OWN_CODES else None
    error = {
        "code": code or _CODES.get(problem.status, "internal_error"),
        "message": problem.message,
    }
    return {**error, "param": _param(problem)} if problem.violations else error


def _param(problem: Problem) -> str:
    violation = problem.violations[0]
    return violation.at.removeprefix("/").replace("/", ".") or violation.where
