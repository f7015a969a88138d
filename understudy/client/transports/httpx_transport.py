"""An httpx transport without a network, for `httpx.Client` and `httpx.AsyncClient`:
`httpx.Client(transport=Transport(InProcess(app)))`.

A connection that a fault rule cuts is raised as httpx's own error."""

from __future__ import annotations

import asyncio
from concurrent.futures import TimeoutError as FutureTimeout

import httpx

from understudy.client.transports.in_process import InProcess, InProcessResponse

#: pytest does not show these frames in the traceback of a test.
__tracebackhide__ = True


class Transport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Sends requests to an app in this process.

    A response is returned when it is complete; that must be within the read timeout.
    """

    def __init__(self, inside: InProcess) -> None:
        self.inside = inside

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request of `httpx.Client`. Raises httpx.ReadTimeout."""
        future = self.inside.perform(
            request.method, request.url.raw_path, request.headers.raw, request.read()
        )
        try:
            return _response(request, future.result(_read_timeout(request)))
        except FutureTimeout:
            future.cancel()
            raise httpx.ReadTimeout("timed out", request=request) from None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request of `httpx.AsyncClient`. Raises httpx.ReadTimeout."""
        future = self.inside.perform(
            request.method, request.url.raw_path, request.headers.raw, await request.aread()
        )
        try:
            result = await asyncio.wait_for(asyncio.wrap_future(future), _read_timeout(request))
        except TimeoutError:
            raise httpx.ReadTimeout("timed out", request=request) from None
        return _response(request, result)


def _read_timeout(request: httpx.Request) -> float | None:
    timeout: float | None = request.extensions.get("timeout", {}).get("read")
    return timeout


def _response(request: httpx.Request, result: InProcessResponse) -> httpx.Response:
    if isinstance(result.error, ConnectionResetError):
        raise httpx.ReadError(str(result.error), request=request)
    if result.error is not None:
        raise httpx.RemoteProtocolError(str(result.error), request=request)
    return httpx.Response(
        result.status, headers=result.headers, content=result.body, request=request
    )
