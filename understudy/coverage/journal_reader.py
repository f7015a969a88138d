"""Reads the exchanges of a namespace from its journal, by the control API."""

from __future__ import annotations

from typing import Any, NamedTuple

from understudy.client import ControlClient, JournalEntry
from understudy.http import json_codec
from understudy.http.messages import Exchange, Request, Response

#: Exchanges that are read, which is the most that a journal keeps.
_MOST = 1000


class JournalContent(NamedTuple):
    """The exchanges of clients in a journal, oldest first, and how many it has lost."""

    exchanges: list[Exchange]
    removed: int


def read_journal(control: ControlClient) -> JournalContent:
    """Return what the journal of a namespace has. Raises ControlError and httpx.HTTPError."""
    entries = control.requests(limit=_MOST, direction="incoming")
    return JournalContent([_exchange(entry) for entry in entries], control.removed_requests())


def _exchange(entry: JournalEntry) -> Exchange:
    """Return an entry as an exchange; credentials in it are `***`."""
    request, response = entry.request, entry.response
    missing = {"request": request.missing_body, "response": response.missing_body}
    return Exchange(
        at=0,
        took=entry.took_us,
        api=entry.api,
        operation=entry.operation,
        request=Request(
            request.method,
            request.path.encode("latin-1"),
            request.query.encode("latin-1"),
            {n.encode("latin-1"): v.encode("latin-1") for n, v in request.headers.items()},
            _body(request.body),
        ),
        response=Response.received(response.status, response.headers.items(), _body(response.body)),
        fault=entry.fault,
        schedule=entry.schedule,
        missing_bodies={side: reason for side, reason in missing.items() if reason is not None},
    )


def _body(value: Any) -> bytes:
    """Return a body of a journal, which is JSON, text or None, as bytes."""
    if value is None:
        return b""
    return value.encode() if isinstance(value, str) else json_codec.encode(value)
