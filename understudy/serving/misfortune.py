"""How a planned fault changes what a request gets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from understudy.errors import Problem
from understudy.http import json_codec
from understudy.http.json_codec import ABSENT
from understudy.http.messages import Request, Response
from understudy.openapi.contract import Operation
from understudy.runtime.fault_rules import FaultRule
from understudy.runtime.namespace import Namespace
from understudy.serving.api import Api
from understudy.serving.error_responses import error_response
from understudy.serving.prefer import Prefer, preferred_value

#: The part of a truncated body that is sent.
_SENT = 0.5
#: What HTTP sends no body with.
_BODILESS = frozenset({204, 304})


def apply_fault(
    fault: FaultRule,
    api: Api,
    operation: Operation,
    request: Request,
    namespace: Namespace,
    answer: Callable[[], Response],
) -> Response:
    """The reply to a request that a fault strikes; `answer` is what the handler would say."""
    then = fault.then
    if then.connection is not None:
        if then.handled:
            answer()
        return Response(0, wait=fault.delay(), ending=then.connection)
    response = _answer(fault, api, operation, request, namespace, answer)
    response = _with_headers(response, then.headers)
    response = response._replace(wait=response.wait + fault.delay())
    if response.status in _BODILESS:
        return response._replace(body=b"", chunks=(), media_type=None)
    if then.corrupt == "garble":
        response = response._replace(body=fault.chance.randbytes(len(response.body)), chunks=())
    elif then.corrupt == "truncate":
        whole = response.body
        response = response._replace(chunks=(whole[: int(len(whole) * _SENT)],), ending="close")
    if then.drip is not None and response.sent:
        size = then.drip["bytes"]
        chunks = tuple(response.sent[at : at + size] for at in range(0, len(response.sent), size))
        response = response._replace(chunks=chunks, pause=then.drip["every"])
    return response


def _with_headers(response: Response, told: Mapping[str, str]) -> Response:
    """The reply with these headers, each in the place of one that has its name."""
    added = {name.lower().encode(): text.encode() for name, text in told.items()}
    media_type = added.pop(b"content-type", response.media_type)
    kept = tuple(header for header in response.headers if header[0].lower() not in added)
    return response._replace(headers=kept + tuple(added.items()), media_type=media_type)


def _answer(
    fault: FaultRule,
    api: Api,
    operation: Operation,
    request: Request,
    namespace: Namespace,
    answer: Callable[[], Response],
) -> Response:
    then = fault.then
    if then.rate_limit is not None:
        try:
            told = then.rate_limit.count(fault.windows, fault.id, namespace.clock.now())
        except Problem as problem:
            return error_response(problem, api, None, request, namespace)._replace(violations=())
        response = answer()
        return response._replace(headers=response.headers + told)
    if not then.answers:
        return answer()
    if then.handled:
        answer()
    status = operation.success if then.status is None else then.status
    if then.body is not ABSENT:
        return Response(status, json_codec.encode(then.body))
    return _documented(status, then.example, api, operation, request, namespace)


def _documented(
    status: int,
    example: str | None,
    api: Api,
    operation: Operation,
    request: Request,
    namespace: Namespace,
) -> Response:
    """What the document shows for a status; where it does not, the API's own error shape."""
    try:
        value, _, _ = preferred_value(operation, Prefer(code=status, example=example))
    except Problem:
        return error_response(Problem(status, "a planned fault"), api, None, request, namespace)
    body = operation.answer(status)
    if body is None or not body.media:
        return Response(status, b"", None)
    media = body.preferred
    return Response(status, _encoded(value, json=media.is_json), media.type.encode())


def _encoded(value: Any, *, json: bool) -> bytes:
    if json:
        return json_codec.encode(value)
    return value if isinstance(value, bytes) else str(value).encode()
