"""Fault injection: the response to a request that a fault rule matches."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from understudy.errors import Problem
from understudy.http.messages import Response
from understudy.http.response.response_encoder import WITHOUT_BODY
from understudy.runtime.plans.fault_action import FaultAction
from understudy.runtime.plans.fault_rules import FaultHit
from understudy.serving.error_responses import api_error_response, planned_error_response
from understudy.serving.prefer import Prefer, preferred_value
from understudy.serving.request_context import RequestContext
from understudy.serving.stubs.stub_response import Ask, stub_response

#: The part of a truncated body that is sent.
_SENT = 0.5

#: The response that there would be without the fault.
Respond = Callable[[], Awaitable[Response]]


async def apply_fault(
    hit: FaultHit, context: RequestContext, respond: Respond, ask: Ask
) -> Response:
    """Return the response to a request that hit a fault rule. `respond` runs the handler, and `ask`
    asks a callback."""
    action = hit.action
    if action.connection is not None:
        if action.handled:
            await respond()
        return Response(0, wait=hit.delay(), disconnect=action.connection)
    response = await _response(hit, context, respond, ask)
    response = _with_headers(response, action.headers)
    response = response.replace(wait=response.wait + hit.delay())
    if response.status in WITHOUT_BODY:
        return response.replace(body=b"", chunks=(), media_type=None)
    return _dripped(_corrupted(response, hit), action)


def _corrupted(response: Response, hit: FaultHit) -> Response:
    body = response.body
    if hit.action.corrupt == "garble":
        return response.replace(body=hit.random.randbytes(len(body)), chunks=())
    if hit.action.corrupt == "truncate":
        return response.replace(chunks=(body[: int(len(body) * _SENT)],), disconnect="close")
    return response


def _dripped(response: Response, action: FaultAction) -> Response:
    sent = response.sent
    if action.drip is None or not sent:
        return response
    size = action.drip["bytes"]
    chunks = tuple(sent[start : start + size] for start in range(0, len(sent), size))
    return response.replace(chunks=chunks, pause=action.drip["every"])


def _with_headers(response: Response, headers: Mapping[str, str]) -> Response:
    """Return the response with these headers; each replaces one of the same name."""
    added = {name.lower().encode(): text.encode() for name, text in headers.items()}
    media_type = added.pop(b"content-type", response.media_type)
    return response.with_headers(tuple(added.items())).replace(media_type=media_type)


async def _response(hit: FaultHit, context: RequestContext, respond: Respond, ask: Ask) -> Response:
    action = hit.action
    if action.rate_limit is not None:
        return await _limited(hit, context, respond)
    if not action.has_response:
        return await respond()
    if action.handled:
        await respond()
    if action.body is None and action.callback_url is None:
        assert context.operation is not None
        status = context.operation.success if action.status is None else action.status
        return _documented(status, action.example, context)
    try:
        return await stub_response(hit.rule, action, context, ask)
    except Problem as problem:
        context.error = problem.message
        return api_error_response(problem, context)


async def _limited(hit: FaultHit, context: RequestContext, respond: Respond) -> Response:
    limit, now = hit.action.rate_limit, context.namespace.clock.now()
    assert limit is not None
    declared = () if context.api is None else context.api.limit_headers
    try:
        window = hit.rule.count_in_window(now, limit.length)
        headers = limit.headers(window, now, declared)
    except Problem as problem:
        return api_error_response(problem, context).replace(violations=())
    return (await respond()).with_headers(headers)


def _documented(status: int, example: str | None, context: RequestContext) -> Response:
    """Return the document's example for a status; without one, an error in the API's own shape."""
    operation = context.operation
    assert operation is not None
    assert context.api is not None
    accept = context.request.headers.get(b"accept", b"")
    try:
        if status >= 400 and example is None:
            return planned_error_response(status, context)
        value, _, _ = preferred_value(operation, Prefer(code=status, example=example))
        return context.api.encoders(operation)[status].encode(value, accept)
    except Problem:
        return api_error_response(Problem(status, "a planned fault"), context)
