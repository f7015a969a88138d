"""Time, and what is planned for later."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import msgspec

from understudy.control.context import BASE_PATH, ControlContext
from understudy.errors import Invalid, Problem, Violation
from understudy.http import json_codec
from understudy.http.messages import Request
from understudy.runtime.clock import FIRST, LAST, Clock
from understudy.runtime.request_matcher import RequestMatcher
from understudy.runtime.schedule import ScheduledRequest
from understudy.timestamps import EPOCH, rfc3339

_MICROSECOND = timedelta(microseconds=1)
_YEARS = "the clock keeps to the years 2 to 9998"

#: What may stand in a path and a query as it is.
_PLAIN = "/%:@!$&'()*+,;=~?"


def get_clock(context: ControlContext) -> dict[str, Any]:
    """The namespace's time."""
    return _time(context.clock)


def set_clock(context: ControlContext, body: dict[str, Any]) -> dict[str, Any]:
    """Advance, set, freeze or resume the namespace's time."""
    clock = context.clock
    try:
        if "advance" in body:
            clock.advance(msgspec.convert(body["advance"], timedelta))
        elif "set" in body:
            clock.set(_moment("set", body["set"]), frozen=clock.frozen)
        elif body.get("freeze") is True:
            clock.freeze()
        elif "freeze" in body:
            clock.freeze(_moment("freeze", body["freeze"]))
        else:
            clock.resume()
    except OverflowError:
        raise Problem(409, _YEARS) from None
    return _time(clock)


def _time(clock: Clock) -> dict[str, Any]:
    return {"now": rfc3339(clock.now()), "frozen": clock.frozen}


def _moment(field: str, text: str) -> datetime:
    try:
        return msgspec.convert(text, datetime)
    except msgspec.ValidationError:
        told = Violation("body", f"/{field}", f"{text} is no moment of the calendar")
        raise Invalid([told]) from None


def list_scheduled_requests(context: ControlContext) -> list[dict[str, Any]]:
    """The requests that are planned."""
    return [_shown(planned) for planned in context.namespace.schedule.requests.values()]


def schedule_request(context: ControlContext, body: dict[str, Any]) -> dict[str, Any]:
    """Plan a request: for a moment, or for after others."""
    after = body.get("after", {})
    context.check_names(after.get("when", {}))
    request = _request(body["request"])
    due = None if "after" in body else _due(context.clock, body)
    try:
        planned = context.namespace.schedule.add(
            request,
            body,
            due=due,
            after=RequestMatcher.from_json(after.get("when")) if "after" in body else None,
            times=after.get("times", 1),
        )
    except OverflowError as error:
        raise Problem(409, str(error)) from None
    return _shown(planned)


def remove_scheduled_request(context: ControlContext, id_: str) -> None:
    """Forget a planned request."""
    if not context.namespace.schedule.remove(id_):
        raise Problem(404, f"there is no planned request {id_!r}")


def clear_schedule(context: ControlContext) -> None:
    """Forget all planned requests."""
    context.namespace.schedule.clear()


def _due(clock: Clock, body: dict[str, Any]) -> int:
    if "at" in body:
        due = (_moment("at", body["at"]) - EPOCH) // _MICROSECOND
    else:
        due = clock.now() + msgspec.convert(body["in"], timedelta) // _MICROSECOND
    if not FIRST <= due < LAST:
        raise Problem(409, _YEARS)
    return due


def _request(told: dict[str, Any]) -> Request:
    """The planned request, as if it had come in. Raises Problem 409."""
    path, _, query = told["path"].partition("#")[0].partition("?")
    if path.startswith(BASE_PATH):
        raise Problem(409, "a plan is of a client's request; the side door is not for them")
    headers = {
        name.lower().encode("latin-1", "replace"): value.encode("latin-1", "replace")
        for name, value in told.get("headers", {}).items()
    }
    path, query = quote(path, safe=_PLAIN), quote(query, safe=_PLAIN)
    request = Request(told["method"], path.encode(), query.encode(), headers)
    if "body" in told:
        request.body = json_codec.encode(told["body"])
        headers.setdefault(b"content-type", b"application/json")
    return request


def _shown(planned: ScheduledRequest) -> dict[str, Any]:
    shown = {"id": planned.id, "status": planned.status, **planned.definition}
    if planned.due is not None:
        shown["due"] = rfc3339(planned.due)
    return shown
