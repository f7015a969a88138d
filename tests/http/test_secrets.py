"""Credentials in what is told of requests, and addresses, which are told as they were."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.support.proxy_process import proxying
from tests.support.server import Server, running
from understudy.http.secrets import without_user

_SCHEMES = """
    inHeader: {type: apiKey, in: header, name: X-Shop}
    inQuery: {type: apiKey, in: query, name: k}
    inCookie: {type: apiKey, in: cookie, name: n}
    basic: {type: http, scheme: basic}
    bearer: {type: http, scheme: bearer}
    digest: {type: http, scheme: digest}
    oauth: {type: oauth2, flows: {}}
    openId: {type: openIdConnect, openIdConnectUrl: "https://id.example"}
"""
_DOCUMENT = f"""
openapi: 3.0.3
info: {{title: Shop, version: "1"}}
components:
  securitySchemes: {_SCHEMES}
paths:
  /things:
    get:
      operationId: listThings
      security: [{{}}]
      parameters:
        - {{name: n, in: query, schema: {{type: integer}}}}
        - {{name: k, in: query, schema: {{type: string, maxLength: 3}}}}
        - {{name: X-Shop, in: header, schema: {{type: string, maxLength: 3}}}}
      responses: {{"200": {{description: ok, content: {{application/json: {{example: []}}}},
        headers: {{Set-Cookie: {{schema: {{type: string}}, example: sid=secret-1}}}}}}}}
"""

_PARTS = ("", "/har", "/curl", "/pytest")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve a document with security schemes of all kinds."""
    path = tmp_path_factory.mktemp("secrets") / "shop.yaml"
    path.write_text(_DOCUMENT)
    with running(str(path)) as server:
        yield server


@pytest.fixture
def client(shop: Server, request: pytest.FixtureRequest) -> Iterator[httpx.Client]:
    """Open a client in a namespace of the test's own."""
    with httpx.Client(base_url=f"{shop.url}/_ns/{abs(hash(request.node.name))}") as client:
        yield client


def told(client: httpx.Client) -> dict[str, str]:
    """Return everything that is told of the requests, by its place in the control API."""
    return {part: client.get(f"/_understudy/requests{part}").text for part in _PARTS}


@pytest.mark.parametrize(
    "query",
    [
        *("", "n=5", "n=5&page_token=abc", "token_count=3&cursor=a%2Fb+c", "sort", "a=&b", "n=%35"),
        *("api_key=", "password", "session_id=1&signature_version=4", "secretary=ada"),
    ],
)
def test_address_is_told_as_it_was(client: httpx.Client, query: str) -> None:
    """Without a `?` where there was none, and with harmless parameters as they were."""
    target = f"/things?{query}" if query else "/things"
    client.get(target, headers={"Authorization": "Bearer secret-1"})
    texts = told(client)
    address = f"{client.base_url}{target.removeprefix('/')}"
    assert json.loads(texts["/har"])["log"]["entries"][0]["request"]["url"] == address
    assert address in texts["/curl"].replace("'", "").split()
    assert f'"{target}"' in texts["/pytest"].replace("'", '"')
    assert json.loads(texts[""])["requests"][0]["request"]["query"] == query


@pytest.mark.parametrize(
    "headers",
    [
        *({"X-Shop": "secret-1"}, {"Cookie": "a=b; n=secret-1"}, {"X-Api-Key": "secret-1"}),
        *({"Authorization": f"{s} secret-1"} for s in ("Basic", "Bearer", "Digest", "Api-Key")),
        *({"Proxy-Authorization": "secret-1"}, {"X-Auth-Token": "secret-1"}),
        *({"Private-Token": "secret-1"}, {"X-Amz-Security-Token": "secret-1"}),
    ],
)
def test_credentials_in_headers_are_starred(client: httpx.Client, headers: dict[str, str]) -> None:
    """By the schemes of the document, and by the usual names; in messages of violations too."""
    client.get("/things", headers=headers)
    (name,) = headers
    texts = told(client)
    for text in texts.values():
        assert "secret-1" not in text
    shown = json.loads(texts[""])["requests"][0]
    assert shown["request"]["headers"][name.lower()] == "***"
    assert bool(shown["violations"]) is (name == "X-Shop")


@pytest.mark.parametrize(
    "name",
    [
        *("k", "K", "api_key", "apikey", "x-api-key", "access_token", "accessToken", "token"),
        "x-amz-signature",
        *("password", "client_secret", "client_assertion", "refresh_token", "id_token", "%6B"),
    ],
)
def test_credentials_in_queries_are_starred(client: httpx.Client, name: str) -> None:
    """What stands beside them is told as it was."""
    client.get(f"/things?n=5&{name}=secret%2D1&b=%20")
    texts = told(client)
    for text in texts.values():
        assert "secret-1" not in text
        assert "secret%2D1" not in text
    shown = json.loads(texts[""])["requests"][0]["request"]
    assert shown["query"] == f"n=5&{name}=***&b=%20"


def test_cookies_of_responses_are_starred(client: httpx.Client) -> None:
    """A session's id is a credential as well."""
    response = client.get("/things", headers={"Prefer": "code=200"})
    assert response.headers["set-cookie"] == "sid=secret-1"
    texts = told(client)
    assert json.loads(texts[""])["requests"][0]["response"]["headers"]["set-cookie"] == "***"
    assert "secret-1" not in texts["/har"]


def test_proxy_stars_credentials(shop: Server, tmp_path: Path) -> None:
    """In its lines, its report and its archive; addresses are as they were."""
    path, archive = tmp_path / "shop.yaml", tmp_path / "traffic.har"
    path.write_text(_DOCUMENT)
    with proxying(shop.url, "--api", str(path), "--har", str(archive)) as proxy:
        httpx.get(f"{proxy.url}/things", headers={"Authorization": "Bearer secret-1"})
        httpx.get(f"{proxy.url}/things?n=5&k=secret-1", headers={"X-Shop": "secret-2"})
    assert "GET /things 200" in proxy.lines
    assert "GET /things?n=5&k=*** 400" in proxy.lines
    for text in (proxy.lines, proxy.out, archive.read_text()):
        assert "secret" not in text


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://ada:pw@127.0.0.1:1/a@b", "http://***@127.0.0.1:1/a@b"),
        ("http://127.0.0.1:1/a@b?c=d@e", "http://127.0.0.1:1/a@b?c=d@e"),
        ("/a@b", "/a@b"),
    ],
)
def test_url_is_told_without_its_user(url: str, expected: str) -> None:
    """An `@` elsewhere is no user."""
    assert without_user(url) == expected
