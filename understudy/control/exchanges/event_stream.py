"""New exchanges as a stream of server-sent events, of one namespace or of all.

The id of an event is the exchange's number, which only grows. A client that reconnects with the id
of the last event it got (EventSource does so by itself) misses no exchange that the journal still
has and gets none twice, even if a journal was cleared in between.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from heapq import merge
from itertools import islice
from typing import Any

from understudy.control.context import ControlContext
from understudy.control.exchanges.queries import NumberedExchange, entry_json, select_entries
from understudy.http import json_codec
from understudy.http.messages import ByteStream
from understudy.runtime.namespaces.namespace import Namespace
from understudy.runtime.stores.errors import StoreUnavailable

#: Seconds after which an idle stream checks whether the client is still connected.
_TICK = 0.5

#: Milliseconds after which a client reconnects when its stream has ended.
_RETRY = 50


async def events(context: ControlContext, **parameters: Any) -> ByteStream:
    """Yield exchanges as `_events` does, until the store does not answer any more; the client comes
    back by itself."""
    with suppress(StoreUnavailable):
        async for event in _events(context, **parameters):
            yield event


async def _events(
    context: ControlContext,
    *,
    recent: int,
    seconds: float,
    everywhere: bool,
    last_event_id: int | None = None,
    **filters: Any,
) -> ByteStream:
    """Yield the exchanges after `last_event_id`, or the `recent` ones, oldest first; then new ones
    until `seconds` are over. An empty chunk makes the server check the connection."""
    namespaces, name = context.namespaces, None if everywhere else context.namespace.name
    signal = namespaces.signal(name)
    deadline = time.monotonic() + seconds
    yield b"retry: %d\n\n" % _RETRY
    last: int = 0
    most: int | None = recent
    # A greater number is from before a restart of the server.
    if last_event_id is not None and last_event_id <= await namespaces.last_exchange():
        last, most = last_event_id, None
    over = False
    while not over:
        over = time.monotonic() >= deadline
        since, end = signal.number, await namespaces.last_exchange()
        span = range(last + 1, end + 1)
        # Without a new exchange no journal is read: those in a database are looked at all the time.
        entries = await _newest_first(context, everywhere, span, most, filters) if span else []
        last, most = end, None
        for entry in reversed(entries):
            yield _event(context, entry)
            await asyncio.sleep(0)  # lets other tasks run
        yield b"id: %d\n\n" % last  # also if no entry matched, so that the client can skip them
        while (left := deadline - time.monotonic()) > 0:
            if await signal.wait(min(left, _TICK), since):
                break
            yield b""


async def _newest_first(
    context: ControlContext,
    everywhere: bool,
    span: range,
    most: int | None,
    filters: dict[str, Any],
) -> list[NumberedExchange]:
    """Return `most` entries with numbers in a span that match the filters, of all namespaces if
    they are wanted `everywhere`."""

    def select(namespace: Namespace) -> list[NumberedExchange]:
        entries = select_entries(context, namespace, after=span.start - 1, **filters)
        return list(islice((entry for entry in entries if entry.number in span), most))

    if not everywhere:
        return await context.transact(select)
    journals = await context.namespaces.in_each(select)
    return list(islice(merge(*journals, key=lambda entry: -entry.number), most))


def _event(context: ControlContext, entry: NumberedExchange) -> bytes:
    return b"id: %d\ndata: %b\n\n" % (entry.number, json_codec.encode(entry_json(context, entry)))
