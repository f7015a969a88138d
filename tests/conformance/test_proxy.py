"""`understudy proxy` with real clients and servers."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
from gzip import compress
from pathlib import Path
from threading import Event
from typing import Any

import httpx
import pytest

from tests.mutants.mutant import App, Mutant, Request, Response
from tests.mutants.mutated_app import MutatedApp
from tests.support.hostile_server import hostile, proper
from tests.support.proxy_process import proxying
from tests.support.server import run, serving
from tests.support.timeouts import TIMEOUT
from understudy.cli import main

MAX_BYTES = 5_000_000


class OddServer:
    """A server with a kind of valid or invalid response for each path."""

    def __init__(self) -> None:
        self.resume = Event()
        self.request_headers: dict[bytes, bytes] = {}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Send the response of the path."""
        assert scope["type"] == "http"
        self.request_headers = dict(scope["headers"])
        while (await receive()).get("more_body"):
            pass
        name = scope["path"].rpartition("/")[2]
        headers = [(b"content-type", b"application/json"), (b"set-cookie", b"a=1")]
        headers += [
            (b"set-cookie", b"b=2"),
            (b"x-sent", b"  \xe9  "),
            (b"keep-alive", b"timeout=9"),
        ]
        await getattr(self, name)(send, headers)

    async def coded(self, send: Any, headers: Any) -> None:
        """Send gzip that violates the contract."""
        await _respond(
            send, 200, [*headers, (b"content-encoding", b"gzip")], compress(b'{"n":"x"}', mtime=0)
        )

    async def corrupt(self, send: Any, headers: Any) -> None:
        """Send a body that is not the gzip that its header names."""
        await _respond(send, 200, [*headers, (b"content-encoding", b"gzip")], b'{"n":1}')

    async def moved(self, send: Any, headers: Any) -> None:
        """Send a redirect."""
        await _respond(send, 302, [(b"location", b"/elsewhere")], b"")

    async def large(self, send: Any, headers: Any) -> None:
        """Send more than is validated."""
        await _respond(send, 200, headers, b'"' + b"x" * MAX_BYTES + b'"')

    async def cut(self, send: Any, headers: Any) -> None:
        """Send less than Content-Length."""
        await _respond(send, 200, [*headers, (b"content-length", b"99")], b'{"n"')

    async def slow(self, send: Any, headers: Any) -> None:
        """Send a chunk at once, and another when the test says so."""
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b'{"n":', "more_body": True})
        await asyncio.to_thread(self.resume.wait, TIMEOUT)
        await send({"type": "http.response.body", "body": b"1}"})


async def _respond(send: Any, status: int, headers: Any, body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


DOCUMENT = """
openapi: 3.0.3
info: {title: Odd, version: "1"}
servers: [{url: /odd}]
paths:
  /{name}:
    parameters: [{name: name, in: path, required: true, schema: {type: string}}]
    get: &any
      operationId: ask
      responses:
        "302": {description: elsewhere}
        "200":
          description: there
          content:
            application/json:
              schema: {type: object, properties: {n: {type: integer}}}
    post: {<<: *any, operationId: tell}
"""


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The document of the odd server."""
    file = tmp_path_factory.mktemp("odd") / "odd.yaml"
    file.write_text(DOCUMENT)
    return str(file)


def raw(url: str, method: str = "GET", **more: Any) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    """Return a response as it came over the wire, without the headers of the connection."""
    with httpx.stream(method, url, **more) as response:
        body = b"".join(response.iter_raw())
        dropped = (b"date", b"server", b"connection", b"keep-alive", b"transfer-encoding")
        headers = [(n.lower(), v) for n, v in response.headers.raw if n.lower() not in dropped]
    return response.status_code, sorted(headers), body


def test_proxy_forwards_unchanged(document: str, tmp_path: Path) -> None:
    """Status, headers and bytes are those of a direct request; coded bodies are validated decoded,
    large ones are not; a check of the archive has the same findings."""
    archive = tmp_path / "a.har"
    options = ("--api", document, "--har", str(archive), "--format", "json")
    server = OddServer()
    with serving(server) as url, proxying(url, *options, end_signal=signal.SIGTERM) as proxy:
        for name in ("coded", "corrupt", "moved", "large"):
            path = f"/odd/{name}?q=%2f%20+&q="
            assert raw(proxy.url + path) == raw(url + path), name
            assert raw(proxy.url + path, "HEAD") == raw(url + path, "HEAD"), name
        hop = {"connection": "x-hop", "x-hop": "1", "te": "trailers", "x-end": "2"}
        assert "keep-alive" not in httpx.get(f"{proxy.url}/odd/coded", headers=hop).headers
        assert server.request_headers.keys() & {b"x-hop", b"te", b"x-end"} == {b"x-end"}
        assert server.request_headers[b"host"].decode() == url.removeprefix("http://")
        large = {"content": b"x" * MAX_BYTES * 2}
        assert raw(f"{proxy.url}/odd/moved", "POST", **large)[0] == 302
    assert proxy.code == 1
    assert json.loads(proxy.out)["notes"] == [
        f"not judged: the body of a response is over {MAX_BYTES} bytes"
    ]
    findings = json.loads(proxy.out)["findings"]
    assert sorted((f["rule"], f["message"].splitlines()[0]) for f in findings) == [
        (
            "complete_response",
            "response: does not match its content coding: "
            "Error -3 while decompressing data: incorrect header check",
        ),
        ("response_schema_conformance", 'response /n: "x" is not of type "integer"'),
    ]
    check = run("check", "--traffic", str(archive), "--api", document, "--format", "json")
    report = json.loads(check.stdout)
    assert (check.returncode, report["requests"]) == (1, 10)
    assert [f["key"] for f in report["findings"]] == [
        f["key"] for f in findings if f["rule"] != "complete_response"
    ]


def test_proxy_streams_responses(document: str) -> None:
    """A chunk arrives before the next is sent; a client that disconnects, and a server that ends
    early, end only their own exchange."""
    server = OddServer()
    with serving(server) as url, proxying(url, "--api", document) as proxy:
        with httpx.stream("GET", f"{proxy.url}/odd/slow") as response:
            chunks = response.iter_raw()
            assert next(chunks) == b'{"n":'
            server.resume.set()
            assert next(chunks) == b"1}"
            assert list(chunks) == []
        server.resume.clear()
        with httpx.stream("GET", f"{proxy.url}/odd/slow") as response:
            assert next(response.iter_raw()) == b'{"n":'
        proxy.wait_for("ask: passed, not judged\n")
        server.resume.set()
        with pytest.raises(httpx.RemoteProtocolError):
            httpx.get(f"{proxy.url}/odd/cut")
    assert proxy.code == 1
    assert "ask: conforms\n" in proxy.lines
    assert "ask: passed, not judged\n" in proxy.lines
    assert "ask: violation by the server: response: ends early" in proxy.lines
    assert "Traceback" not in proxy.lines


def test_proxy_tells_violations_of_client_and_server_apart(origin: str) -> None:
    """Violations by the client do not fail it by default; missing keys are violations."""
    with proxying(f"{origin}/api/v2", "--api", "zep") as proxy:
        key = {"Authorization": "Api-Key k"}
        httpx.post(f"{proxy.url}/api/v2/users", json={"user_id": 5}, headers=key)
        httpx.get(f"{proxy.url}/api/v2/users/ada")
        httpx.get(f"{proxy.url}/favicon.ico")
    assert proxy.code == 0
    assert 'violation by the client: body /user_id: 5 is not of type "string"' in proxy.lines
    assert "violation by the client: header: credentials are missing" in proxy.lines
    assert ", not of this API" in proxy.lines


async def without_id(request: Request, app: App) -> Response:
    """Remove a required field from the responses."""
    response = await app(request)
    if response.status == 201:
        del response.body["user_id"]
    return response


def test_proxy_reports_violations_of_a_server() -> None:
    """Each has its operation and rule, and a curl command that repeats it at the server itself."""
    with (
        serving(MutatedApp([Mutant(without_id)])) as origin,
        proxying(f"{origin}/_ns/without_id", "--api", "zep") as proxy,
    ):
        key = {"Authorization": "Api-Key k"}
        httpx.post(f"{proxy.url}/api/v2/users", json={"user_id": "a"}, headers=key)
    assert proxy.code == 1
    assert "addUser breaks response_schema_conformance: response violates " in proxy.out
    assert 'response: "user_id" is a required property' in proxy.out
    assert f"curl -X POST {origin}/_ns/without_id/api/v2/users " in proxy.out


def test_proxy_responds_for_a_server_that_does_not(document: str) -> None:
    """502 if it is down, 504 if it is silent, both with the proxy's header; nothing was judged."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with proxying(url, "--api", document, "--timeout", "1") as proxy:
            silent = httpx.get(f"{proxy.url}/odd/x")
            listener.close()
            down = httpx.get(f"{proxy.url}/odd/x")
    assert [silent.status_code, down.status_code] == [504, 502]
    for response in (silent, down):
        assert response.headers["x-understudy-proxy"] == response.json()["detail"]
    assert proxy.code == 2
    assert "a request had no response from the server (2 times)" in proxy.out
    assert "nothing was judged" in proxy.out
    assert "Traceback" not in proxy.lines


@pytest.mark.parametrize(("value", "code"), [(b"a\x1b[31mred", "1b"), (b"\x01", "01")])
def test_proxy_says_which_header_cannot_be_sent_on(document: str, value: bytes, code: str) -> None:
    """502 in the place of the response, which HTTP does not allow."""
    answer = proper(b"200 OK", b'{"n":1}', b"X-Odd: " + value)
    with (
        hostile(lambda line, _: answer) as server,
        proxying(server.url, "--api", document) as proxy,
    ):
        response = httpx.get(f"{proxy.url}/odd/x")
    assert response.status_code == 502
    assert f"the header X-Odd has the byte 0x{code}" in response.json()["detail"]
    assert "a request had no response from the server" in proxy.out
    assert "Traceback" not in proxy.lines


def test_proxy_rejects_web_sockets(document: str) -> None:
    """The response has a status and a sentence, and comes at once."""
    headers = {"connection": "upgrade", "upgrade": "websocket", "sec-websocket-version": "13"}
    headers["sec-websocket-key"] = "dGhlIHNhbXBsZSBub25jZQ=="
    with proxying("http://127.0.0.1:9", "--api", document) as proxy:
        response = httpx.get(f"{proxy.url}/odd/x", headers=headers)
    assert (response.status_code, response.text) == (
        501,
        "understudy proxy does not forward web sockets\n",
    )
    assert "Traceback" not in proxy.lines


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("ftp://x", "--api", "zep"), "is not the URL of a server"),
        (("http://127.0.0.1:99999", "--api", "zep"), "is not the URL of a server"),
        (("http://127.0.0.1:9", "--api", "nothing"), "there is no API"),
        (("http://127.0.0.1:9", "--api", "zep", "--har", "/no/where"), "cannot be written"),
    ],
)
def test_proxy_rejects_arguments_by_a_sentence(
    arguments: tuple[str, ...], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command prints one sentence, and exits with 2."""
    assert main(["proxy", *arguments]) == 2
    out, err = capsys.readouterr()
    assert (out, message in err, len(err.splitlines())) == ("", True, 1)
