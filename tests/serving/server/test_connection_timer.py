"""The timer that closes idle connections."""

from __future__ import annotations

import asyncio
import socket
from functools import partial
from urllib.parse import urlsplit

from tests.support.server import Server
from tests.support.timeouts import TIMEOUT
from understudy.serving.server.connection_timer import ConnectionTimer


def run_timer(steps: list[tuple[str, float]]) -> list[str]:
    """Run steps on a timer: call_later with a delay, cancel, or wait for so many seconds. Return
    the delays whose callbacks were called, and the end."""

    async def run() -> list[str]:
        called: list[str] = []
        timer = ConnectionTimer(asyncio.get_running_loop())
        for step, seconds in steps:
            if step == "call_later":
                timer.call_later(seconds, partial(called.append, str(seconds)))
            elif step == "cancel":
                timer.cancel()
            else:
                await asyncio.sleep(seconds)
        timer.close()
        return called

    return asyncio.run(run())


def test_callback_is_called_once_after_its_delay() -> None:
    """Also where the deadline was moved meanwhile: only the last one counts."""
    assert run_timer([("call_later", 0.01), ("wait", 0.05), ("wait", 0.05)]) == ["0.01"]
    moved = [("call_later", 0.01), ("call_later", 0.02), ("wait", 0.1)]
    assert run_timer(moved) == ["0.02"]


def test_cancelled_callback_is_not_called() -> None:
    """Nor one of a connection that is gone; a later one is."""
    assert run_timer([("call_later", 0.01), ("cancel", 0), ("wait", 0.05)]) == []
    again = [("call_later", 0.01), ("cancel", 0), ("wait", 0.05), ("call_later", 0.02)]
    assert run_timer([*again, ("wait", 0.1)]) == ["0.02"]
    assert run_timer([("call_later", 0.01)]) == []


def test_connection_serves_requests_after_idle_times(server: Server) -> None:
    """One socket, several requests, each after the response to the one before."""
    url = urlsplit(server.url)
    assert url.hostname
    assert url.port
    with socket.create_connection((url.hostname, url.port), timeout=TIMEOUT) as connection:
        for _ in range(3):
            connection.sendall(b"GET /api/v2/nowhere HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert connection.recv(65536).startswith(b"HTTP/1.1 404 ")
