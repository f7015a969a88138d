"""Eliza's streams with the judge between client and server."""

from __future__ import annotations

import httpx

from tests.handlers.eliza_sessions import SESSIONS, create, events
from tests.support.proxy_process import proxying


def test_events_of_an_agent_pass(origin: str) -> None:
    """A stream of events comes through whole, event by event, and conforms."""
    with (
        proxying(origin, "--api", "eliza") as between,
        httpx.Client(base_url=between.url) as client,
    ):
        session = create(client)
        path = f"{SESSIONS}/{session['sessionId']}/messages"
        told = {"content": "hello there", "transport": "sse"}
        answer = client.post(path, json=told)
        assert [name for name, _ in events(answer)][-1] == "done"
    assert (between.code, "conforms" in between.lines) == (0, True), between.out + between.lines
