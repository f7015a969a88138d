"""The journal of a namespace: the exchanges between clients and the stand-in."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import islice
from typing import Any

from understudy.control.context import ControlContext
from understudy.control.exchanges.event_stream import events
from understudy.control.exchanges.pytest_export import render_test
from understudy.control.exchanges.queries import (
    NumberedExchange,
    all_entries,
    entry_json,
    select_entries,
)
from understudy.http.control_access import DEFAULT_KEY
from understudy.http.curl import curl
from understudy.http.har import har
from understudy.http.json_codec import ABSENT
from understudy.http.messages import INCOMING, Content
from understudy.http.secrets import REDACTED, Secrets
from understudy.runtime.namespaces.namespace import Namespace
from understudy.runtime.plans.patterns.mismatch import Mismatch
from understudy.runtime.plans.request_matcher import RequestMatcher

#: The number of near misses that are shown.
_NEAR_MISSES = 3

_TEXT = "text/plain; charset=utf-8"


def list_requests(context: ControlContext, limit: int, **filters: Any) -> dict[str, Any]:
    """Return the last exchanges of the namespace, newest first."""
    entries = islice(_selected(context, filters), limit)
    journal = context.namespace.journal
    removed = journal.seen - len(journal)
    return {
        "seen": journal.seen,
        **({"removed": removed} if removed else {}),
        "requests": [entry_json(context, entry) for entry in entries],
    }


def count_requests(context: ControlContext, **filters: Any) -> dict[str, Any]:
    """Count the exchanges in the journal."""
    return {"count": sum(1 for _ in _selected(context, filters))}


def clear_requests(context: ControlContext) -> None:
    """Remove all exchanges."""
    context.namespace.journal.clear()


def watch_requests(context: ControlContext, **parameters: Any) -> Content:
    """Stream new exchanges as server-sent events."""
    context.check_names(parameters, with_outgoing=True)
    stream = events(context, **parameters)
    return Content(stream, "text/event-stream", (("Cache-Control", "no-store"),))


def get_har(context: ControlContext, **filters: Any) -> dict[str, Any]:
    """Return the exchanges as an HTTP Archive, oldest first."""
    exchanges = (entry.exchange for entry in _oldest_first(context, filters))
    return har(exchanges, context.secrets, context.namespace.root)


def get_curl(context: ControlContext, default_key: bool, **filters: Any) -> Content:
    """Return the requests as curl command lines, oldest first; with `default_key`, the key that
    tests use is not replaced."""
    secrets, root = _shown_secrets(context, default_key), context.namespace.root
    entries = _oldest_first(context, filters)
    lines = [curl(e.exchange, secrets, e.exchange.origin or root) + "\n" for e in entries]
    return Content("".join(lines).encode(), _TEXT)


def get_code(context: ControlContext, language: str, default_key: bool, **filters: Any) -> Content:
    """Return a program that sends the requests again, oldest first."""
    from understudy.code_samples.request import request_of  # at their first use
    from understudy.code_samples.samples import requests_code

    secrets, root = _shown_secrets(context, default_key), context.namespace.root
    entries = _oldest_first(context, filters)
    requests = [request_of(e.exchange, secrets, e.exchange.origin or root) for e in entries]
    return Content(requests_code(requests, language).encode(errors="replace"), _TEXT)


def get_pytest(context: ControlContext, **filters: Any) -> Content:
    """Return the source code of a test that repeats the exchanges, oldest first."""
    entries = _oldest_first(context, filters)
    exchanges = [e.exchange for e in entries if e.exchange.direction == INCOMING]
    rules = context.namespace.faults.rules
    secrets = context.secrets
    actions = {id_: secrets.definition(rule.definition["then"]) for id_, rule in rules.items()}
    text = render_test(exchanges, context.apis, secrets, actions)
    return Content(text.encode(), _TEXT)


def verify_requests(context: ControlContext, body: dict[str, Any]) -> dict[str, Any]:
    """Count the requests that match; if none does, return the near misses."""
    context.check_names(body.get("when", {}), where="body", at="/when", with_outgoing=True)
    matcher = RequestMatcher.from_json(body.get("when"), "/when")
    entries = list(all_entries(context.namespace))
    count = sum(1 for entry in entries if matcher.matches(entry.candidate))
    near = [] if count else _near_misses(context, matcher, entries)
    return {"count": count, "near": near}


async def wait_for_requests(context: ControlContext, body: dict[str, Any]) -> dict[str, Any]:
    """Wait until enough requests match or the timeout is over, and return the newest of them."""
    context.check_names(body.get("when", {}), where="body", at="/when", with_outgoing=True)
    matcher = RequestMatcher.from_json(body.get("when"), "/when")
    wanted: int = body.get("count", 1)
    signal = context.namespaces.signal(context.namespace.name)
    deadline = time.monotonic() + body.get("timeout", 2)

    def find(namespace: Namespace) -> list[NumberedExchange]:
        return [e for e in all_entries(namespace) if matcher.matches(e.candidate)]

    def near(namespace: Namespace) -> list[dict[str, Any]]:
        others = [e for e in all_entries(namespace) if not matcher.matches(e.candidate)]
        return _near_misses(context, matcher, others)

    while True:
        since = signal.number
        matches = await context.transact(find)
        left = deadline - time.monotonic()
        if len(matches) >= wanted or left <= 0 or not await signal.wait(left, since):
            break
    met = len(matches) >= wanted
    return {
        "met": met,
        "count": len(matches),
        "requests": [entry_json(context, entry) for entry in matches[:wanted]],
        "near": [] if met else await context.transact(near),
    }


def _shown_secrets(context: ControlContext, default_key: bool) -> Secrets:
    """Return what is secret; the key that tests use is not, with `default_key`."""
    return context.secrets.except_key(DEFAULT_KEY) if default_key else context.secrets


def _selected(context: ControlContext, filters: dict[str, Any]) -> Iterator[NumberedExchange]:
    context.check_names(filters, with_outgoing=True)
    return select_entries(context, context.namespace, **filters)


def _oldest_first(context: ControlContext, filters: dict[str, Any]) -> list[NumberedExchange]:
    return list(_selected(context, filters))[::-1]


def _near_misses(
    context: ControlContext, matcher: RequestMatcher, entries: list[NumberedExchange]
) -> list[dict[str, Any]]:
    """Return the exchanges with the fewest mismatches, those of the same operation first."""
    ranked = [(list(matcher.differences(entry.candidate)), entry) for entry in entries]
    ranked.sort(key=lambda miss: (any(m.where == "operation" for m in miss[0]), len(miss[0])))
    return [
        {
            "differences": [_redacted(context, mismatch).as_json() for mismatch in mismatches],
            "request": entry_json(context, entry),
        }
        for mismatches, entry in ranked[:_NEAR_MISSES]
    ]


def _redacted(context: ControlContext, mismatch: Mismatch) -> Mismatch:
    """Return the mismatch without the value if that is a credential."""
    place, _, name = mismatch.where.partition(" ")
    is_header, is_parameter = place == "header", place == "query"
    is_secret = (is_header and context.secrets.in_header(name.lower().encode())) or (
        is_parameter and context.secrets.in_query(name.encode())
    )
    return mismatch._replace(got=REDACTED) if is_secret and mismatch.got is not ABSENT else mismatch
