"""How a planned fault changes what a request gets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from understudy import jsontext
from understudy.contract import Operation
from understudy.errors import Problem
from understudy.exchange import Reply, Request
from understudy.faults import Fault
from understudy.matching import ABSENT
from understudy.namespace import Namespace
from understudy.preference import Preference, preferred
from understudy.project import Api
from understudy.refusal import refuse

#: The part of a truncated body that is sent.
_SENT = 0.5


def befall(
    fault: Fault,
    api: Api,
    operation: Operation,
    request: Request,
    space: Namespace,
    answer: Callable[[], Reply],
) -> Reply:
    """The reply to a request that a fault strikes; `answer` is what the handler would say."""
    then = fault.then
    if then.connection is not None:
        if then.handled:
            answer()
        return Reply(0, wait=fault.delay(), ending=then.connection)
    reply = _answer(fault, api, operation, request, space, answer)
    headers = tuple((name.encode(), text.encode()) for name, text in then.headers.items())
    reply = reply._replace(
        headers=reply.headers + headers, violations=(), wait=reply.wait + fault.delay()
    )
    if then.corrupt == "garble":
        reply = reply._replace(body=fault.chance.randbytes(len(reply.body)), chunks=())
    elif then.corrupt == "truncate":
        whole = reply.body
        reply = reply._replace(chunks=(whole[: int(len(whole) * _SENT)],), ending="close")
    if then.drip is not None and reply.body:
        size = then.drip["bytes"]
        body = b"".join(reply.chunks) or reply.body
        chunks = tuple(body[at : at + size] for at in range(0, len(body), size))
        reply = reply._replace(chunks=chunks, pause=then.drip["every"])
    return reply


def _answer(
    fault: Fault,
    api: Api,
    operation: Operation,
    request: Request,
    space: Namespace,
    answer: Callable[[], Reply],
) -> Reply:
    then = fault.then
    if then.rate_limit is not None:
        try:
            told = then.rate_limit.count(fault.windows, fault.id, space.clock.now())
        except Problem as problem:
            return refuse(problem, api, None, request, space)
        reply = answer()
        return reply._replace(headers=reply.headers + told)
    if then.status is None:
        return answer()
    if then.handled:
        answer()
    if then.body is not ABSENT:
        return Reply(then.status, jsontext.encode(then.body))
    return _documented(then.status, then.example, api, operation, request, space)


def _documented(
    status: int,
    example: str | None,
    api: Api,
    operation: Operation,
    request: Request,
    space: Namespace,
) -> Reply:
    """What the document shows for a status; where it does not, the API's own error shape."""
    try:
        value, _, _ = preferred(operation, Preference(code=status, example=example))
    except Problem:
        return refuse(Problem(status, "a planned fault"), api, None, request, space)
    body = operation.answer(status)
    if body is None or not body.media:
        return Reply(status, b"", None)
    media = body.preferred
    return Reply(status, _encoded(value, json=media.is_json), media.type.encode())


def _encoded(value: Any, *, json: bool) -> bytes:
    if json:
        return jsontext.encode(value)
    return value if isinstance(value, bytes) else str(value).encode()
