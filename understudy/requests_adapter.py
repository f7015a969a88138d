"""requests without a network: `session.mount("http://", Adapter(InProcess(app)))`."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import TimeoutError as Late
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict

from understudy.inprocess import InProcess, Performed


class Adapter(BaseAdapter):
    """Sends requests into an app; read timeouts hold."""

    def __init__(self, inside: InProcess) -> None:
        super().__init__()
        self._inside = inside

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: float | tuple[float | None, float | None] | None = None,
        verify: bool | str = True,
        cert: Any = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Answer a request of a session's."""
        assert request.url is not None
        parts = urlsplit(request.url)
        target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        headers = {"Host": parts.netloc, **request.headers}
        raw = [(_bytes(name), _bytes(value)) for name, value in headers.items()]
        body = _bytes(request.body or b"")
        future = self._inside.perform(request.method or "GET", target.encode(), raw, body)
        patience = timeout[1] if isinstance(timeout, tuple) else timeout
        try:
            return _response(request, future.result(patience))
        except Late:
            raise requests.ReadTimeout("timed out", request=request) from None

    def close(self) -> None:
        """There is nothing to close."""


def _bytes(value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


def _response(request: requests.PreparedRequest, done: Performed) -> requests.Response:
    if done.broken is not None:
        raise requests.ConnectionError(str(done.broken), request=request)
    response = requests.Response()
    response.status_code = done.status
    response.headers = CaseInsensitiveDict(
        {name.decode("latin-1"): value.decode("latin-1") for name, value in done.headers}
    )
    response.raw = BytesIO(done.body)
    response.url = request.url or ""
    response.request = request
    response.encoding = requests.utils.get_encoding_from_headers(response.headers)
    return response
