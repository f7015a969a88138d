"""The HTTP client of the check: `requests`, to a server or into an app in this process."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, Self
from urllib.parse import urlencode

import requests
from requests.adapters import HTTPAdapter

from understudy.conformance.target.bounded_http import BoundedAdapter, describe_error
from understudy.errors import UsageError
from understudy.http import json_codec
from understudy.http.json_codec import ABSENT
from understudy.http.messages import Exchange, Request, Response, origin_of
from understudy.openapi.credentials import Credentials


class TargetUnavailable(requests.ConnectionError):
    """A request is not sent; the text says why."""


class HttpClient:
    """Sends requests one by one through an adapter of `requests`; by default to a real server.

    `timeout` is the time to the first byte of a response, in seconds. The end of `with` closes the
    connections.
    """

    def __init__(self, adapter: HTTPAdapter | None = None, timeout: float = 10) -> None:
        self.timeout = timeout
        self._session = new_session(adapter or BoundedAdapter())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def send(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes = b"",
        operation: str | None = None,
    ) -> Exchange:
        """Send a request, and return it with its response, or with the error in its place.

        Raises UsageError if the request is invalid, or may not be sent.
        """
        began = time.time_ns() // 1000
        error = ""
        try:
            received = self._session.request(
                method,
                url,
                headers=dict(headers),
                data=body,
                timeout=self.timeout,
            )
            response = Response.received(
                received.status_code, received.headers.items(), received.content
            )
        except TargetUnavailable as reason:
            raise UsageError(str(reason)) from None
        except requests.exceptions.InvalidURL as reason:
            raise UsageError(f"{url} is not a valid URL: {reason}") from None
        except (requests.exceptions.InvalidHeader, UnicodeError) as reason:
            raise UsageError(f"a header cannot be sent: {reason}") from None
        except requests.RequestException as failure:
            response, error = Response(0), f"no response: {describe_error(failure)}"
        request = Request.to_url(method, url, headers.items(), body)
        took = time.time_ns() // 1000 - began
        origin = origin_of(url)
        return Exchange(began, took, None, operation, request, response, origin=origin, error=error)


class ApiClient:
    """Calls the operations of the API at `base_url`, with the credentials that it needs;
    `own_base_urls` are those of operations that are elsewhere."""

    def __init__(
        self,
        base_url: str,
        credentials: Credentials,
        client: HttpClient,
        own_base_urls: Mapping[str, str] | None = None,
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._own_base_urls = own_base_urls or {}
        self._credentials = credentials
        self._client = client

    def call(
        self,
        operation: str,
        method: str,
        path: str,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        body: Any = ABSENT,
    ) -> Exchange:
        """Call an operation with a JSON body, if one is given. Raises UsageError as `send` does."""
        url = self._own_base_urls.get(operation, self._base_url) + path
        sent_query = {**self._credentials.query, **(query or {})}
        if sent_query:
            url = f"{url}?{urlencode(sent_query, doseq=True)}"
        sent_headers = {**self._credentials.headers, **(headers or {})}
        content = b""
        if body is not ABSENT:
            content = json_codec.encode(body)
            sent_headers["Content-Type"] = "application/json"
        return self._client.send(method, url, sent_headers, content, operation)


def new_session(adapter: HTTPAdapter) -> requests.Session:
    """Return a session that sends through an adapter, follows no redirects, and adds nothing from
    the environment, such as the passwords in ~/.netrc."""
    session = _Session()
    session.trust_env = False
    session.auth = _unchanged
    for scheme in ("http://", "https://"):
        session.mount(scheme, adapter)
    return session


class _Session(requests.Session):
    """A session that takes a redirect for a response like any other."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Return no target. Overrides Session."""


def _unchanged(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Leave the headers as they are: without this, `requests` adds credentials from the URL."""
    return request
