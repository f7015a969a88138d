"""requests without a network: `session.mount("http://", Adapter(InProcess(app)))`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import TimeoutError as Late
from http.client import responses
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPHeaderDict, HTTPResponse

from understudy.client.in_process import InProcess, InProcessResponse


class Adapter(HTTPAdapter):
    """Sends requests into an app. Answers come whole, and have to within the read timeout."""

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
        """Answer a request of a session's."""
        assert request.url is not None
        parts = urlsplit(request.url)
        headers = {"Host": parts.netloc, **request.headers}
        raw = [(_bytes(name), _bytes(value)) for name, value in headers.items()]
        future = self._inside.perform(
            request.method or "GET", request.path_url.encode(), raw, _body(request.body)
        )
        patience = timeout[1] if isinstance(timeout, tuple) else timeout
        try:
            done = future.result(patience)
        except Late:
            future.cancel()
            raise requests.ReadTimeout("timed out", request=request) from None
        return self._response(request, done)

    def _response(
        self, request: requests.PreparedRequest, done: InProcessResponse
    ) -> requests.Response:
        if done.broken is not None:
            kind = requests.exceptions.ChunkedEncodingError if done.status else None
            raise (kind or requests.ConnectionError)(str(done.broken), request=request)
        headers = HTTPHeaderDict()
        for name, value in done.headers:
            headers.add(name.decode("latin-1"), value.decode("latin-1"))
        answer = HTTPResponse(
            BytesIO(done.body),
            headers,
            done.status,
            reason=responses.get(done.status),
            preload_content=False,
        )
        return self.build_response(request, answer)


def _bytes(value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


def _body(given: Any) -> bytes:
    """A body as requests takes it: bytes, a text, a file, or parts of any of these but the last."""
    if hasattr(given, "read"):
        given = given.read()
    if isinstance(given, bytes | str) or not isinstance(given, Iterable):
        return _bytes(given or b"")
    return b"".join(map(_bytes, given))
