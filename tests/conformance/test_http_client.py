"""The HTTP client of the check: what it sends, and what it makes of responses."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.hostile_server import hangs, hostile, proper
from understudy.conformance.target.http_client import ApiClient, HttpClient
from understudy.errors import UsageError
from understudy.http.curl import full_curl
from understudy.openapi.credentials import Credentials


def test_response_is_read_as_an_exchange() -> None:
    """Status, headers and body; the URL and the body of the request."""
    with hostile(lambda line, _: proper(b"201 Created", b'{"a": 1}', b"X-Count: 2")) as server:
        client = ApiClient(server.url, Credentials({"Authorization": "k"}), HttpClient())
        exchange = client.call("addPet", "POST", "/pets", {"q": ["a b", "c"]}, body={"b": 2})
    response = exchange.response
    assert (exchange.operation, response.status, response.body) == ("addPet", 201, b'{"a": 1}')
    assert (b"x-count", b"2") in response.headers
    assert exchange.url == f"{server.url}/pets?q=a+b&q=c"
    assert exchange.request.body == b'{"b":2}'
    assert full_curl(exchange).startswith(f"curl -X POST '{exchange.url}' -H 'authorization: k'")
    assert exchange.error == ""


@pytest.mark.parametrize("location", [b"http://[", b"//elsewhere.invalid/", b"\xff"])
def test_redirect_is_a_response(location: bytes) -> None:
    """Its target is never read, however malformed it is."""
    with hostile(lambda line, _: proper(b"302 Found", b"", b"Location: " + location)) as server:
        exchange = HttpClient().send("GET", f"{server.url}/a", {})
    assert (exchange.response.status, exchange.error) == (302, "")


def test_missing_response_is_an_error_in_words() -> None:
    """The status is then 0."""
    with hostile(lambda line, _: hangs) as server:
        exchange = HttpClient(timeout=0.1).send("GET", server.url, {})
    assert (exchange.response.status, exchange.response.body) == (0, b"")
    assert exchange.error == "no response: it did not respond in time"


def test_netrc_is_ignored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`requests` would replace the key by the credentials of ~/.netrc."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login ada password secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    with hostile(lambda line, _: None) as server:
        HttpClient().send("GET", server.url, {"Authorization": "Api-Key k"})
        HttpClient().send("GET", server.url, {})
    first, second = server.heads
    assert "Authorization: Api-Key k" in first
    assert "authorization" not in second.lower()


@pytest.mark.parametrize(
    ("url", "headers", "message"),
    [
        ("http://h:99999/", {}, "is not a valid URL"),
        ("http://127.0.0.1:9/", {"X-A": "a\nb"}, "a header cannot be sent"),
    ],
)
def test_invalid_request_is_a_usage_error(url: str, headers: dict[str, str], message: str) -> None:
    """It is not sent."""
    with pytest.raises(UsageError, match=message):
        HttpClient().send("GET", url, headers)
