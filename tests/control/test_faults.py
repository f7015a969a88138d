"""Faults: what goes wrong on purpose, and for whom."""

from __future__ import annotations

import socket
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

USER = "/api/v2/users/ann"
AGENTS = "/api/agents"


def plan(http: httpx.Client, then: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Plan a fault; how it is listed."""
    answer = http.post("/_understudy/faults", json={"then": then, **more})
    assert answer.status_code == 201, answer.text
    planned: dict[str, Any] = answer.json()
    return planned


def statuses(http: httpx.Client, count: int, path: str = AGENTS) -> list[int]:
    """The statuses of so many requests."""
    return [http.get(path).status_code for _ in range(count)]


def newest(http: httpx.Client) -> dict[str, Any]:
    """The last exchange of the journal."""
    listed = http.get("/_understudy/requests", params={"limit": 1}).json()
    exchange: dict[str, Any] = listed["requests"][0]
    return exchange


def test_an_undeclared_status_has_the_apis_own_shape(http: httpx.Client) -> None:
    """Nothing in the document has a 503; each API says it in its own words."""
    plan(http, {"status": 503}, times=2)
    assert (answer := http.get(USER)).status_code == 503
    assert answer.json() == {"message": "a planned fault"}
    assert (answer := http.get(AGENTS)).status_code == 503
    assert answer.json()["success"] is False


def test_a_body_of_ones_own(http: httpx.Client) -> None:
    """It is answered as it is, with headers; without a status, as a success."""
    body = {"any": ["thing", None, 1.5]}
    headers = {"Retry-After": "7", "Content-Type": "text/odd"}
    plan(http, {"status": 418, "body": body, "headers": headers})
    plan(http, {"body": body})
    first, second = http.get(AGENTS), http.get(AGENTS)
    assert (first.status_code, second.status_code) == (418, 200)
    assert first.json() == second.json() == body
    assert first.headers["retry-after"] == "7"
    assert first.headers.get_list("content-type") == ["text/odd"]


def test_an_example_by_its_name(http: httpx.Client) -> None:
    """The document has it; another name is none."""
    session = "/api/messaging/sessions/none/messages"
    when = {"operation": "sendSessionMessage"}
    for name in ("reference", "envelope"):
        plan(http, {"status": 201, "example": name}, when=when)
    answers = [http.post(session, json={"content": "hello"}).json() for _ in range(2)]
    assert answers[0]["content"] == answers[1]["userMessage"]["content"]
    odd = {"when": when, "then": {"status": 201, "example": "odd"}}
    refused = http.post("/_understudy/faults", json=odd)
    assert refused.status_code == 404
    assert "has no example 'odd' of 201" in refused.json()["detail"]


def test_no_body_where_http_has_none(http: httpx.Client) -> None:
    """204 and 304 are empty, whatever was asked for, and the connection lives on."""
    plan(http, {"status": 204, "body": {"too": "much"}})
    plan(http, {"status": 304, "body": [1], "corrupt": "garble"})
    assert [http.get(AGENTS).content for _ in range(2)] == [b"", b""]
    assert statuses(http, 1) == [200]


@pytest.mark.parametrize(
    ("delay", "least", "most"),
    [
        (0.1, 0.1, 3),
        ({"uniform": [0.1, 0.05]}, 0.05, 3),
        ({"lognormal": {"median": 0.1, "sigma": 0}}, 0.09, 3),
        ({"lognormal": {"median": 0, "sigma": 5}}, 0, 3),
    ],
)
def test_an_answer_comes_late(http: httpx.Client, delay: Any, least: float, most: float) -> None:
    """By a fixed time, or one between two, or one of a distribution; and it is the true answer."""
    plan(http, {"delay": delay})
    answer = http.get(AGENTS)
    assert least <= answer.elapsed.total_seconds() <= most
    assert answer.json() == http.get(AGENTS).json()


def test_a_connection_is_closed(http: httpx.Client) -> None:
    """The client sees the end, and no byte of an answer."""
    plan(http, {"connection": "close"})
    with pytest.raises(httpx.RemoteProtocolError, match="disconnected without sending a response"):
        http.get(AGENTS)
    assert newest(http)["response"] == {"status": 0, "headers": {}, "body": None}


def ask_raw(http: httpx.Client) -> bytes:
    """What a socket gets for a plain request for the agents."""
    url = urlsplit(str(http.base_url))
    assert url.port is not None
    with socket.create_connection((url.hostname, url.port), timeout=5) as wire:
        wire.sendall(f"GET {url.path}api/agents HTTP/1.1\r\nHost: {url.netloc}\r\n\r\n".encode())
        got = b""
        while chunk := wire.recv(65_536):
            got += chunk
        return got


def test_a_connection_is_reset(http: httpx.Client) -> None:
    """A socket sees RST; a polite end is none."""
    plan(http, {"connection": "reset"}, times=2)
    with pytest.raises(ConnectionResetError):
        ask_raw(http)
    with pytest.raises(httpx.ReadError):
        http.get(AGENTS)
    plan(http, {"connection": "close"})
    assert ask_raw(http) == b""


def test_a_body_is_truncated(http: httpx.Client) -> None:
    """Half of what Content-Length promises comes; that half is in the journal."""
    whole = http.get(AGENTS).content
    plan(http, {"corrupt": "truncate"}, times=2)
    with pytest.raises(httpx.RemoteProtocolError, match="without sending complete message body"):
        http.get(AGENTS)
    head, _, body = ask_raw(http).partition(b"\r\n\r\n")
    assert b"content-length: %d" % len(whole) in head
    assert body == whole[: len(whole) // 2]
    assert newest(http)["response"]["body"] == body.decode()


def test_a_body_is_garbled(http: httpx.Client) -> None:
    """It has its length and its headers, but says nothing; the same nothing for the same seed."""
    whole = http.get(AGENTS)
    for seed in ("1", "1", "2"):
        plan(http, {"corrupt": "garble"}, seed=seed)
    noise = [http.get(AGENTS) for _ in range(3)]
    assert {len(n.content) for n in noise} == {len(whole.content)}
    assert noise[0].headers == whole.headers
    assert noise[0].content == noise[1].content != noise[2].content
    with pytest.raises(ValueError, match=r"codec can't decode|Expecting value"):
        noise[0].json()


def test_a_body_drips(http: httpx.Client) -> None:
    """It comes whole, but bit by bit."""
    body = "x" * 8
    plan(http, {"status": 200, "body": body, "drip": {"bytes": 2, "every": 0.03}})
    began = perf_counter()
    with http.stream("GET", AGENTS) as answer:
        chunks = list(answer.iter_raw())
    assert b"".join(chunks) == b'"xxxxxxxx"'
    assert len(chunks) > 1
    assert perf_counter() - began >= 4 * 0.03


def test_half_a_body_drips(http: httpx.Client) -> None:
    """Faults of one answer go together."""
    then = {"body": "x" * 8, "corrupt": "truncate", "drip": {"bytes": 2, "every": 0}}
    plan(http, {**then, "delay": 0.05})
    began = perf_counter()
    assert ask_raw(http).endswith(b'\r\n\r\n"xxxx')
    assert perf_counter() - began >= 0.05


def test_a_rate_limit_is_kept_until_the_time_is_over(http: httpx.Client) -> None:
    """Beyond it 429 with Retry-After, by the namespace's clock; all answers tell what is left."""
    http.post("/_understudy/clock", json={"freeze": "2026-01-01T00:00:00Z"})
    limit = {"requests": 2, "seconds": 60}
    assert plan(http, {"rate_limit": limit}, when={"operation": "getUser"})["times"] is None
    answers = [http.get(USER) for _ in range(3)]
    assert [a.status_code for a in answers] == [404, 404, 429]
    assert [a.headers["ratelimit-remaining"] for a in answers] == ["1", "0", "0"]
    assert answers[0].headers["ratelimit-policy"] == "2;w=60"
    assert answers[2].headers["retry-after"] == answers[2].headers["ratelimit-reset"] == "60"
    assert answers[2].json() == {"message": "Too many requests. Please try again later."}
    assert statuses(http, 3) == [200, 200, 200]
    http.post("/_understudy/clock", json={"advance": "PT1M"})
    assert statuses(http, 1, USER) == [404]


def test_it_strikes_as_often_as_was_said(http: httpx.Client) -> None:
    """Once, unless told otherwise; `times` null is always."""
    plan(http, {"status": 500})
    assert statuses(http, 3) == [500, 200, 200]
    plan(http, {"status": 501}, times=2)
    assert statuses(http, 3) == [501, 501, 200]
    always = plan(http, {"status": 502}, times=None)
    assert statuses(http, 10) == [502] * 10
    listed = http.get("/_understudy/faults").json()
    assert [(fault["id"], fault["hits"]) for fault in listed] == [("1", 1), ("2", 2), ("3", 10)]
    assert http.delete(f"/_understudy/faults/{always['id']}").status_code == 204
    assert statuses(http, 1) == [200]
    assert http.delete(f"/_understudy/faults/{always['id']}").status_code == 404


def test_chance_repeats_for_the_same_seed(http: httpx.Client) -> None:
    """A probability is one of the fault's own seed, or else of the namespace's."""

    def first_match(**seed: str) -> list[int]:
        http.delete("/_understudy/faults")
        plan(http, {"status": 500}, times=None, probability=0.5, **seed)
        return statuses(http, 40)

    first = first_match(seed="7")
    assert {200, 500} == set(first)
    assert first_match(seed="7") == first != first_match(seed="8")
    http.post("/_understudy/reset", json={"seed": "s"})
    ours = first_match()
    http.post("/_understudy/reset", json={"seed": "s"})
    assert first_match() == ours


def test_never_is_a_probability_too(http: httpx.Client) -> None:
    """With 0 nothing happens."""
    plan(http, {"status": 500}, times=None, probability=0)
    assert statuses(http, 20) == [200] * 20


@pytest.mark.parametrize(
    "when",
    [
        {"api": "zep"},
        {"operation": "addUser"},
        {"method": "post"},
        {"path": "/api/v2/users"},
        {"path": "/api/*/use*"},
        {"query": {"dry": "run"}},
        {"headers": {"X-Test": "a b"}},
        {"body": {"user_id": "ann", "metadata": {"tags": ["x", {"deep": True}]}}},
        {"api": "zep", "method": "POST", "body": {"first_name": "Ann"}},
        {},
    ],
    ids=str,
)
def test_a_request_that_fits_is_struck(http: httpx.Client, when: dict[str, Any]) -> None:
    """By API, operation, method, path, query, headers, and the part of the body that matters."""
    plan(http, {"status": 599}, when=when)
    assert add_ann(http) == 599
    assert add_ann(http) == 201


@pytest.mark.parametrize(
    "when",
    [
        {"api": "eliza"},
        {"operation": "getUser"},
        {"method": "GET"},
        {"path": "/api/v2/user"},
        {"path": "/api/v2/user?"},
        {"path": "/api/v2/[u]sers"},
        {"query": {"dry": "walk"}},
        {"headers": {"X-Test": "a"}},
        {"headers": {"X-Absent": ""}},
        {"body": {"user_id": "bob"}},
        {"body": {"absent": None}},
        {"body": {"metadata": {"tags": ["x"]}}},
        {"body": {"metadata": {"tags": ["x", {"deep": 1}]}}},
        {"api": "zep", "method": "POST", "body": {"first_name": "Bob"}},
    ],
    ids=str,
)
def test_a_request_that_does_not_fit_is_spared(http: httpx.Client, when: dict[str, Any]) -> None:
    """One part that differs is enough."""
    plan(http, {"status": 599}, when=when)
    assert add_ann(http) == 201


def add_ann(http: httpx.Client) -> int:
    """The status of adding a user."""
    body = {"user_id": "ann", "first_name": "Ann", "metadata": {"tags": ["x", {"deep": True}]}}
    path = "/api/v2/users?dry=run"
    return http.post(path, json=body, headers={"x-test": "a b"}).status_code


@pytest.mark.parametrize("then", [{"connection": "reset"}, {"status": 500}])
def test_a_write_is_kept_though_its_answer_is_lost(
    http: httpx.Client, then: dict[str, Any]
) -> None:
    """With `handled`; without it the request never came through."""
    for handled in (False, True):
        plan(http, {**then, "handled": handled})
        try:
            assert add_ann(http) == 500
        except httpx.ReadError:
            assert "connection" in then
        assert http.get(USER).status_code == (200 if handled else 404)


def test_the_journal_marks_it(http: httpx.Client) -> None:
    """With its number, and the contract is not held against what it sent."""
    fault = plan(http, {"status": 200, "body": {"not": "a user"}})
    http.get(USER)
    exchange = newest(http)
    assert (exchange["fault"], exchange["violations"]) == (fault["id"], [])
    headers = {"content-type": "application/json"}
    assert exchange["response"] == {"status": 200, "headers": headers, "body": {"not": "a user"}}
    http.get(USER)
    assert newest(http)["fault"] is None


def test_what_the_client_did_wrong_stays_so(http: httpx.Client) -> None:
    """A fault that only delays does not hide it."""
    plan(http, {"delay": 0})
    assert http.post("/api/v2/users", json={"user_id": 7}).status_code == 400
    assert newest(http)["violations"][0]["at"] == "/user_id"


def test_the_first_that_strikes_counts(http: httpx.Client) -> None:
    """In the order in which they were planned; one that is spent lets the next one through."""
    plan(http, {"status": 501}, when={"api": "zep"}, times=None)
    plan(http, {"status": 502})
    plan(http, {"status": 503})
    assert statuses(http, 3) == [502, 503, 200]
    assert [fault["hits"] for fault in http.get("/_understudy/faults").json()] == [0, 1, 1]


def test_they_are_bounded_in_number(http: httpx.Client) -> None:
    """100 that may strike; one that is spent gives way to the next."""
    for _ in range(100):
        plan(http, {"status": 500})
    refused = http.post("/_understudy/faults", json={"then": {"status": 500}})
    assert refused.status_code == 409
    assert statuses(http, 1) == [500]
    assert plan(http, {"status": 500})["id"] == "101"
    listed = http.get("/_understudy/faults").json()
    assert [fault["id"] for fault in listed] == [str(number) for number in range(2, 102)]
    assert http.delete("/_understudy/faults").status_code == 204
    assert http.get("/_understudy/faults").json() == []
    assert statuses(http, 1) == [200]


def test_the_side_door_is_never_struck(http: httpx.Client) -> None:
    """A fault for everything leaves its own way out."""
    plan(http, {"connection": "reset"}, times=None)
    assert http.get("/_understudy/health").status_code == 200
    assert http.delete("/_understudy/faults").status_code == 204
    assert statuses(http, 1) == [200]


def test_other_namespaces_are_spared(http: httpx.Client) -> None:
    """Whatever a test plans is its own, and gone after a reset."""
    plan(http, {"status": 500}, times=None)
    other = http.get(AGENTS, headers={"X-Understudy-Namespace": "spared"})
    assert other.status_code == 500, "the path names the namespace, whatever the header says"
    spared = str(http.base_url).partition("/_ns/")[0] + "/_ns/spared" + AGENTS
    assert httpx.get(spared).status_code == 200
    http.post("/_understudy/reset")
    assert statuses(http, 1) == [200]


@pytest.mark.parametrize(
    ("when", "told"),
    [
        ({"operation": "getZoo"}, "there is no operation 'getZoo'"),
        ({"api": "zoo"}, "there is no API 'zoo'"),
    ],
)
def test_what_could_never_strike_is_refused(
    http: httpx.Client, when: dict[str, str], told: str
) -> None:
    """A misspelt name is a 404, and no silent success."""
    refused = http.post("/_understudy/faults", json={"when": when, "then": {"status": 500}})
    assert refused.status_code == 404
    assert refused.json()["detail"] == told


@pytest.mark.parametrize("name", ["", "a b", "é", "a\r\nb", "a:", "Content-Length"])
def test_a_header_that_cannot_be_sent_is_refused(http: httpx.Client, name: str) -> None:
    """409, before any client sees it."""
    then = {"status": 500, "headers": {name: "1"}}
    assert http.post("/_understudy/faults", json={"then": then}).status_code == 409
