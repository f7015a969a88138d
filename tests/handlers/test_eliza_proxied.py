"""Eliza's event streams through the proxy."""

from __future__ import annotations

import httpx

from tests.handlers.eliza_sessions import SESSIONS, create, events
from tests.support.proxy_process import proxying


def test_event_stream_passes_the_proxy(origin: str) -> None:
    """It arrives whole, event by event, and conforms."""
    with (
        proxying(origin, "--api", "eliza") as proxy,
        httpx.Client(base_url=proxy.url) as client,
    ):
        session = create(client)
        path = f"{SESSIONS}/{session['sessionId']}/messages"
        expected = {"content": "hello there", "transport": "sse"}
        response = client.post(path, json=expected)
        assert [name for name, _ in events(response)][-1] == "done"
    assert (proxy.code, "conforms" in proxy.lines) == (0, True), proxy.out + proxy.lines
