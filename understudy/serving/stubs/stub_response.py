"""Makes the response that a fault rule gives in the place of a handler."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from understudy.errors import ContractBroken, Problem, Violation
from understudy.http import json_codec
from understudy.http.json_codec import ABSENT, decode_or_text
from understudy.http.messages import Response
from understudy.http.response.response_headers import TRANSFER
from understudy.openapi.operation import is_json
from understudy.openapi.operation_reader import parse_media_type
from understudy.runtime.plans.fault_action import FaultAction
from understudy.runtime.plans.fault_rules import FaultRule
from understudy.serving.outgoing.sender import Sent
from understudy.serving.request_context import RequestContext
from understudy.serving.stubs.contract_check import declared_response, sends_json
from understudy.serving.stubs.template import filled_body

#: Asks a callback what to answer.
Ask = Callable[[str], Awaitable[Sent]]

#: The header by which a callback says that it failed, and why.
ERROR_HEADER = b"x-understudy-error"
#: The headers of an answer that are those of its server.
_ITS_OWN = frozenset(name.encode() for name in (*TRANSFER, "server"))


async def stub_response(
    rule: FaultRule, action: FaultAction, context: RequestContext, ask: Ask
) -> Response:
    """Return the response of an action with a body, a template or a callback.

    Raises Problem 500 if what a template or a callback gives breaks the contract, or 502 if there
    is no answer of a callback.
    """
    if action.callback_url is not None:
        answer = await ask(action.callback_url)
        return _called_back(answer, rule, action, context)
    assert action.body is not None
    value, status = json_codec.decode(action.body), _status(action, context)
    if not sends_json(action.headers):
        return Response(status, value.encode() if isinstance(value, str) else action.body)
    if action.template:
        return _checked(status, _filled(value, rule, context), rule, context)
    if rule.allow_invalid:
        return Response(status, action.body)
    try:
        return _declared(status, value, context)
    except ContractBroken:  # the rule names no operation, so it was not checked
        return Response(status, action.body)


def _status(action: FaultAction, context: RequestContext) -> int:
    assert context.operation is not None
    return context.operation.success if action.status is None else action.status


def _filled(value: Any, rule: FaultRule, context: RequestContext) -> Any:
    try:
        return filled_body(value, context)
    except ValueError as error:
        raise _failure(
            500, f"the template of fault rule {rule.id} cannot be filled: {error}"
        ) from None


def _checked(status: int, value: Any, rule: FaultRule, context: RequestContext) -> Response:
    """Return the response with a value that was made for this request. Raises Problem 500."""
    if rule.allow_invalid:
        return Response(status, json_codec.encode(value))
    try:
        return _declared(status, value, context)
    except ContractBroken as error:
        assert context.operation is not None
        message = (
            f"fault rule {rule.id} answers {context.operation.id} with a {status} that its "
            f"document does not allow: {error.violations[0]}"
        )
        raise _failure(500, message, error.violations) from None


def _declared(status: int, value: Any, context: RequestContext) -> Response:
    assert context.api is not None
    assert context.operation is not None
    accept = context.request.headers.get(b"accept", b"")
    return declared_response(context.api, context.operation, status, value, accept)


def _called_back(
    answer: Sent, rule: FaultRule, action: FaultAction, context: RequestContext
) -> Response:
    """Return the answer of a callback as the response to the request; 200 stands for the status of
    the action, or of the operation's success. Raises Problem 500 or 502."""
    given = answer.response
    if answer.error:
        raise _failure(502, f"the callback of fault rule {rule.id} gave no answer: {answer.error}")
    reason = dict(given.headers).get(ERROR_HEADER)
    if reason is not None:
        text = reason.decode("latin-1")
        raise _failure(500, f"the callback of fault rule {rule.id} failed: {text}")
    status = _status(action, context) if given.status == 200 else given.status
    headers = tuple(header for header in given.headers if header[0].lower() not in _ITS_OWN)
    kind = (given.media_type or b"").decode("latin-1")
    if given.body and not is_json(parse_media_type(kind)[0]):
        return Response(status, given.body, given.media_type, headers)
    value = decode_or_text(given.body)
    response = _checked(status, None if value is ABSENT else value, rule, context)
    return response.with_headers(headers)


def _failure(status: int, message: str, violations: tuple[Violation, ...] = ()) -> Problem:
    violations = violations or (Violation("response", "", message),)
    return Problem(status, message, code="INTERNAL_SERVER_ERROR", violations=violations)
