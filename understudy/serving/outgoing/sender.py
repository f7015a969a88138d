"""Sends a request to a server, for a bounded time."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from understudy.http.messages import Request, Response
from understudy.serving.outgoing.addresses import Target

if TYPE_CHECKING:
    import httpx

#: The largest response that is read by default, in bytes.
MOST_BYTES = 1_000_000


class Sent(NamedTuple):
    """The result of an attempt: a response, and an error if that is cut short or missing (then its
    status is 0)."""

    response: Response
    error: str


NOT_SENT = Sent(Response(0, b"", None), "it was not sent")


class Sender:
    """Sends requests, and reads at most so many bytes of a response. It follows no redirects, and
    uses no proxy."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._tls: ssl.SSLContext | None = None

    async def send(self, request: Request, target: Target, timeout: float) -> Sent:
        """Send a request; `timeout` is in seconds."""
        async with self._client(target) as client:
            import httpx

            try:
                async with asyncio.timeout(timeout):
                    return await self._exchange(client, request, target)
            except TimeoutError:
                return failed(f"there was no whole response within {timeout:g} seconds")
            except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
                reason = str(error) or type(error).__name__
                return failed(f"{target.origin} cannot be reached: {reason}")

    @asynccontextmanager
    async def _client(self, target: Target) -> AsyncIterator[httpx.AsyncClient]:
        """Return a client; what takes long to import and to load is so in a thread."""
        verify: Any = False
        if target.scheme == "https":
            if self._tls is None:
                self._tls = await asyncio.to_thread(ssl.create_default_context)
            verify = self._tls
        httpx = await asyncio.to_thread(_import_httpx)
        async with httpx.AsyncClient(verify=verify, trust_env=False, timeout=None) as client:
            yield client

    async def _exchange(self, client: httpx.AsyncClient, request: Request, target: Target) -> Sent:
        """Send a request to the first of the hosts that takes it. Raises httpx.HTTPError."""
        import httpx

        for host in target.hosts[:-1]:
            try:
                return await self._exchange_with(client, request, target, host)
            except httpx.ConnectError:
                continue  # the name has another address
        return await self._exchange_with(client, request, target, target.hosts[-1])

    async def _exchange_with(
        self, client: httpx.AsyncClient, request: Request, target: Target, host: str
    ) -> Sent:
        """Send a request to a host, and read its response. Raises httpx.HTTPError."""
        import httpx

        raw_path = request.path + (b"?" + request.query if request.query else b"")
        url = httpx.URL(scheme=target.scheme, host=host, port=target.port, raw_path=raw_path)
        outgoing = httpx.Request(
            request.method,
            url,
            headers=list(request.headers.items()),
            content=request.body or None,
            extensions={"sni_hostname": target.host} if target.scheme == "https" else {},
        )
        response = await client.send(outgoing, stream=True)
        try:
            body, error = b"", ""
            async for chunk in response.aiter_raw():
                body += chunk
                if len(body) > self._most_bytes:
                    body, error = (
                        body[: self._most_bytes],
                        f"the response has more than {self._most_bytes} bytes",
                    )
                    break
        finally:
            await response.aclose()
        return Sent(Response.received_raw(response.status_code, response.headers.raw, body), error)


def failed(error: str) -> Sent:
    """Return the result of a request that got no response."""
    return Sent(Response(0, b"", None), error)


def _import_httpx() -> Any:
    """Import httpx, which takes about 0.1 seconds."""
    import httpx

    return httpx
