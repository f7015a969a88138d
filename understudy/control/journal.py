"""The journal: what clients asked and got."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import islice
from typing import Any

from understudy.control.context import ControlContext
from understudy.control.event_stream import events
from understudy.control.journal_queries import JournalEntry, chosen, kept, shown
from understudy.control.pytest_export import render_test
from understudy.http.har import REDACTED, curl, har
from understudy.http.json_codec import ABSENT
from understudy.http.messages import Content
from understudy.runtime.request_matcher import Mismatch, RequestMatcher

#: How many of those that come closest are shown.
_NEAR = 3

_TEXT = "text/plain; charset=utf-8"


def list_requests(context: ControlContext, limit: int, **filters: Any) -> dict[str, Any]:
    """The last exchanges of the namespace, newest first."""
    found = islice(_chosen(context, **filters), limit)
    return {
        "seen": context.namespace.journal.seen,
        "requests": [shown(context, entry) for entry in found],
    }


def count_requests(context: ControlContext, **filters: Any) -> dict[str, Any]:
    """How many of the kept exchanges there are."""
    return {"count": sum(1 for _ in _chosen(context, **filters))}


def clear_requests(context: ControlContext) -> None:
    """Forget all exchanges."""
    context.namespace.journal.clear()


def watch_requests(context: ControlContext, **how: Any) -> Content:
    """The exchanges as they come, as server-sent events."""
    context.check_names(how)
    return Content(events(context, **how), "text/event-stream", (("Cache-Control", "no-store"),))


def get_har(context: ControlContext, **filters: Any) -> dict[str, Any]:
    """The exchanges as an HTTP Archive, oldest first."""
    exchanges = (entry.exchange for entry in _oldest_first(context, filters))
    return har(exchanges, context.is_secret, context.namespace.root)


def get_curl(context: ControlContext, **filters: Any) -> Content:
    """The requests as command lines, oldest first."""
    secret, root = context.is_secret, context.namespace.root
    found = _oldest_first(context, filters)
    lines = [curl(entry.exchange, secret, root) + "\n" for entry in found]
    return Content("".join(lines).encode(), _TEXT)


def get_pytest(context: ControlContext, **filters: Any) -> Content:
    """The exchanges as one test, oldest first."""
    exchanges = [entry.exchange for entry in _oldest_first(context, filters)]
    faults = {
        id_: fault.definition["then"] for id_, fault in context.namespace.faults.rules.items()
    }
    text = render_test(exchanges, context.apis, context.is_secret, faults)
    return Content(text.encode(), _TEXT)


def verify_requests(context: ControlContext, body: dict[str, Any]) -> dict[str, Any]:
    """How many requests fit, and where none does, those that come closest."""
    context.check_names(body.get("when", {}))
    pattern = RequestMatcher.from_json(body.get("when"))
    entries = list(kept(context.namespace))
    count = sum(1 for entry in entries if pattern.matches(entry.subject))
    near = [] if count else _nearest(context, pattern, entries)
    return {"count": count, "near": near}


async def wait_for_requests(context: ControlContext, body: dict[str, Any]) -> dict[str, Any]:
    """Return once `count` requests match, or after `timeout` seconds."""
    context.check_names(body.get("when", {}))
    matcher = RequestMatcher.from_json(body.get("when"))
    count: int = body.get("count", 1)
    deadline = time.monotonic() + body.get("timeout", 2)
    signal = context.namespace.journal.signal
    while True:
        found = [entry for entry in kept(context.namespace) if matcher.matches(entry.subject)]
        if len(found) >= count or not await signal.wait(deadline - time.monotonic()):
            break
    return {
        "met": len(found) >= count,
        "count": len(found),
        "requests": [shown(context, entry) for entry in found[:count]],
    }


def _chosen(context: ControlContext, **filters: Any) -> Iterator[JournalEntry]:
    return chosen(context, context.namespace, **filters)


def _oldest_first(context: ControlContext, filters: dict[str, Any]) -> list[JournalEntry]:
    return list(_chosen(context, **filters))[::-1]


def _nearest(
    context: ControlContext, pattern: RequestMatcher, entries: list[JournalEntry]
) -> list[dict[str, Any]]:
    """The exchanges with the fewest differences, the same operation before all others."""
    ranked = [(list(pattern.differences(entry.subject)), entry) for entry in entries]
    ranked.sort(key=lambda one: (any(d.where == "operation" for d in one[0]), len(one[0])))
    return [
        {
            "differences": [_starred(context, one).as_json() for one in differences],
            "request": shown(context, entry),
        }
        for differences, entry in ranked[:_NEAR]
    ]


def _starred(context: ControlContext, difference: Mismatch) -> Mismatch:
    place, _, name = difference.where.partition(" ")
    secret = place in ("header", "query") and context.is_secret(name.lower().encode())
    return (
        difference._replace(got=REDACTED) if secret and difference.got is not ABSENT else difference
    )
