"""The journal as a stream of server-sent events, and as a pytest test."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from typing import Any

import httpx
import pytest

from tests.support.plugin_project import NO_SLOW_PLUGINS
from tests.support.server import Server, serving
from tests.support.timeouts import TIMEOUT, wait_until
from understudy.app import Understudy
from understudy.client import ControlClient, ControlError
from understudy.serving.project import load
from understudy.serving.server.http_protocol import HttpProtocol

EVENTS = "/_understudy/requests/events"
USERS = "/api/v2/users"


def events(http: httpx.Client, last: int | None = None, **filters: Any) -> list[dict[str, Any]]:
    """Return the fields of the events of a stream that ends at once."""
    headers = {} if last is None else {"Last-Event-ID": str(last)}
    response = http.get(EVENTS, params={"seconds": 0, **filters}, headers=headers)
    assert response.headers["content-type"] == "text/event-stream"
    assert response.headers["cache-control"] == "no-store"
    first, *rest = response.text.removesuffix("\n\n").split("\n\n")
    assert first == "retry: 50"
    return [dict(line.split(": ", 1) for line in event.split("\n")) for event in rest]


def paths(received: list[dict[str, Any]]) -> list[str]:
    """Return the paths of the requests of events with data."""
    return [json.loads(e["data"])["request"]["path"] for e in received if "data" in e]


def test_stream_continues_after_the_last_id(http: httpx.Client) -> None:
    """Nothing is lost or doubled, even if the journal was cleared, its namespace reset, or other
    namespaces got requests in between."""
    for name in ("a", "b", "c"):
        http.get(f"/{name}")
    first = events(http, recent=2)
    assert paths(first) == ["/b", "/c"]
    numbers = [str(json.loads(event["data"])["number"]) for event in first[:2]]
    assert [event["id"] for event in first[:2]] == numbers
    assert int(numbers[0]) < int(numbers[1]) <= int(first[2]["id"])
    last = int(first[-1]["id"])
    assert paths(events(http, last)) == []
    http.get("/d")
    http.delete("/_understudy/requests")
    http.get("/e")
    assert paths(events(http, last)) == ["/e"]
    http.get("/f")
    second = events(http, last)
    assert paths(second) == ["/e", "/f"]
    assert paths(events(http, int(second[0]["id"]))) == ["/f"]
    http.post("/_understudy/reset")
    http.get("/g")
    assert paths(events(http, int(second[-1]["id"]))) == ["/g"]
    assert paths(events(http, 10**9, recent=1)) == ["/g"]  # an id of another server


def test_stream_has_the_filters_of_the_list(http: httpx.Client) -> None:
    """The filters apply even if no exchange since the last id matched."""
    http.post(USERS, json={"user_id": "ann"})
    http.post(USERS, json={"user_id": 7})
    http.get("/api/agents")
    cases: tuple[dict[str, Any], ...] = (
        {"valid": False},
        {"api": "eliza"},
        {"operation": "addUser", "status": 201},
        {"method": "get"},
        {"path": "/api/v2/*"},
        {"deprecated": True},
        {"since": 1},
    )
    for filters in cases:
        listed = http.get("/_understudy/requests", params=filters).json()["requests"]
        received = events(http, recent=9, **filters)
        exchanges = [json.loads(event["data"]) for event in received if "data" in event]
        assert exchanges == listed[::-1], filters
    missing = http.get(EVENTS, params={"operation": "getZoo"})
    assert missing.status_code == 404
    assert missing.json()["detail"].startswith("there is no operation 'getZoo'; ")


def test_number_selects_one_exchange(http: httpx.Client) -> None:
    """The list and every export accept it."""
    http.get("/api/agents?a=1")
    http.get("/api/agents?a=2")
    _, first = http.get("/_understudy/requests?limit=2").json()["requests"]
    filters = {"number": first["number"]}
    listed = http.get("/_understudy/requests", params=filters).json()["requests"]
    assert [each["request"]["query"] for each in listed] == ["a=1"]
    for form in ("curl", "har", "pytest"):
        text = http.get(f"/_understudy/requests/{form}", params=filters).text
        assert "agents?a=1" in text
        assert "a=2" not in text
    assert http.get("/_understudy/requests?number=999999999").json()["requests"] == []


def test_new_exchanges_arrive_at_a_watcher(server: Server, origin: str, http: httpx.Client) -> None:
    """They arrive for one namespace and for all, also after the end of a stream."""
    # The client closes first, so that a stream that misses an exchange ends too.
    with (
        ThreadPoolExecutor() as pool,
        ControlClient(server.url, origin.rpartition("/")[2]) as control,
    ):
        control._http._stream = 0.1  # so that streams end in between
        own, all_ = control.watch("listAgents"), control.watch(everywhere=True, path="/api/agents")
        futures = [
            pool.submit(lambda stream: list(islice(stream, 3)), stream) for stream in (own, all_)
        ]
        httpx.get(f"{server.url}/_ns/beside-{control.namespace}/api/agents")
        http.get("/api/agents?1")
        http.get(USERS)
        control.state.export()  # not in the journal
        for wait in ("?2", "?3"):
            control._http.request("GET", "/requests/events", seconds=0.3)
            http.get(f"/api/agents{wait}")
        of_own, of_all = (future.result(timeout=TIMEOUT) for future in futures)
    assert [entry.request.query for entry in of_own] == ["1", "2", "3"]
    assert [entry.namespace for entry in of_all] == [
        f"beside-{control.namespace}",
        control.namespace,
        control.namespace,
    ]
    assert of_all[1] == of_own[0]


class Clock:
    """The clock of the streams, which stands still but for the test."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        """Return the time in seconds."""
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock of all streams of this process."""
    clock = Clock()
    monkeypatch.setattr("understudy.control.exchanges.event_stream.time", clock)
    return clock


def test_stream_ends_after_its_seconds(clock: Clock, http: httpx.Client) -> None:
    """The request sets the seconds, at most two here; a HEAD request ends at once."""
    began = clock.now
    with serving(Understudy(load([]))) as url:
        with httpx.stream("GET", f"{url}{EVENTS}?seconds=0.2") as response:
            chunks = response.iter_text()
            assert next(chunks).startswith("retry: ")
            clock.now = began + 0.19
            httpx.get(f"{url}/api/agents")
            assert any("listAgents" in chunk for chunk in chunks), "it ended too early"
            clock.now = began + 0.2
            assert "data" not in "".join(chunks)
        assert httpx.head(f"{url}{EVENTS}?seconds=2").status_code == 200
    assert http.get(EVENTS, params={"seconds": 2.1}).status_code == 400


@contextmanager
def watching(url: str) -> Iterator[None]:
    """Hold a stream open until the block ends."""
    with httpx.stream("GET", f"{url}{EVENTS}?seconds=2&everywhere=true") as response:
        assert next(response.iter_text()).startswith("retry: ")
        yield


def test_idle_stream_notices_a_disconnected_client(clock: Clock) -> None:
    """Before its time is over, which never comes on this clock."""
    app = Understudy(load([]))
    waiting = app.namespaces.shared.counter.signal.waiting
    with serving(app, http=HttpProtocol) as url:
        with watching(url):
            wait_until(lambda: len(waiting) == 1)
        wait_until(lambda: not waiting)
    assert clock.now == 1000.0


def test_watch_raises_the_servers_error(server: Server) -> None:
    """It raises at once, with the server's message."""
    with (
        ControlClient(server.url) as control,
        pytest.raises(ControlError, match="no operation 'getZoo'"),
    ):
        control.watch("getZoo")


def send_requests(http: httpx.Client) -> None:
    """Send requests of all kinds; repeated from the beginning, they get the same statuses."""
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


def test_exported_test_passes(http: httpx.Client, pytester: pytest.Pytester) -> None:
    """It passes with the plugin, and contains no credentials."""
    send_requests(http)
    text = http.get("/_understudy/requests/pytest").text
    assert "secret" not in text
    assert text.count("client.request(") == 11
    assert text.count("json={") == 2
    pytester.makefile(".ini", pytest="[pytest]\nunderstudy_in_process = true\n")
    pytester.makepyfile(test_exported=text, test_changed=text.replace("== 503", "== 200"))
    ran = pytester.runpytest_subprocess("-q", *NO_SLOW_PLUGINS)
    ran.assert_outcomes(passed=1, failed=1)


def test_one_exchange_is_exported_as_a_test(http: httpx.Client) -> None:
    """Valid Python, named by operation and status; so is the export of no exchange."""
    send_requests(http)
    http.delete("/_understudy/faults")
    names = []
    for exchange in http.get("/_understudy/requests").json()["requests"]:
        text = http.get("/_understudy/requests/pytest", params={"number": exchange["number"]}).text
        assert ("rule has been removed" in text) is (exchange["fault"] is not None)
        names.append(ast.parse(text).body[-1].name)  # type: ignore[attr-defined]
    assert names[-1] == "test_add_user_returns_201"
    assert "test_no_operation_returns_404" in names
    assert ast.parse(http.get("/_understudy/requests/pytest?status=499").text).body == []
