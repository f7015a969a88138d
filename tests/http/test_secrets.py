"""Credentials in what is told of requests, and addresses, which are told as they were."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.support.proxy_process import proxying
from tests.support.server import Server, running
from understudy.http.secrets import Secrets, without_user

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


#: Headers and query parameters with credentials, whatever a document says.
_HEADERS = (
    *("Authorization", "X-Shop", "Api-Key", "X-Auth-Token", "X-Api-Token", "Cookie", "X-Auth"),
    *("Ocp-Apim-Subscription-Key", "X-Forwarded-Authorization", "X-Access-Key", "apikey"),
)
_QUERY = ("api_key", "access_token", "k", "apikey", "apiToken", "client_secret", "pwd", "auth-key")


def test_usual_names_are_known(client: httpx.Client) -> None:
    """In the journal and all that is made of it."""
    headers = dict.fromkeys(_HEADERS, "secret-1")
    client.get("/things", headers=headers, params=dict.fromkeys(_QUERY, "secret-2"))
    texts = told(client)
    assert all("secret-" not in text for text in texts.values())
    request = client.get("/_understudy/requests").json()["requests"][0]["request"]
    assert {request["headers"][name.lower()] for name in _HEADERS} == {"***"}
    assert request["query"] == "&".join(f"{name}=***" for name in _QUERY)


def test_credentials_in_schedules_and_faults_are_not_told(client: httpx.Client) -> None:
    """They are used all the same, and the rest is told as it was."""
    secret = dict.fromkeys(_HEADERS, "secret-1")
    when = {"headers": {**secret, "X-Mine": "m"}, "query": {"api_key": "secret-2", "n": "1"}}
    path = "/things?k=abc&n=1&access_token=secret-3"
    request = {"method": "GET", "path": path, "headers": {**secret, "X-Shop": "abc", "X-Mine": "m"}}
    told_headers = {**dict.fromkeys(secret, "***"), "X-Mine": "m"}
    told_when = {"headers": told_headers, "query": {"api_key": "***", "n": "1"}}
    for after in ({"in": "PT1S"}, {"after": {"when": when, "times": 2}}):
        body = {**after, "request": request}
        answer = client.post("/_understudy/schedule", json=body)
        assert answer.status_code == 201
        listed = client.get("/_understudy/schedule").json()[-1]
        assert listed == answer.json()
        assert listed["request"]["headers"] == told_headers
        assert listed["request"]["path"] == "/things?k=***&n=1&access_token=***"
        assert "after" not in after or listed["after"]["when"] == told_when
    then = {"status": 200, "body": [], "headers": {"Set-Cookie": "sid=secret-4", "X-Mine": "m"}}
    fault = client.post("/_understudy/faults", json={"when": when, "then": then}).json()
    assert [fault] == client.get("/_understudy/faults").json()
    assert (fault["when"], fault["then"]["headers"]["Set-Cookie"]) == (told_when, "***")
    headers = {**secret, "X-Mine": "m"}
    answer = client.get("/things?api_key=secret-2&n=1", headers=headers)
    assert answer.headers["set-cookie"] == "sid=secret-4"
    client.post("/_understudy/clock", json={"advance": "PT2S"})
    client.get("/things")
    assert client.get("/_understudy/schedule").json()[0]["status"] == 200
    assert all("secret-" not in text for text in told(client).values())


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://ann:secret@shop.example/x?a=1", "http://***@shop.example/x?a=1"),
        ("http://ann:sec@ret@shop.example/x", "http://***@shop.example/x"),
        ("/x?api_key=secret&a=b%20c&d", "/x?api_key=***&a=b%20c&d"),
        ("/x", "/x"),
    ],
)
def test_credentials_in_urls(url: str, expected: str) -> None:
    """The user's name and password, and parameters."""
    assert Secrets().address(url) == expected
