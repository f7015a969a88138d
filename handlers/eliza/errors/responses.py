"""The shapes of errors: one in the reference, and one for each family of operations in 1.7.2."""

from __future__ import annotations

from typing import Any

from understudy import HookContext, Problem, iso_millis

from ..model.validation import PLATFORM
from .express import body_fault, undecodable

#: Families of operations, by tag; all others have an error with a code and a message.
_OF_SESSIONS = frozenset({"sessions", "session messages"})
_ERROR_AS_TEXT = frozenset({"servers", "channels", "messages", "jobs"})

_UPLOADS_TO_CHANNELS = frozenset({"uploadChannelMedia", "uploadMediaOfChannel"})

#: The operations of uploaded files, which are outside of the API.
_FILES = frozenset({"readAgentUpload", "readChannelUpload"})

_NO_KEY = "Missing or invalid X-API-KEY header"

#: How many violations `details` lists; longer lists repeat themselves.
_MOST_DETAILS = 10

#: By code, the class that the stack trace of a session's error begins with.
_CLASSES = {
    "SESSION_NOT_FOUND": "SessionNotFoundError",
    "SESSION_EXPIRED": "SessionExpiredError",
    "AGENT_NOT_FOUND": "AgentNotFoundError",
    "MESSAGE_SEND_FAILED": "MessageSendError",
}
_CLASSES_BY_MESSAGE = {
    "Missing required fields": "MissingFieldsError",
    "Invalid UUID format": "InvalidUuidError",
    "Invalid content": "InvalidContentError",
    "Invalid metadata": "InvalidMetadataError",
    "Invalid pagination": "InvalidPaginationError",
    "Invalid timeout": "InvalidTimeoutConfigError",
}


def reference_error(problem: Problem, context: HookContext) -> tuple[int, Any]:
    """Return `{"success": false, "error": {"code", "message", "timestamp", "details"?}}`."""
    status, code, message = _named(problem)
    return status, {"success": False, "error": _full_error(problem, context, code, message)}


def release_error(problem: Problem, context: HookContext) -> tuple[int, Any]:
    """Return the error as 1.7.2 does, each family of operations in its own shape."""
    fault = None if context.request is None else body_fault(problem, context.request)
    if fault is not None:
        return 500, _platform_error(500, fault)
    if problem.status == 405 or _is_unknown_path(problem):
        return problem.status, _platform_error(problem.status, _unknown_path(problem))
    if problem.status == 401:
        return 401, {"error": "API key required", "message": _NO_KEY}
    problem = _undecodable(problem, context)
    if problem.code == PLATFORM:
        return problem.status, _platform_error(problem.status, problem.message)
    status, code, message = _named(problem)
    return status, _family_error(problem, context, code, message)


def _undecodable(problem: Problem, context: HookContext) -> Problem:
    """Return the problem of a path that cannot be decoded, which comes before those of operations;
    or else the problem as it is."""
    before_routes = problem.status == 429 or _is_wrong_type(problem)
    value = None if context.request is None or before_routes else undecodable(context.request)
    if value is None:
        return problem
    reason = f"Failed to decode param '{value}'"
    if context.tag in _OF_SESSIONS:
        unexpected = "An unexpected error occurred"
        return Problem(500, unexpected, code="INTERNAL_SERVER_ERROR", details=reason)
    if context.tag == "jobs":
        return Problem(500, "Internal server error in jobs API", code="INTERNAL_SERVER_ERROR")
    return Problem(500, reason, code=PLATFORM)


def _family_error(problem: Problem, context: HookContext, code: str, message: str) -> Any:
    before_routes = problem.status == 429 or _is_wrong_type(problem)
    if context.tag in _OF_SESSIONS and not before_routes:
        error = _full_error(problem, context, code, message)
        error["stack"] = f"{_class(code, message)}: {message}"
        return {"error": error}
    if (
        context.tag in _ERROR_AS_TEXT or context.operation in _UPLOADS_TO_CHANNELS
    ) and not before_routes:
        return {"success": False, "error": message}
    if context.operation in _FILES and not before_routes:
        return {"error": message}
    error = {"code": code, "message": message}
    if problem.details is not None and not before_routes:
        error["details"] = problem.details
    return {"success": False, "error": error}


def _platform_error(status: int, message: str) -> dict[str, Any]:
    return {"success": False, "error": {"message": message, "code": status}}


def _full_error(problem: Problem, context: HookContext, code: str, message: str) -> dict[str, Any]:
    error = {"code": code, "message": message, "timestamp": iso_millis(context.clock.now())}
    details = problem.details
    if details is None and _is_generic(problem):
        details = "; ".join(str(violation) for violation in problem.violations[:_MOST_DETAILS])
    if details is not None:
        error["details"] = details
    return error


def _named(problem: Problem) -> tuple[int, str, str]:
    """Return status, code and message as the server has them."""
    status, code, message = problem.status, problem.code, problem.message
    if _is_wrong_type(problem):
        return 400, "INVALID_CONTENT_TYPE", "Invalid or missing Content-Type header"
    if status == 401:
        return status, "UNAUTHORIZED", _NO_KEY
    if _is_unknown_path(problem):
        return status, "NOT_FOUND", _unknown_path(problem)
    of_path = any(violation.where == "path" for violation in problem.violations)
    if status == 400 and code == "VALIDATION_ERROR" and of_path:
        code = "INVALID_ID"
    return status, code or str(status), message


def _unknown_path(problem: Problem) -> str:
    """Return the message for a path that nothing has, with the engine's advice if it has some."""
    _, colon, advice = problem.message.partition("not found: ")
    return f"API endpoint not found{colon and ': '}{advice}"


def _is_unknown_path(problem: Problem) -> bool:
    """Return whether no operation has the path, or none of this persona."""
    return problem.status == 404 and any(
        violation.where == "path" and not violation.at for violation in problem.violations
    )


def _is_wrong_type(problem: Problem) -> bool:
    """Return whether the operation does not take the body's media type.

    A file of a wrong type has a code of its own.
    """
    is_file = problem.code == "INVALID_FILE_TYPE"
    return problem.status == 415 and bool(problem.violations) and not is_file


def _is_generic(problem: Problem) -> bool:
    """Return whether the message is only the first violation of the contract."""
    return bool(problem.violations) and problem.message == str(problem.violations[0])


def _class(code: str, message: str) -> str:
    if code in _CLASSES:
        return _CLASSES[code]
    names = (name for start, name in _CLASSES_BY_MESSAGE.items() if message.startswith(start))
    return next(names, "Error")
