"""`understudy serve --replay`: answers from recordings, in the place of handlers and examples."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest

from tests.support.plugin_project import run_tests
from tests.support.recordings import SHOP, entry, write_har
from tests.support.server import run, running
from understudy.cli import app_of
from understudy.errors import UsageError

SOURCE = "x-understudy-response-source"
API = "https://api.example"
EXAMPLE = "an example of the document"

CASSETTE = """
version: 1
interactions:
- request: {method: GET, uri: 'https://api.example/shop/pets/taped', headers: {}, body: null}
  response:
    status: {code: 200, message: OK}
    headers: {Content-Type: [application/json]}
    body: {string: '{"name": "Taped"}'}
"""
PACT = {
    "consumer": {"name": "c"},
    "provider": {"name": "p"},
    "interactions": [
        {
            "description": "a pet",
            "request": {"method": "GET", "path": "/pets/expected"},
            "response": {"status": 200, "body": {"name": "Expected"}},
        }
    ],
}
SENT_AS_IT_WAS = {
    "X-Real": "1",
    "Set-Cookie": "a=1\nb=2",
    "Date": "Thu, 01 Jan 2026 00:00:00 GMT",
    "Content-Encoding": "gzip",
    "Transfer-Encoding": "chunked",
    "Access-Control-Allow-Origin": "*",
    "X-Starred": "***",
    "No Header": "x",
    "X-Control": "a\0b",
    "X-Understudy-Violations": "[]",
}
ENTRIES = (
    entry("GET", f"{API}/shop/pets?tag=a&limit=2&k=key", body=["A"], headers=SENT_AS_IT_WAS),
    entry("GET", f"{API}/shop/pets/7", body={"name": "Seven"}),
    entry("GET", f"{API}/shop/pets/7", body={"nam": "later"}),
    entry("GET", f"{API}/shop/pets/7", 404, {"name": "gone"}),
    entry("POST", f"{API}/shop/pets", 201, {"name": "Ada"}, sent={"name": "Ada", "tags": [1, 2]}),
    entry("POST", f"{API}/v9/eu/pets", 422, {"detail": "no"}, sent={"age": 3}),
    entry("GET", f"{API}/_ns/x/shop/pets/ns", body={"name": "Namespaced"}),
    entry("GET", f"{API}/favicon.ico", 404, {}),
    entry("GET", f"{API}/shop/pets/cached", 304, {}),
    entry("GET", f"{API}/shop/pets/empty", 204, "text"),
)


class Replaying(NamedTuple):
    """A server that answers from recordings: its origin, its banner and its log so far."""

    origin: str
    banner: str
    log: Path
    folder: Path


@pytest.fixture(scope="module")
def replaying(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replaying]:
    """A server of the shop's document with recordings in three formats."""
    folder = tmp_path_factory.mktemp("replay")
    (folder / "shop.yaml").write_text(SHOP)
    write_har(folder / "shop.har", *ENTRIES)
    (folder / "tape.yaml").write_text(CASSETTE)
    (folder / "pact.json").write_text(json.dumps(PACT))
    files = ("shop.har", "tape.yaml", "pact.json")
    options = [word for file in files for word in ("--replay", file)]
    log = folder / "stderr"
    with (
        log.open("w") as stderr,
        running("shop.yaml", *options, "--log-level", "info", cwd=folder, stderr=stderr) as server,
    ):
        yield Replaying(server.url, server.banner, log, folder)


_numbers = count()


@pytest.fixture
def http(replaying: Replaying) -> Iterator[httpx.Client]:
    """A client of a namespace of its own."""
    url = f"{replaying.origin}/_ns/n{next(_numbers)}"
    with httpx.Client(base_url=url, timeout=60) as client:
        yield client


def source(response: httpx.Response) -> str:
    """Return where a response says that it came from."""
    return str(response.headers[SOURCE]).removeprefix("the recording ")


def last(http: httpx.Client) -> Any:
    """Return the newest entry of the journal."""
    return http.get("/_understudy/requests", params={"limit": 1}).json()["requests"][0]


@pytest.mark.parametrize(
    ("method", "path", "content", "number"),
    [
        ("GET", "/shop/pets?limit=2&tag=a&k=other", None, 1),
        ("POST", "/shop/pets?k=other", '{ "tags": [1.0, 2], "name": "Ada" }', 5),
        ("POST", "/shop/pets", '{"age": 3}', 6),
        ("GET", "/shop/pets/%6es", None, 7),
    ],
)
def test_request_that_fits_gets_the_recorded_response(
    http: httpx.Client, method: str, path: str, content: str | None, number: int
) -> None:
    """The order of the query, the form of JSON, credentials, and where the server of the recording
    was do not matter; the response and the journal say which entry it is."""
    headers = {"content-type": "application/json"} if content else {}
    response = http.request(method, path, content=content, headers=headers)
    recorded = ENTRIES[number - 1]["response"]
    assert (response.status_code, response.text) == (
        recorded["status"],
        recorded["content"]["text"],
    )
    assert source(response) == f"shop.har, entry {number}"
    assert last(http)["recording"] == f"shop.har, entry {number}"


@pytest.mark.parametrize(
    ("path", "name", "place"),
    [("taped", "Taped", "tape.yaml, entry 1"), ("expected", "Expected", "pact.json, entry 1")],
)
def test_cassettes_and_pacts_are_recordings_too(
    http: httpx.Client, path: str, name: str, place: str
) -> None:
    """Requests are answered from files of all formats that can be read."""
    response = http.get(f"/shop/pets/{path}")
    assert (response.json(), source(response)) == ({"name": name}, place)


def test_headers_are_those_of_the_recording(http: httpx.Client) -> None:
    """But for those of the connection, of another server's CORS and date, and starred ones; lines
    of a header are several."""
    headers = http.get("/shop/pets", params={"limit": 2, "tag": "a"}).headers
    assert headers["x-real"] == "1"
    assert headers.get_list("set-cookie") == ["a=1", "b=2"]
    names = {"content-encoding", "transfer-encoding", "access-control-allow-origin", "x-starred"}
    names |= {"no header", "x-control"}
    assert names.isdisjoint(headers)
    assert "x-understudy-violations" not in headers
    assert headers.get("date") != SENT_AS_IT_WAS["Date"]
    empty = http.get("/shop/pets/empty")
    assert (empty.status_code, empty.content, source(empty)) == (204, b"", "shop.har, entry 10")


def test_other_requests_go_on(replaying: Replaying, http: httpx.Client) -> None:
    """Examples answer them and say so; the log names the recorded request that comes closest."""
    response = http.get("/shop/pets", params={"limit": 3, "tag": "a"})
    assert (response.json(), source(response)) == (["Rex"], EXAMPLE)
    assert last(http)["recording"] is None
    http.get("/shop/pets/unknown")
    http.post("/shop/pets", json={"name": "Ada", "tags": [1, 3]})
    log = replaying.log.read_text()
    for line in (
        "listPets: no recorded request fits; nearest: shop.har, entry 1, which differs in query "
        "limit",
        "getPet: no recorded request fits; nearest: shop.har, entry 2, which differs in path id",
        "addPet: no recorded request fits; nearest: shop.har, entry 5, which differs in body at "
        "/tags/1",
    ):
        assert f"{line}\n" in log


def test_answers_of_one_request_come_one_after_the_other(
    replaying: Replaying, http: httpx.Client
) -> None:
    """The last one stays; each namespace begins at the first, and so does a reset."""
    numbers = [source(http.get("/shop/pets/7")).rpartition(" ")[2] for _ in range(4)]
    assert numbers == ["2", "3", "4", "4"]
    assert http.get(f"{replaying.origin}/_ns/another/shop/pets/7").json() == {"name": "Seven"}
    http.post("/_understudy/reset")
    assert source(http.get("/shop/pets/7")) == "shop.har, entry 2"


def test_invalid_request_is_answered_and_noted(http: httpx.Client) -> None:
    """What the real server said of it is told; that it breaks the contract is in the journal."""
    response = http.post("/shop/pets", json={"age": 3})
    assert (response.status_code, response.json()) == (422, {"detail": "no"})
    assert "required property" in response.headers["x-understudy-violations"]
    assert [v["where"] for v in last(http)["violations"]] == ["body"]


def test_what_a_test_plans_comes_before_a_recording(http: httpx.Client) -> None:
    """A fault rule wins, and so does a request that prefers a response of the document; neither
    uses up an answer, nor does a scheduled request."""
    http.post(
        "/_understudy/faults", json={"when": {"operation": "getPet"}, "then": {"status": 503}}
    )
    assert http.get("/shop/pets/7").status_code == 503
    assert last(http)["recording"] is None
    preferred = http.get("/shop/pets/7", headers={"Prefer": "code=200"})
    assert preferred.json() == {"name": "Rex"}
    scheduled = {"request": {"method": "GET", "path": "/shop/pets/7"}, "in": "PT0S"}
    assert http.post("/_understudy/schedule", json=scheduled).status_code == 201
    assert source(http.get("/shop/pets/7")) == "shop.har, entry 2"
    waiting = http.get("/shop/pets/7", headers={"Prefer": "wait=0.01"})
    assert (source(waiting), waiting.headers["preference-applied"]) == (
        "shop.har, entry 3",
        "wait=0.01",
    )


def test_start_says_what_a_recording_has(replaying: Replaying) -> None:
    """What contradicts the document, what belongs to no operation, and what answers nothing."""
    assert "Requests that fit one in shop.har get its answer; it has 8" in replaying.banner
    assert replaying.log.read_text().startswith(
        "warning: shop.har: 3 of 8 recorded responses contradict the document; `understudy check "
        "--traffic shop.har --api shop.yaml` has the details:\n"
        '  entry 3 GET /pets/{id} 200: response: "name" is a required property\n'
        "  entry 4 GET /pets/{id} 404: response: status 404 is not declared; declared are 200\n"
        "  entry 10 GET /pets/{id} 204: response: status 204 is not declared; declared are 200\n"
        "warning: shop.har: 1 entry belongs to no operation: entry 8 GET /favicon.ico\n"
        "warning: shop.har: 1 entry is not answered from: 304 answers only a client that has the "
        "response already\n"
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{", "neither JSON nor YAML"),
        (b"{}", "is not an HTTP Archive (HAR), a VCR cassette or a Pact file"),
        (b'{"log": {"entries": [{"request": {}}]}}', "exchange 1 cannot be read (KeyError"),
        (b'{"log": {"entries": [{"a": "\\ud800"}]}}', "exchange 1 cannot be read"),
        (b'{"log": "\xff"}', "it is not UTF-8 text"),
        (None, "cannot be read: No such file"),
    ],
)
def test_broken_file_is_refused(tmp_path: Path, content: bytes | None, message: str) -> None:
    """One sentence says which file, and where."""
    (tmp_path / "shop.yaml").write_text(SHOP)
    file = tmp_path / "broken.har"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(UsageError) as error:
        app_of([str(tmp_path / "shop.yaml"), "--replay", str(file)])
    assert message in str(error.value)
    assert str(error.value).startswith(str(file))


def test_workers_need_a_shared_place_in_the_recording(replaying: Replaying) -> None:
    """Without a shared store, each worker would be at another place of a sequence."""
    options = ("--replay", "shop.har", "--workers", "2", "--port", "0")
    completed = run("serve", "shop.yaml", *options, cwd=replaying.folder)
    assert completed.returncode == 2
    assert "the place in the recording would differ between workers" in completed.stderr


def test_place_in_the_recording_is_in_the_store(replaying: Replaying) -> None:
    """A server that is started again goes on where the last one was."""
    options = ("shop.yaml", "--replay", "shop.har", "--store", "sqlite:///place.db")
    sources = []
    for _ in range(2):
        with running(*options, cwd=replaying.folder) as server:
            sources.append(source(httpx.get(f"{server.url}/shop/pets/7")))
            journal = httpx.get(f"{server.url}/_understudy/requests").json()["requests"]
            assert journal[0]["recording"] == sources[-1]
    assert sources == ["shop.har, entry 2", "shop.har, entry 3"]


def test_pytest_plays_a_recording(shop: pytest.Pytester) -> None:
    """Each test begins at the first answer; the journal of a failed test names the entries."""
    answers = ({"name": "Seven"}, {"name": "Later"})
    write_har(shop.path / "a.har", *(entry("GET", f"{API}/shop/pets/7", body=a) for a in answers))
    tests = """
        @pytest.mark.parametrize("turn", range(2))
        def test_it(http, pets, turn):
            assert [http.get("/pets/7").json()["name"] for _ in range(3)] == [
                "Seven", "Later", "Later"
            ]
            assert http.get("/pets/8").json() == {"name": "Rex"}
            assert [entry.recording for entry in pets.requests()] == [
                "a.har, entry 1", "a.har, entry 2", "a.har, entry 2", None
            ]
            assert turn == 0
    """
    options = ("-o", "understudy_options=--replay a.har", "-o", "understudy_in_process=true")
    result = run_tests(shop, tests, *options)
    result.assert_outcomes(passed=1, failed=1)
    assert "GET /shop/pets/7 -> 200" in result.stdout.str()
    assert "[a.har, entry 2]" in result.stdout.str()
