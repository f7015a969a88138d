"""Fault rules: their actions, which requests match, and how often they apply."""

from __future__ import annotations

import socket
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.support.timeouts import TIMEOUT

USER = "/api/v2/users/ann"
AGENTS = "/api/agents"


def add_fault(http: httpx.Client, then: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Add a fault rule, and return it as it is listed."""
    response = http.post("/_understudy/faults", json={"then": then, **more})
    assert response.status_code == 201, response.text
    rule: dict[str, Any] = response.json()
    return rule


def statuses(http: httpx.Client, count: int, path: str = AGENTS) -> list[int]:
    """Return the statuses of `count` requests."""
    return [http.get(path).status_code for _ in range(count)]


def newest(http: httpx.Client) -> dict[str, Any]:
    """Return the last exchange of the journal."""
    listed = http.get("/_understudy/requests", params={"limit": 1}).json()
    exchange: dict[str, Any] = listed["requests"][0]
    return exchange


def test_undeclared_status_has_the_apis_error_shape(http: httpx.Client) -> None:
    """The documents have no 503; each API sends it in the form of its own errors."""
    add_fault(http, {"status": 503}, times=2)
    assert (response := http.get(USER)).status_code == 503
    assert response.json() == {"message": "a planned fault"}
    assert (response := http.get(AGENTS)).status_code == 503
    assert response.json()["success"] is False


def test_body_and_headers_are_sent_unchanged(http: httpx.Client) -> None:
    """A body without a status is sent as a success."""
    body = {"any": ["thing", None, 1.5]}
    headers = {"Retry-After": "7", "Content-Type": "text/odd"}
    add_fault(http, {"status": 418, "body": body, "headers": headers})
    add_fault(http, {"body": body})
    first, second = http.get(AGENTS), http.get(AGENTS)
    assert (first.status_code, second.status_code) == (418, 200)
    assert first.json() == second.json() == body
    assert first.headers["retry-after"] == "7"
    assert first.headers.get_list("content-type") == ["text/odd"]


def test_example_is_chosen_by_its_name(http: httpx.Client) -> None:
    """A name that the document does not have is 404."""
    session = "/api/messaging/sessions/none/messages"
    when = {"operation": "sendSessionMessage"}
    for name in ("reference", "envelope"):
        add_fault(http, {"status": 201, "example": name}, when=when)
    responses = [http.post(session, json={"content": "hello"}).json() for _ in range(2)]
    assert responses[0]["content"] == responses[1]["userMessage"]["content"]
    odd = {"when": when, "then": {"status": 201, "example": "odd"}}
    response = http.post("/_understudy/faults", json=odd)
    assert response.status_code == 404
    assert "has no example 'odd' of 201" in response.json()["detail"]


def test_statuses_without_a_body_send_none(http: httpx.Client) -> None:
    """204 and 304 are empty, whatever the rule says, and the connection stays open."""
    add_fault(http, {"status": 204, "body": {"too": "much"}})
    add_fault(http, {"status": 304, "body": [1], "corrupt": "garble"})
    assert [http.get(AGENTS).content for _ in range(2)] == [b"", b""]
    assert statuses(http, 1) == [200]


@pytest.mark.parametrize(
    ("delay", "least"),
    [
        (0.1, 0.1),
        ({"uniform": [0.1, 0.05]}, 0.05),
        ({"lognormal": {"median": 0.1, "sigma": 0}}, 0.09),
        ({"lognormal": {"median": 0, "sigma": 5}}, 0),
    ],
)
def test_delay_makes_the_response_late(http: httpx.Client, delay: Any, least: float) -> None:
    """The delay is constant, uniform or lognormal; the response itself is the handler's."""
    add_fault(http, {"delay": delay})
    response = http.get(AGENTS)
    assert least <= response.elapsed.total_seconds() < TIMEOUT / 2
    assert response.json() == http.get(AGENTS).json()


def test_connection_close_sends_no_response(http: httpx.Client) -> None:
    """The client sees the end of the connection, and no byte of a response."""
    add_fault(http, {"connection": "close"})
    with pytest.raises(httpx.RemoteProtocolError, match="disconnected without sending a response"):
        http.get(AGENTS)
    assert newest(http)["response"] == {"status": 0, "headers": {}, "body": None}


def raw_response(http: httpx.Client) -> bytes:
    """Return what a socket receives for a plain request of the agents."""
    url = urlsplit(str(http.base_url))
    assert url.port is not None
    with socket.create_connection((url.hostname, url.port), timeout=TIMEOUT) as wire:
        wire.sendall(f"GET {url.path}api/agents HTTP/1.1\r\nHost: {url.netloc}\r\n\r\n".encode())
        got = b""
        while chunk := wire.recv(65_536):
            got += chunk
        return got


def test_connection_reset_sends_rst(http: httpx.Client) -> None:
    """A socket sees RST; with `close` it sees FIN."""
    add_fault(http, {"connection": "reset"}, times=2)
    with pytest.raises(ConnectionResetError):
        raw_response(http)
    with pytest.raises(httpx.ReadError):
        http.get(AGENTS)
    add_fault(http, {"connection": "close"})
    assert raw_response(http) == b""


def test_truncated_body_is_half_as_long(http: httpx.Client) -> None:
    """The client gets half of what Content-Length promises; that half is in the journal."""
    whole = http.get(AGENTS).content
    add_fault(http, {"corrupt": "truncate"}, times=2)
    with pytest.raises(httpx.RemoteProtocolError, match="without sending complete message body"):
        http.get(AGENTS)
    head, _, body = raw_response(http).partition(b"\r\n\r\n")
    assert b"content-length: %d" % len(whole) in head
    assert body == whole[: len(whole) // 2]
    assert newest(http)["response"]["body"] == body.decode()


def test_garbled_body_is_noise_of_the_same_length(http: httpx.Client) -> None:
    """Its length and headers are right; the noise is the same for the same seed."""
    whole = http.get(AGENTS)
    for seed in ("1", "1", "2"):
        add_fault(http, {"corrupt": "garble"}, seed=seed)
    noise = [http.get(AGENTS) for _ in range(3)]
    assert {len(n.content) for n in noise} == {len(whole.content)}
    assert noise[0].headers == whole.headers
    assert noise[0].content == noise[1].content != noise[2].content
    with pytest.raises(ValueError, match=r"codec can't decode|Expecting value"):
        noise[0].json()


def test_drip_sends_the_body_in_chunks(http: httpx.Client) -> None:
    """The body is complete, with a pause before each chunk."""
    body = "x" * 8
    add_fault(http, {"status": 200, "body": body, "drip": {"bytes": 2, "every": 0.03}})
    began = perf_counter()
    assert http.get(AGENTS).content == b'"xxxxxxxx"'
    assert perf_counter() - began >= 4 * 0.03


def test_actions_of_one_rule_combine(http: httpx.Client) -> None:
    """A late body of which half is sent in chunks."""
    then = {"body": "x" * 8, "corrupt": "truncate", "drip": {"bytes": 2, "every": 0}}
    add_fault(http, {**then, "delay": 0.05})
    began = perf_counter()
    assert raw_response(http).endswith(b'\r\n\r\n"xxxx')
    assert perf_counter() - began >= 0.05


def test_rate_limit_ends_by_the_namespaces_clock(http: httpx.Client) -> None:
    """Too many requests get 429 with Retry-After; all responses have the RateLimit headers."""
    http.post("/_understudy/clock", json={"freeze": "2026-01-01T00:00:00Z"})
    limit = {"requests": 2, "seconds": 60}
    assert add_fault(http, {"rate_limit": limit}, when={"operation": "getUser"})["times"] is None
    responses = [http.get(USER) for _ in range(3)]
    assert [a.status_code for a in responses] == [404, 404, 429]
    assert [a.headers["ratelimit-remaining"] for a in responses] == ["1", "0", "0"]
    assert responses[0].headers["ratelimit-policy"] == "2;w=60"
    assert responses[2].headers["retry-after"] == responses[2].headers["ratelimit-reset"] == "60"
    assert responses[2].json() == {"message": "Too many requests. Please try again later."}
    assert statuses(http, 3) == [200, 200, 200]
    http.post("/_understudy/clock", json={"advance": "PT1M"})
    assert statuses(http, 1, USER) == [404]


def test_times_limits_the_number_of_hits(http: httpx.Client) -> None:
    """1 by default; null is all requests."""
    add_fault(http, {"status": 500})
    assert statuses(http, 3) == [500, 200, 200]
    add_fault(http, {"status": 501}, times=2)
    assert statuses(http, 3) == [501, 501, 200]
    always = add_fault(http, {"status": 502}, times=None)
    assert statuses(http, 10) == [502] * 10
    listed = http.get("/_understudy/faults").json()
    assert [(fault["id"], fault["hits"]) for fault in listed] == [("1", 1), ("2", 2), ("3", 10)]
    assert http.delete(f"/_understudy/faults/{always['id']}").status_code == 204
    assert statuses(http, 1) == [200]
    assert http.delete(f"/_understudy/faults/{always['id']}").status_code == 404


def test_probability_repeats_for_the_same_seed(http: httpx.Client) -> None:
    """The seed is the rule's own, or else the namespace's."""

    def first_match(**seed: str) -> list[int]:
        http.delete("/_understudy/faults")
        add_fault(http, {"status": 500}, times=None, probability=0.5, **seed)
        return statuses(http, 40)

    first = first_match(seed="7")
    assert {200, 500} == set(first)
    assert first_match(seed="7") == first != first_match(seed="8")
    http.post("/_understudy/reset", json={"seed": "s"})
    ours = first_match()
    http.post("/_understudy/reset", json={"seed": "s"})
    assert first_match() == ours


def test_probability_0_never_applies(http: httpx.Client) -> None:
    """No request is changed."""
    add_fault(http, {"status": 500}, times=None, probability=0)
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
def test_rule_applies_to_a_request_that_matches(http: httpx.Client, when: dict[str, Any]) -> None:
    """It matches by API, operation, method, path, query, headers, and a part of the body."""
    add_fault(http, {"status": 599}, when=when)
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
        {"body": {"metadata": {"tags": ["x", "x"]}}},
        {"body": {"metadata": {"tags": {"$eq": ["x"]}}}},
        {"body": {"metadata": {"tags": ["x", {"deep": 1}]}}},
        {"api": "zep", "method": "POST", "body": {"first_name": "Bob"}},
    ],
    ids=str,
)
def test_rule_ignores_a_request_that_differs_in_one_part(
    http: httpx.Client, when: dict[str, Any]
) -> None:
    """All parts must match."""
    add_fault(http, {"status": 599}, when=when)
    assert add_ann(http) == 201


def add_ann(http: httpx.Client) -> int:
    """Add a user, and return the status."""
    body = {"user_id": "ann", "first_name": "Ann", "metadata": {"tags": ["x", {"deep": True}]}}
    path = "/api/v2/users?dry=run"
    return http.post(path, json=body, headers={"x-test": "a b"}).status_code


@pytest.mark.parametrize("then", [{"connection": "reset"}, {"status": 500}])
def test_handled_commits_the_write_without_its_response(
    http: httpx.Client, then: dict[str, Any]
) -> None:
    """The handler does not run without `handled`."""
    for handled in (False, True):
        add_fault(http, {**then, "handled": handled})
        try:
            assert add_ann(http) == 500
        except httpx.ReadError:
            assert "connection" in then
        assert http.get(USER).status_code == (200 if handled else 404)


def test_journal_marks_responses_of_faults(http: httpx.Client) -> None:
    """The entry has the id of the rule; such a response is not validated."""
    fault = add_fault(http, {"status": 200, "body": {"not": "a user"}})
    http.get(USER)
    exchange = newest(http)
    assert (exchange["fault"], exchange["violations"]) == (fault["id"], [])
    headers = {"content-type": "application/json"}
    assert exchange["response"] == {"status": 200, "headers": headers, "body": {"not": "a user"}}
    http.get(USER)
    assert newest(http)["fault"] is None


def test_delayed_request_is_still_validated(http: httpx.Client) -> None:
    """A rule that only delays does not hide the client's violations."""
    add_fault(http, {"delay": 0})
    assert http.post("/api/v2/users", json={"user_id": 7}).status_code == 400
    assert newest(http)["violations"][0]["at"] == "/user_id"


def test_first_rule_that_applies_counts(http: httpx.Client) -> None:
    """Rules apply in the order of their creation; a rule that is used up is skipped."""
    add_fault(http, {"status": 501}, when={"api": "zep"}, times=None)
    add_fault(http, {"status": 502})
    add_fault(http, {"status": 503})
    assert statuses(http, 3) == [502, 503, 200]
    assert [fault["hits"] for fault in http.get("/_understudy/faults").json()] == [0, 1, 1]


def test_rules_are_bounded_in_number(http: httpx.Client) -> None:
    """100 that may still apply; the oldest that is used up is removed for a new one."""
    for _ in range(100):
        add_fault(http, {"status": 500})
    response = http.post("/_understudy/faults", json={"then": {"status": 500}})
    assert response.status_code == 409
    assert statuses(http, 1) == [500]
    assert add_fault(http, {"status": 500})["id"] == "101"
    listed = http.get("/_understudy/faults").json()
    assert [fault["id"] for fault in listed] == [str(number) for number in range(2, 102)]
    assert http.delete("/_understudy/faults").status_code == 204
    assert http.get("/_understudy/faults").json() == []
    assert statuses(http, 1) == [200]


def test_control_api_is_exempt_from_faults(http: httpx.Client) -> None:
    """A rule for all requests can be removed again."""
    add_fault(http, {"connection": "reset"}, times=None)
    assert http.get("/_understudy/health").status_code == 200
    assert http.delete("/_understudy/faults").status_code == 204
    assert statuses(http, 1) == [200]


def test_rules_apply_to_their_own_namespace(http: httpx.Client) -> None:
    """They are removed by a reset."""
    add_fault(http, {"status": 500}, times=None)
    other = http.get(AGENTS, headers={"X-Understudy-Namespace": "spared"})
    assert other.status_code == 500, "the path names the namespace, whatever the header says"
    spared = str(http.base_url).partition("/_ns/")[0] + "/_ns/spared" + AGENTS
    assert httpx.get(spared).status_code == 200
    http.post("/_understudy/reset")
    assert statuses(http, 1) == [200]


@pytest.mark.parametrize(
    ("when", "detail"),
    [
        ({"operation": "getUsr"}, "there is no operation 'getUsr'; did you mean 'getUser'? There "),
        ({"api": "zip"}, "there is no API 'zip'; did you mean 'zep'? There are eliza, zep, zep4"),
        (
            {"api": "zep", "operation": "listAgents"},
            "there is no operation 'listAgents' of zep; ",
        ),
    ],
)
def test_unknown_names_are_rejected(http: httpx.Client, when: dict[str, str], detail: str) -> None:
    """A misspelt name is 404, and no silent success; the error names what comes closest."""
    response = http.post("/_understudy/faults", json={"when": when, "then": {"status": 500}})
    assert response.status_code == 404
    assert response.json()["detail"].startswith(detail)


@pytest.mark.parametrize("name", ["", "a b", "é", "a\r\nb", "a:", "Content-Length"])
def test_headers_that_cannot_be_sent_are_rejected(http: httpx.Client, name: str) -> None:
    """The control API rejects them with 409."""
    then = {"status": 500, "headers": {name: "1"}}
    assert http.post("/_understudy/faults", json={"then": then}).status_code == 409
