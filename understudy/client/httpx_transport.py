"""httpx without a network: `httpx.Client(transport=Transport(InProcess(app)))`, and the same for
`httpx.AsyncClient`. What a planned fault does to a connection is raised as httpx itself would."""

from __future__ import annotations

import asyncio
from concurrent.futures import TimeoutError as Late

import httpx

from understudy.client.in_process import InProcess, InProcessResponse


class Transport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Sends requests into an app. Answers come whole, and have to within the read timeout."""

    def __init__(self, inside: InProcess) -> None:
        self.inside = inside

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request of `httpx.Client`."""
        future = self.inside.perform(
            request.method, request.url.raw_path, request.headers.raw, request.read()
        )
        try:
            return _response(request, future.result(_patience(request)))
        except Late:
            future.cancel()
            raise httpx.ReadTimeout("timed out", request=request) from None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request of `httpx.AsyncClient`."""
        future = self.inside.perform(
            request.method, request.url.raw_path, request.headers.raw, await request.aread()
        )
        try:
            done = await asyncio.wait_for(asyncio.wrap_future(future), _patience(request))
        except TimeoutError:
            raise httpx.ReadTimeout("timed out", request=request) from None
        return _response(request, done)


def _patience(request: httpx.Request) -> float | None:
    timeout: float | None = request.extensions.get("timeout", {}).get("read")
    return timeout


def _response(request: httpx.Request, done: InProcessResponse) -> httpx.Response:
    if isinstance(done.broken, ConnectionResetError):
        raise httpx.ReadError(str(done.broken), request=request)
    if done.broken is not None:
        raise httpx.RemoteProtocolError(str(done.broken), request=request)
    return httpx.Response(done.status, headers=done.headers, content=done.body, request=request)
