"""Validates the response to a callback or a webhook by what its operation declares."""

from __future__ import annotations

from understudy.errors import Problem, Violation
from understudy.http.body.body_reader import BodyReader
from understudy.http.body.media_types import media_of
from understudy.http.messages import Response
from understudy.http.response.response_encoder import WITHOUT_BODY
from understudy.http.response.response_headers import header_violations
from understudy.openapi.operation import Body, Operation
from understudy.openapi.operation_reader import parse_media_type


def response_violations(operation: Operation, response: Response) -> tuple[Violation, ...]:
    """Return how a response breaks the contract of the operation that it answers.

    An operation that declares no responses accepts every one.
    """
    if not operation.responses:
        return ()
    body = operation.response(response.status)
    if body is None:
        declared = ", ".join(operation.responses)
        message = f"status {response.status} is not declared; declared: {declared}"
        return (Violation("response", "", message, f"{operation.place}/responses"),)
    violations = tuple(header_violations(body, response.headers))
    if response.status in WITHOUT_BODY or operation.method == "HEAD":
        return violations
    return (*violations, *_body_violations(operation, body, response))


def _body_violations(operation: Operation, body: Body, response: Response) -> tuple[Violation, ...]:
    if not body.media or any(name == b"content-encoding" for name, _ in response.headers):
        return ()
    content_type = (response.media_type or b"").decode("latin-1")
    media = media_of(body.media.values(), content_type)
    if media is None:
        sent = repr(content_type) if content_type else "absent"
        message = f"Content-Type is {sent}; declared: {', '.join(body.media)}"
        return (Violation("response", "", message, f"{body.place}/content"),)
    kind, parameters = parse_media_type(content_type)
    reader = BodyReader(operation.contract.schemas, media, kind)
    try:
        violations = reader.violations(reader.read(parameters, response.body))
    except Problem as problem:
        violations = list(problem.violations)
    return tuple(Violation("response", v.at, v.message, v.rule or media.place) for v in violations)
