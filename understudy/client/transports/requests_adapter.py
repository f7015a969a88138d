"""An adapter of requests without a network: `session.mount("http://", Adapter(InProcess(app)))`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import TimeoutError as FutureTimeout
from http.client import responses
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPHeaderDict, HTTPResponse

from understudy.client.transports.in_process import InProcess, InProcessResponse

#: pytest does not show these frames in the traceback of a test.
__tracebackhide__ = True


class Adapter(HTTPAdapter):
    """Sends requests to an app in this process.

    A response is returned when it is complete; that must be within the read timeout.
    """

    def __init__(self, inside: InProcess) -> None:
        super().__init__()
        self._inside = inside

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: bool | str = True,
        cert: Any = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Send a request of a session. Raises requests.ReadTimeout."""
        assert request.url is not None
        parts = urlsplit(request.url)
        headers = {"Host": parts.netloc, **request.headers}
        raw = [(_bytes(name), _bytes(value)) for name, value in headers.items()]
        future = self._inside.perform(
            request.method or "GET", request.path_url.encode(), raw, _body(request.body)
        )
        read_timeout = timeout[1] if isinstance(timeout, tuple) else timeout
        try:
            result = future.result(read_timeout)
        except FutureTimeout:
            future.cancel()
            raise requests.ReadTimeout("timed out", request=request) from None
        return self._response(request, result)

    def _response(
        self, request: requests.PreparedRequest, result: InProcessResponse
    ) -> requests.Response:
        if result.error is not None:
            kind = requests.exceptions.ChunkedEncodingError if result.status else None
            raise (kind or requests.ConnectionError)(str(result.error), request=request)
        headers = HTTPHeaderDict()
        for name, value in result.headers:
            headers.add(name.decode("latin-1"), value.decode("latin-1"))
        response = HTTPResponse(
            BytesIO(result.body),
            headers,
            result.status,
            reason=responses.get(result.status),
            preload_content=False,
        )
        return self.build_response(request, response)


def _bytes(value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


def _body(given: Any) -> bytes:
    """Return the bytes of a body: bytes, text, a file, or an iterable of bytes and texts."""
    if hasattr(given, "read"):
        given = given.read()
    if isinstance(given, bytes | str) or not isinstance(given, Iterable):
        return _bytes(given or b"")
    return b"".join(map(_bytes, given))
