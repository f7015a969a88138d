"""The journal as it grows, and as a test: streams of server-sent events, and Python's text."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from threading import Event
from typing import Any

import httpx
import pytest

from tests.support.server import Server, serving
from understudy.app import Understudy
from understudy.client import ControlClient, ControlError
from understudy.serving import server as socket_server
from understudy.serving.project import load

EVENTS = "/_understudy/requests/events"
USERS = "/api/v2/users"


def events(http: httpx.Client, last: int | None = None, **how: Any) -> list[dict[str, Any]]:
    """What a stream tells that ends at once, each event with its id."""
    headers = {} if last is None else {"Last-Event-ID": str(last)}
    answer = http.get(EVENTS, params={"seconds": 0, **how}, headers=headers)
    assert answer.headers["content-type"] == "text/event-stream"
    assert answer.headers["cache-control"] == "no-store"
    first, *told = answer.text.removesuffix("\n\n").split("\n\n")
    assert first == "retry: 50"
    return [dict(line.split(": ", 1) for line in event.split("\n")) for event in told]


def asked(told: list[dict[str, Any]]) -> list[str]:
    """The paths that were asked for, by the events with data."""
    return [json.loads(one["data"])["request"]["path"] for one in told if "data" in one]


def test_a_stream_goes_on_where_it_ended(http: httpx.Client) -> None:
    """By the id that was seen last: nothing is lost and nothing doubled, even if the journal was
    cleared, its namespace reset, or other namespaces went on meanwhile."""
    for name in ("a", "b", "c"):
        http.get(f"/{name}")
    told = events(http, recent=2)
    assert asked(told) == ["/b", "/c"]
    newest = json.loads(told[1]["data"])["number"]
    assert [one["id"] for one in told] == [str(newest - 1), str(newest), str(newest)]
    last = int(told[-1]["id"])
    assert asked(events(http, last)) == []
    http.get("/d")
    http.delete("/_understudy/requests")
    http.get("/e")
    assert asked(events(http, last)) == ["/e"]
    http.get("/f")
    again = events(http, last)
    assert asked(again) == ["/e", "/f"]
    assert asked(events(http, int(again[0]["id"]))) == ["/f"]
    http.post("/_understudy/reset")
    http.get("/g")
    assert asked(events(http, int(again[-1]["id"]))) == ["/g"]
    assert asked(events(http, 10**9, recent=1)) == ["/g"]  # an id of another server's


def test_a_stream_has_the_filters_of_the_list(http: httpx.Client) -> None:
    """Also where the last id was none of theirs."""
    http.post(USERS, json={"user_id": "ann"})
    http.post(USERS, json={"user_id": 7})
    http.get("/api/agents")
    each: tuple[dict[str, Any], ...] = (
        {"valid": False},
        {"api": "eliza"},
        {"operation": "addUser", "status": 201},
        {"method": "get"},
        {"path": "/api/v2/*"},
        {"deprecated": True},
        {"since": 1},
    )
    for filters in each:
        listed = http.get("/_understudy/requests", params=filters).json()["requests"]
        told = events(http, recent=9, **filters)
        found = [json.loads(one["data"]) for one in told if "data" in one]
        assert found == listed[::-1], filters
    missing = http.get(EVENTS, params={"operation": "getZoo"})
    assert (missing.status_code, missing.json()["detail"]) == (
        404,
        "there is no operation 'getZoo'",
    )


def test_one_exchange_is_asked_for_by_its_number(http: httpx.Client) -> None:
    """In every form that the journal has."""
    http.get("/api/agents?a=1")
    http.get("/api/agents?a=2")
    told = http.get("/_understudy/requests?limit=1").json()["requests"][0]
    one = {"number": told["number"] - 1}
    listed = http.get("/_understudy/requests", params=one).json()["requests"]
    assert [each["request"]["query"] for each in listed] == ["a=1"]
    for form in ("curl", "har", "pytest"):
        text = http.get(f"/_understudy/requests/{form}", params=one).text
        assert "agents?a=1" in text
        assert "a=2" not in text
    assert http.get("/_understudy/requests?number=999999999").json()["requests"] == []


def test_exchanges_arrive_while_one_looks(server: Server, origin: str, http: httpx.Client) -> None:
    """Of one namespace, and of all; over the end of a stream."""
    # The door closes first, so that a stream which misses something ends too.
    with (
        ThreadPoolExecutor() as pool,
        ControlClient(server.url, origin.rpartition("/")[2]) as control,
    ):
        own, all_ = control.watch("listAgents"), control.watch(everywhere=True, path="/api/agents")
        seen = [pool.submit(lambda stream: list(islice(stream, 3)), each) for each in (own, all_)]
        httpx.get(f"{server.url}/_ns/beside-{control.namespace}/api/agents")
        http.get("/api/agents?1")
        http.get(USERS)
        control.state.export()  # leaves no trace
        for wait in ("?2", "?3"):
            control._wire.ask("GET", "/requests/events", seconds=0.3)
            http.get(f"/api/agents{wait}")
        mine, everybodys = (future.result(timeout=5) for future in seen)
    assert [one.request.query for one in mine] == ["1", "2", "3"]
    assert [one.namespace for one in everybodys] == [
        f"beside-{control.namespace}",
        control.namespace,
        control.namespace,
    ]
    assert everybodys[1] == mine[0]


def test_a_stream_ends_by_itself(http: httpx.Client) -> None:
    """After as many seconds as it was asked for, and never more than two."""
    answer = http.get(EVENTS, params={"seconds": 0.2})
    assert 0.2 <= answer.elapsed.total_seconds() < 1
    assert http.get(EVENTS, params={"seconds": 2.1}).status_code == 400
    assert http.head(EVENTS, params={"seconds": 2}).elapsed.total_seconds() < 1


@contextmanager
def looking(url: str) -> Iterator[None]:
    """A client of a stream, until the block ends."""
    with httpx.stream("GET", f"{url}{EVENTS}?seconds=2&everywhere=true") as answer:
        assert next(answer.iter_text()).startswith("retry: ")
        yield


def test_nobody_is_told_anything_after_hanging_up() -> None:
    """An idle stream notices that its client has gone, long before its time is over."""
    app = Understudy(load([]))
    waiting = app.namespaces.counter.signal.waiting
    with serving(app, http=socket_server._Protocol) as url:
        with looking(url):
            until(lambda: len(waiting) == 1, 1)
        until(lambda: not waiting, 1)


def until(done: Any, seconds: float) -> None:
    """Wait for something that another thread does."""
    for _ in range(int(seconds * 100)):
        if done():
            return
        Event().wait(0.01)
    raise AssertionError(f"not within {seconds} seconds")


def test_what_a_stream_refuses_is_raised(server: Server) -> None:
    """At once, in the server's words."""
    with (
        ControlClient(server.url) as control,
        pytest.raises(ControlError, match="no operation 'getZoo'"),
    ):
        control.watch("getZoo")


def tell_a_story(http: httpx.Client) -> None:
    """Requests of all kinds; sent again from the beginning, they get the same statuses."""
    odd = "it's \"\n\\ {x} \u2028 \U0001f600"
    http.post(USERS, json={"user_id": "ann", "first_name": odd, "metadata": {"a": [True, None]}})
    http.post(USERS, content=b'{"user_id": 1}', headers={"Content-Type": "application/json"})
    http.post(USERS, content=b"\xff\x00'", headers={"X-Odd": "it's \"\\"})
    http.post(USERS, json={"user_id": "deep", "metadata": {"d": json.loads("[" * 300 + "]" * 300)}})
    http.post(USERS, json={"user_id": "long", "metadata": {"long": "x" * 20_000}})
    http.get(f"{USERS}/ann", headers={"X-Understudy-Token": "secret-1"})
    http.get(f"{USERS}/%C3%A9%20%22?x-api-key=secret-2&a=%20'", headers={"Cookie": "secret-3"})
    http.head("/api/agents")
    http.get("/nowhere/[a]/{b}/%7Bc%7D")
    for then in ({"status": 503}, {"connection": "reset"}):
        http.post("/_understudy/faults", json={"then": then})
    http.get("/api/agents")
    with pytest.raises(httpx.TransportError):
        http.get("/api/agents")


def test_a_story_is_a_test(http: httpx.Client, pytester: pytest.Pytester) -> None:
    """Of the plugin's: run by pytest it passes, and it knows no credentials."""
    tell_a_story(http)
    text = http.get("/_understudy/requests/pytest").text
    assert "secret" not in text
    assert text.count("client.request(") == 11
    assert text.count("json={") == 2
    pytester.makefile(".ini", pytest="[pytest]\nunderstudy_in_process = true\n")
    pytester.makepyfile(test_story=text, test_another=text.replace("== 503", "== 200"))
    ran = pytester.runpytest_subprocess("-q", "-p", "no:schemathesis", "-p", "no:hypothesispytest")
    ran.assert_outcomes(passed=1, failed=1)


def test_each_exchange_is_a_test_of_its_own(http: httpx.Client) -> None:
    """Valid Python, its name from the operation and the status; nothing is one too."""
    tell_a_story(http)
    http.delete("/_understudy/faults")
    names = []
    for told in http.get("/_understudy/requests").json()["requests"]:
        text = http.get("/_understudy/requests/pytest", params={"number": told["number"]}).text
        assert ("planned no more" in text) is (told["fault"] is not None)
        names.append(ast.parse(text).body[-1].name)  # type: ignore[attr-defined]
    assert names[-1] == "test_add_user_answers_201"
    assert "test_no_operation_answers_404" in names
    assert ast.parse(http.get("/_understudy/requests/pytest?status=499").text).body == []
