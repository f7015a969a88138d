"""The journal: what clients asked and got."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from understudy.control.context import ControlContext
from understudy.control.event_stream import events
from understudy.control.journal_queries import JournalEntry, chosen, kept, shown
from understudy.control.pytest_export import render_test
from understudy.errors import NotYet
from understudy.http.har import REDACTED, curl, har
from understudy.http.json_codec import ABSENT
from understudy.http.messages import Content
from understudy.runtime.request_matcher import Mismatch, RequestMatcher

#: How many of those that come closest are shown.
_NEAR = 3

_TEXT = "text/plain; charset=utf-8"


def list_requests(backstage: ControlContext, limit: int, **filters: Any) -> dict[str, Any]:
    """The last exchanges of the namespace, newest first."""
    found = islice(_chosen(backstage, **filters), limit)
    return {
        "seen": backstage.space.journal.seen,
        "requests": [shown(backstage, entry) for entry in found],
    }


def count_requests(backstage: ControlContext, **filters: Any) -> dict[str, Any]:
    """How many of the kept exchanges there are."""
    return {"count": sum(1 for _ in _chosen(backstage, **filters))}


def clear_requests(backstage: ControlContext) -> None:
    """Forget all exchanges."""
    backstage.space.journal.clear()


def watch_requests(backstage: ControlContext, **how: Any) -> Content:
    """The exchanges as they come, as server-sent events."""
    backstage.check_names(how)
    return Content(events(backstage, **how), "text/event-stream", (("Cache-Control", "no-store"),))


def get_har(backstage: ControlContext, **filters: Any) -> dict[str, Any]:
    """The exchanges as an HTTP Archive, oldest first."""
    exchanges = (entry.exchange for entry in _oldest_first(backstage, filters))
    return har(exchanges, backstage.is_secret, backstage.space.root)


def get_curl(backstage: ControlContext, **filters: Any) -> Content:
    """The requests as command lines, oldest first."""
    secret, root = backstage.is_secret, backstage.space.root
    found = _oldest_first(backstage, filters)
    lines = [curl(entry.exchange, secret, root) + "\n" for entry in found]
    return Content("".join(lines).encode(), _TEXT)


def get_pytest(backstage: ControlContext, **filters: Any) -> Content:
    """The exchanges as one test, oldest first."""
    exchanges = [entry.exchange for entry in _oldest_first(backstage, filters)]
    faults = {id_: fault.told["then"] for id_, fault in backstage.space.faults.planned.items()}
    text = render_test(exchanges, backstage.apis, backstage.is_secret, faults)
    return Content(text.encode(), _TEXT)


def verify_requests(backstage: ControlContext, body: dict[str, Any]) -> dict[str, Any]:
    """How many requests fit, and where none does, those that come closest."""
    backstage.check_names(body.get("when", {}))
    pattern = RequestMatcher.of(body.get("when"))
    entries = list(kept(backstage.space))
    count = sum(1 for entry in entries if pattern.fits(entry.subject))
    near = [] if count else _nearest(backstage, pattern, entries)
    return {"count": count, "near": near}


def wait_for_requests(backstage: ControlContext, body: dict[str, Any]) -> dict[str, Any]:
    """Answer once so many requests fit, or when the time is over."""
    backstage.check_names(body.get("when", {}))
    pattern = RequestMatcher.of(body.get("when"))
    wanted: int = body.get("count", 1)
    found = [entry for entry in kept(backstage.space) if pattern.fits(entry.subject)]
    told = {
        "met": len(found) >= wanted,
        "count": len(found),
        "requests": [shown(backstage, entry) for entry in found[:wanted]],
    }
    if not told["met"] and body.get("timeout", 2):
        raise NotYet(body.get("timeout", 2), told)
    return told


def _chosen(backstage: ControlContext, **filters: Any) -> Iterator[JournalEntry]:
    return chosen(backstage, backstage.space, **filters)


def _oldest_first(backstage: ControlContext, filters: dict[str, Any]) -> list[JournalEntry]:
    return list(_chosen(backstage, **filters))[::-1]


def _nearest(
    backstage: ControlContext, pattern: RequestMatcher, entries: list[JournalEntry]
) -> list[dict[str, Any]]:
    """The exchanges with the fewest differences, the same operation before all others."""
    ranked = [(list(pattern.differences(entry.subject)), entry) for entry in entries]
    ranked.sort(key=lambda one: (any(d.where == "operation" for d in one[0]), len(one[0])))
    return [
        {
            "differences": [_starred(backstage, one).as_json() for one in differences],
            "request": shown(backstage, entry),
        }
        for differences, entry in ranked[:_NEAR]
    ]


def _starred(backstage: ControlContext, difference: Mismatch) -> Mismatch:
    place, _, name = difference.where.partition(" ")
    secret = place in ("header", "query") and backstage.is_secret(name.lower().encode())
    return (
        difference._replace(got=REDACTED) if secret and difference.got is not ABSENT else difference
    )
