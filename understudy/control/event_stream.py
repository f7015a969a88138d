"""New exchanges as a stream of server-sent events, of one namespace or of all.

The id of an event is the exchange's number, which only grows. A client that reconnects with the id
of the last event it got (EventSource does so by itself) misses no exchange that the journal still
has and gets none twice, even if a journal was cleared in between.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Iterator
from heapq import merge
from itertools import islice
from typing import Any

from understudy.control.context import ControlContext
from understudy.control.journal_queries import NumberedExchange, entry_json, select_entries
from understudy.http import json_codec
from understudy.http.messages import ByteStream
from understudy.runtime.namespaces.namespace import Namespace

#: Seconds after which an idle stream checks whether the client is still connected.
_TICK = 0.5

#: Milliseconds after which a client reconnects when its stream has ended.
_RETRY = 50


async def events(
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
    counter = context.namespaces.shared.counter
    signal = counter.signal if everywhere else context.namespace.journal.signal
    deadline = time.monotonic() + seconds
    yield b"retry: %d\n\n" % _RETRY
    last: int = 0
    most: int | None = recent
    # A greater number is from before a restart of the server.
    if last_event_id is not None and last_event_id <= counter.last:
        last, most = last_event_id, None
    over = False
    while not over:
        over = time.monotonic() >= deadline
        namespaces = context.namespaces if everywhere else (context.namespace,)
        entries = list(islice(_newest_first(context, namespaces, last, filters), most))
        last, most = counter.last, None
        for entry in reversed(entries):
            yield _event(context, entry)
            await asyncio.sleep(0)  # lets other tasks run
        yield b"id: %d\n\n" % last  # also if no entry matched, so that the client can skip them
        while counter.last == last and (left := deadline - time.monotonic()) > 0:
            if not await signal.wait(min(left, _TICK)):
                yield b""


def _newest_first(
    context: ControlContext, namespaces: Iterable[Namespace], last: int, filters: dict[str, Any]
) -> Iterator[NumberedExchange]:
    """Yield the entries after number `last` that match the filters, of all the namespaces."""
    journals = (
        select_entries(context, namespace, after=last, **filters) for namespace in namespaces
    )
    return merge(*journals, key=lambda entry: -entry.number)


def _event(context: ControlContext, entry: NumberedExchange) -> bytes:
    return b"id: %d\ndata: %b\n\n" % (entry.number, json_codec.encode(entry_json(context, entry)))
