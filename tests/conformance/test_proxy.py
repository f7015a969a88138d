"""`understudy proxy`: real clients and servers with the judge between them."""

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
from tests.support.proxy_process import proxying
from tests.support.server import run, serving
from understudy.cli import main

MOST = 5_000_000


class Oddities:
    """A server that answers by path as servers may, and should not."""

    def __init__(self) -> None:
        self.go_on = Event()
        self.heard: dict[bytes, bytes] = {}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """One answer."""
        assert scope["type"] == "http"
        self.heard = dict(scope["headers"])
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
        """What is gzip, and breaks the contract."""
        await _say(send, 200, [*headers, (b"content-encoding", b"gzip")], compress(b'{"n":"x"}'))

    async def miscoded(self, send: Any, headers: Any) -> None:
        """What says that it is gzip."""
        await _say(send, 200, [*headers, (b"content-encoding", b"gzip")], b'{"n":1}')

    async def moved(self, send: Any, headers: Any) -> None:
        """A redirect."""
        await _say(send, 302, [(b"location", b"/elsewhere")], b"")

    async def large(self, send: Any, headers: Any) -> None:
        """More than is judged."""
        await _say(send, 200, headers, b'"' + b"x" * MOST + b'"')

    async def cut(self, send: Any, headers: Any) -> None:
        """Less than was said."""
        await _say(send, 200, [*headers, (b"content-length", b"99")], b'{"n"')

    async def slow(self, send: Any, headers: Any) -> None:
        """A piece at once, and another when it is time."""
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b'{"n":', "more_body": True})
        await asyncio.to_thread(self.go_on.wait, 10)
        await send({"type": "http.response.body", "body": b"1}"})


async def _say(send: Any, status: int, headers: Any, body: bytes) -> None:
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
    """The contract of the oddities."""
    file = tmp_path_factory.mktemp("odd") / "odd.yaml"
    file.write_text(DOCUMENT)
    return str(file)


def raw(url: str, method: str = "GET", **more: Any) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    """An answer as it came over the wire, but for what is of the connection."""
    with httpx.stream(method, url, **more) as answer:
        body = b"".join(answer.iter_raw())
        own = (b"date", b"server", b"connection", b"keep-alive", b"transfer-encoding")
        headers = [(n.lower(), v) for n, v in answer.headers.raw if n.lower() not in own]
    return answer.status_code, sorted(headers), body


def test_what_passes_is_unchanged(document: str, tmp_path: Path) -> None:
    """Status, headers and bytes are those of a direct request; what is coded is judged decoded,
    what is large is not; the archive can be judged again, with the same findings."""
    archive = tmp_path / "a.har"
    options = ("--api", document, "--har", str(archive), "--format", "json")
    odd = Oddities()
    with serving(odd) as url, proxying(url, *options, how=signal.SIGTERM) as between:
        for name in ("coded", "miscoded", "moved", "large"):
            path = f"/odd/{name}?q=%2f%20+&q="
            assert raw(between.url + path) == raw(url + path), name
            assert raw(between.url + path, "HEAD") == raw(url + path, "HEAD"), name
        own = {"connection": "x-own", "x-own": "1", "te": "trailers", "x-kept": "2"}
        assert "keep-alive" not in httpx.get(f"{between.url}/odd/coded", headers=own).headers
        assert odd.heard.keys() & {b"x-own", b"te", b"x-kept"} == {b"x-kept"}
        assert odd.heard[b"host"].decode() == url.removeprefix("http://")
        sent = {"content": b"x" * MOST * 2}
        assert raw(f"{between.url}/odd/moved", "POST", **sent)[0] == 302
    assert between.code == 1
    assert json.loads(between.out)["notes"] == [
        f"not judged: the body of a response is over {MOST} bytes"
    ]
    found = json.loads(between.out)["findings"]
    told = sorted((f["rule"], f["message"].splitlines()[0]) for f in found)
    assert told == [
        ("response_schema_conformance", 'response /n: "x" is not of type "integer"'),
        (
            "whole_answer",
            "response: is not of its content coding: "
            "Error -3 while decompressing data: incorrect header check",
        ),
    ]
    again = run("check", "--traffic", str(archive), "--api", document, "--format", "json")
    report = json.loads(again.stdout)
    assert (again.returncode, report["requests"]) == (1, 10)
    assert [f["key"] for f in report["findings"]] == [
        f["key"] for f in found if f["rule"] != "whole_answer"
    ]


def test_an_answer_passes_as_it_comes(document: str) -> None:
    """A piece arrives before the next is sent; a client that leaves, and a server that breaks off,
    end their own exchange alone."""
    odd = Oddities()
    with serving(odd) as url, proxying(url, "--api", document) as between:
        with httpx.stream("GET", f"{between.url}/odd/slow") as answer:
            pieces = answer.iter_raw()
            assert next(pieces) == b'{"n":'
            odd.go_on.set()
            assert next(pieces) == b"1}"
        odd.go_on.clear()
        with httpx.stream("GET", f"{between.url}/odd/slow") as answer:
            assert next(answer.iter_raw()) == b'{"n":'
        odd.go_on.set()
        with pytest.raises(httpx.RemoteProtocolError):
            httpx.get(f"{between.url}/odd/cut")
    assert between.code == 1
    assert "ask: conforms\n" in between.lines
    assert "ask: passed, not judged\n" in between.lines
    assert "ask: the server is wrong: response: breaks off" in between.lines
    assert "Traceback" not in between.lines


def test_each_side_answers_for_itself(origin: str) -> None:
    """The client's faults fail nobody unless that is asked for; its keys are judged here."""
    with proxying(f"{origin}/api/v2", "--api", "zep") as between:
        key = {"Authorization": "Api-Key k"}
        httpx.post(f"{between.url}/api/v2/users", json={"user_id": 5}, headers=key)
        httpx.get(f"{between.url}/api/v2/users/ada")
        httpx.get(f"{between.url}/favicon.ico")
    assert between.code == 0
    assert 'the client is wrong: body /user_id: 5 is not of type "string"' in between.lines
    assert "the client is wrong: header: credentials are missing" in between.lines
    assert ", not of this API" in between.lines


async def rename(request: Request, app: App) -> Response:
    """A field has another name."""
    response = await app(request)
    if response.status == 201:
        del response.body["user_id"]
    return response


def test_a_broken_server_is_told_of() -> None:
    """By operation and rule, with the line that repeats it at the server itself."""
    with (
        serving(MutatedApp([Mutant(rename)])) as origin,
        proxying(f"{origin}/_ns/rename", "--api", "zep") as between,
    ):
        key = {"Authorization": "Api-Key k"}
        httpx.post(f"{between.url}/api/v2/users", json={"user_id": "a"}, headers=key)
    assert between.code == 1
    assert "addUser breaks response_schema_conformance: response is against " in between.out
    assert 'response: "user_id" is a required property' in between.out
    assert f"curl -X POST {origin}/_ns/rename/api/v2/users " in between.out


def test_a_server_that_does_not_answer(document: str) -> None:
    """Down is a 502, silence a 504, both marked as ours; nothing was judged, and that is said."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with proxying(url, "--api", document, "--timeout", "1") as between:
            silent = httpx.get(f"{between.url}/odd/x")
            listener.close()
            down = httpx.get(f"{between.url}/odd/x")
    assert [silent.status_code, down.status_code] == [504, 502]
    for answer in (silent, down):
        assert answer.headers["x-understudy-proxy"] == answer.json()["detail"]
    assert between.code == 2
    assert "a request had no answer from the server (2 times)" in between.out
    assert "nothing was judged" in between.out
    assert "Traceback" not in between.lines


def test_web_sockets_are_refused_in_words(document: str) -> None:
    """Not passed, and not left hanging."""
    headers = {"connection": "upgrade", "upgrade": "websocket", "sec-websocket-version": "13"}
    headers["sec-websocket-key"] = "dGhlIHNhbXBsZSBub25jZQ=="
    with proxying("http://127.0.0.1:9", "--api", document) as between:
        answer = httpx.get(f"{between.url}/odd/x", headers=headers)
    assert (answer.status_code, answer.text) == (
        501,
        "understudy proxy does not pass web sockets\n",
    )
    assert "Traceback" not in between.lines


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("ftp://x", "--api", "zep"), "is not the URL of a server"),
        (("http://127.0.0.1:99999", "--api", "zep"), "is not the URL of a server"),
        (("http://127.0.0.1:9", "--api", "nothing"), "there is no API"),
        (("http://127.0.0.1:9", "--api", "zep", "--har", "/no/where"), "cannot be written"),
    ],
)
def test_what_cannot_be_passed_gets_a_sentence(
    arguments: tuple[str, ...], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """And the code 2."""
    assert main(["proxy", *arguments]) == 2
    out, err = capsys.readouterr()
    assert (out, told in err, len(err.splitlines())) == ("", True, 1)
