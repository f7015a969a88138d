"""The clock of a namespace, and its scheduled requests."""

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
from understudy.runtime.plans.request_matcher import RequestMatcher
from understudy.runtime.plans.schedule import ScheduledRequest
from understudy.suggestions import hint
from understudy.timestamps import EPOCH, duration, rfc3339

_MICROSECOND = timedelta(microseconds=1)
_OUT_OF_RANGE = "the clock must stay within the years 2 to 9998"

#: Characters that are not percent-encoded in a path and a query.
_SAFE = "/%:@!$&'()*+,;=~?"


def get_clock(context: ControlContext) -> dict[str, Any]:
    """Return the namespace's time."""
    return _time(context.clock)


def set_clock(context: ControlContext, body: dict[str, Any]) -> dict[str, Any]:
    """Advance, set, freeze or resume the namespace's clock."""
    clock = context.clock
    try:
        if "advance" in body:
            clock.advance(duration(body["advance"]))
        elif "set" in body:
            clock.set(_datetime("set", body["set"]), frozen=clock.frozen)
        elif body.get("freeze") is True:
            clock.freeze()
        elif "freeze" in body:
            clock.freeze(_datetime("freeze", body["freeze"]))
        else:
            clock.resume()
    except OverflowError:
        raise Problem(409, _OUT_OF_RANGE) from None
    context.namespace.do_due_work()
    return _time(clock)


def _time(clock: Clock) -> dict[str, Any]:
    return {"now": rfc3339(clock.now()), "frozen": clock.frozen}


def _datetime(field: str, text: str) -> datetime:
    """Read a date-time; the schema checks only its form. Raises Invalid."""
    try:
        return msgspec.convert(text, datetime)
    except msgspec.ValidationError:
        violation = Violation("body", f"/{field}", f"{text} is not a valid date and time")
        raise Invalid([violation]) from None


def list_scheduled_requests(context: ControlContext) -> list[dict[str, Any]]:
    """Return the scheduled requests, in the order of their creation."""
    return [
        _as_json(context, scheduled) for scheduled in context.namespace.schedule.requests.values()
    ]


def schedule_request(context: ControlContext, body: dict[str, Any]) -> dict[str, Any]:
    """Schedule a request: at a time of the clock, or after other requests."""
    after = body.get("after", {})
    context.check_names(after.get("when", {}), where="body", at="/after/when")
    request = _request(body["request"])
    matcher = RequestMatcher.from_json(after.get("when"), "/after/when")
    due = None if "after" in body else _due(context.clock, body)
    try:
        scheduled = context.namespace.schedule.add(
            request,
            body,
            due=due,
            after=matcher if "after" in body else None,
            times=after.get("times", 1),
        )
    except OverflowError as error:
        raise Problem(409, str(error)) from None
    return _as_json(context, scheduled)


def remove_scheduled_request(context: ControlContext, id_: str) -> None:
    """Remove a scheduled request."""
    if not context.namespace.schedule.remove(id_):
        known = hint(id_, context.namespace.schedule.requests)
        raise Problem(404, f"there is no scheduled request {id_!r}{known}")


def clear_schedule(context: ControlContext) -> None:
    """Remove all scheduled requests."""
    context.namespace.schedule.clear()


def _due(clock: Clock, body: dict[str, Any]) -> int:
    """Return when a request is due, in microseconds since the epoch. Raises Problem 409."""
    if "at" in body:
        due = (_datetime("at", body["at"]) - EPOCH) // _MICROSECOND
    else:
        due = clock.now() + duration(body["in"]) // _MICROSECOND
    if not FIRST <= due < LAST:
        raise Problem(409, _OUT_OF_RANGE)
    return due


def _request(definition: dict[str, Any]) -> Request:
    """Return the request of a definition as if a client had sent it. Raises Problem 409."""
    path, _, query = definition["path"].partition("#")[0].partition("?")
    if path.startswith(BASE_PATH):
        message = "a request to the control API cannot be scheduled"
        violation = Violation("body", "/request/path", message)
        raise Problem(409, message, violations=(violation,))
    headers = {
        name.lower().encode("latin-1", "replace"): value.encode("latin-1", "replace")
        for name, value in definition.get("headers", {}).items()
    }
    path, query = quote(path, safe=_SAFE), quote(query, safe=_SAFE)
    request = Request(definition["method"], path.encode(), query.encode(), headers)
    if "body" in definition:
        request.body = json_codec.encode(definition["body"])
        headers.setdefault(b"content-type", b"application/json")
    return request


def _as_json(context: ControlContext, scheduled: ScheduledRequest) -> dict[str, Any]:
    definition = context.secrets.definition(scheduled.definition)
    json = {"id": scheduled.id, "status": scheduled.status, **definition}
    if scheduled.due is not None:
        json["due"] = rfc3339(scheduled.due)
    return json
