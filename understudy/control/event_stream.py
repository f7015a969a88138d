"""Exchanges as they come: a stream of server-sent events, of one namespace or of all.

Each event's id is the exchange's number in its app, which only ever grows: who comes back with
the last one that it saw (as EventSource does by itself) misses nothing that is still kept, and sees
nothing twice, whatever was cleared meanwhile.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Iterator
from heapq import merge
from itertools import islice
from typing import Any

from understudy.control.context import ControlContext
from understudy.control.journal_queries import JournalEntry, chosen, shown
from understudy.http import json_codec
from understudy.http.messages import ByteStream
from understudy.runtime.namespace import Namespace

#: Seconds after which an idle stream looks whether anybody is still there.
_TICK = 0.5

#: Milliseconds after which a client whose stream has ended comes back.
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
    """What came after `last_event_id`, else the `recent` ones, oldest first; then what comes, until
    so many `seconds` are over. An empty piece is a pause."""
    counter = context.namespaces.counter
    signal = counter.signal if everywhere else context.namespace.journal.signal
    deadline = time.monotonic() + seconds
    yield b"retry: %d\n\n" % _RETRY
    last: int = 0
    most: int | None = recent
    if last_event_id is not None and last_event_id <= counter.last:  # else of another server
        last, most = last_event_id, None
    over = False
    while not over:
        over = time.monotonic() >= deadline
        namespaces = context.namespaces if everywhere else (context.namespace,)
        found = list(islice(_newest_first(context, namespaces, last, filters), most))
        last, most = counter.last, None
        for entry in reversed(found):
            yield _event(context, entry)
            await asyncio.sleep(0)  # others have a turn
        yield b"id: %d\n\n" % last  # also where nothing of it was wanted
        while counter.last == last and (left := deadline - time.monotonic()) > 0:
            if not await signal.wait(min(left, _TICK)):
                yield b""


def _newest_first(
    context: ControlContext, namespaces: Iterable[Namespace], last: int, filters: dict[str, Any]
) -> Iterator[JournalEntry]:
    """The exchanges that fit and came after the last one."""
    each = (chosen(context, namespace, after=last, **filters) for namespace in namespaces)
    return merge(*each, key=lambda entry: -entry.number)


def _event(context: ControlContext, entry: JournalEntry) -> bytes:
    return b"id: %d\ndata: %b\n\n" % (entry.number, json_codec.encode(shown(context, entry)))
