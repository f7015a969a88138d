"""An app without a server: requests reach it in this process, on an event loop of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable
from concurrent.futures import Future
from inspect import CORO_CREATED, getcoroutinestate
from threading import Thread
from typing import Any, NamedTuple, cast
from urllib.parse import unquote

#: pytest does not show these frames in the traceback of a test.
__tracebackhide__ = True


class InProcessResponse(NamedTuple):
    """A complete response; `error` is set if the app cut the connection, `status` is 0 if that was
    before the response."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes
    error: ConnectionError | None


class InProcess:
    """Runs an ASGI app; synchronous and asynchronous clients may call it from any thread."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._run, name="understudy", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        self._loop.run_forever()
        self._cancel_unfinished()
        self._loop.close()

    def _cancel_unfinished(self) -> None:
        """Cancel each task once it has started: anyio's tasks hold a coroutine of their own, and
        Python warns of one that was never awaited."""
        cancelled: set[asyncio.Task[Any]] = set()
        while unfinished := asyncio.all_tasks(self._loop):
            for task in unfinished - cancelled:
                coroutine = cast(Coroutine[Any, Any, Any], task.get_coro())
                if getcoroutinestate(coroutine) != CORO_CREATED:
                    task.cancel()
                    cancelled.add(task)
            self._loop.run_until_complete(asyncio.sleep(0.001))

    def perform(
        self,
        method: str,
        target: bytes,
        headers: Iterable[tuple[bytes, bytes]],
        body: bytes,
    ) -> Future[InProcessResponse]:
        """Send a request; `target` is the undecoded path and query, as in the request line."""
        path, _, query = target.partition(b"?")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": unquote(path.decode("latin-1")),
            "raw_path": path,
            "query_string": query,
            "root_path": "",
            "headers": [(name.lower(), value) for name, value in headers],
        }
        return asyncio.run_coroutine_threadsafe(self._respond(scope, body), self._loop)

    async def _respond(self, scope: dict[str, Any], body: bytes) -> InProcessResponse:
        messages = [{"type": "http.request", "body": body}]
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return messages.pop() if messages else {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        cut = None
        try:
            await self._app(scope, receive, send)
        except ConnectionError as error:
            cut = error
        start: dict[str, Any] = sent[0] if sent else {"status": 0, "headers": []}
        content = b"".join(message.get("body", b"") for message in sent[1:])
        if scope["method"] == "HEAD":  # a server sends no body
            content = b""
        return InProcessResponse(start["status"], list(start["headers"]), content, cut)

    def close(self) -> None:
        """Stop the event loop and cancel its unfinished requests."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
