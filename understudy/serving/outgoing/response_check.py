"""Validates the response to a callback or a webhook by what its operation declares."""

from __future__ import annotations

from understudy.errors import Problem, Violation
from understudy.http.body.bodies import decode, media_of, without_bytes
from understudy.http.messages import Response
from understudy.openapi.document import escape, resolve
from understudy.openapi.operation import Operation

#: Statuses of responses that have no body.
_EMPTY = frozenset({204, 205, 304})


def response_violations(operation: Operation, response: Response) -> tuple[Violation, ...]:
    """Return how a response breaks the contract of the operation that it answers.

    An operation that declares no responses accepts every one.
    """
    if not operation.responses:
        return ()
    status = str(response.status)
    keys = (status, f"{status[0]}XX", f"{status[0]}xx", "default")
    key = next((key for key in keys if key in operation.responses), None)
    place = f"{operation.place}/responses"
    if key is None:
        declared = ", ".join(operation.responses)
        message = f"status {status} is not declared; declared: {declared}"
        return (Violation("response", "", message, place),)
    place = f"{place}/{escape(key)}"
    missing = _missing_headers(operation, key, response, place)
    if response.status in _EMPTY or operation.method == "HEAD":
        return missing
    return (*missing, *_body_violations(operation, key, response, place))


def _missing_headers(
    operation: Operation, key: str, response: Response, place: str
) -> tuple[Violation, ...]:
    document = operation.contract.document
    declared = resolve(document, operation.definition.get("responses", {}).get(key)) or {}
    sent = {name.decode("latin-1").lower() for name, _ in response.headers} | {"content-type"}
    return tuple(
        Violation(
            "response", "", f"the header {name} is missing", f"{place}/headers/{escape(name)}"
        )
        for name, header in declared.get("headers", {}).items()
        if resolve(document, header).get("required") and name.lower() not in sent
    )


def _body_violations(
    operation: Operation, key: str, response: Response, place: str
) -> tuple[Violation, ...]:
    body = operation.responses[key]
    if not body.media or any(name == b"content-encoding" for name, _ in response.headers):
        return ()
    content_type = response.media_type or b""
    media = media_of({m.type.encode(): m for m in body.media.values()}, content_type)
    if media is None:
        sent = repr(content_type.decode("latin-1")) if content_type else "absent"
        message = f"Content-Type is {sent}; declared: {', '.join(body.media)}"
        return (Violation("response", "", message, f"{place}/content"),)
    try:
        value = decode(media, content_type, response.body)
    except Problem as problem:
        return tuple(
            Violation("response", v.at, v.message, media.place) for v in problem.violations
        )
    value = value if media.is_json else without_bytes(value)
    if media.validator is None or media.validator.accepts(value):
        return ()
    return tuple(media.validator.violations(value))
