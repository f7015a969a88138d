"""The client of the control API, over a socket and without one."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import count

import httpx
import pytest

from tests.support.server import running
from tests.support.timeouts import TIMEOUT
from understudy.client import ApiDouble, ControlClient, ControlError, RecordChange, match
from understudy.stand_in import StandInServer

NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)

_numbers = count(1)


@pytest.fixture(scope="module", params=[False, True], ids=["socket", "in process"])
def stand_in(request: pytest.FixtureRequest) -> Iterator[StandInServer]:
    """The bundled APIs."""
    server = StandInServer.open(None, in_process=request.param)
    yield server
    server.close()


@pytest.fixture
def control(stand_in: StandInServer) -> Iterator[ControlClient]:
    """A namespace of the test's own."""
    with stand_in.control(f"client-{next(_numbers)}") as client:
        yield client


@pytest.fixture
def eliza(stand_in: StandInServer, control: ControlClient) -> ApiDouble:
    """An API there."""
    return stand_in.double(control, "eliza")


@pytest.fixture
def http(eliza: ApiDouble) -> Iterator[httpx.Client]:
    """A client of that API."""
    with httpx.Client(base_url=eliza.url, transport=eliza.transport) as client:
        yield client


def test_clock_takes_durations_in_every_form(control: ControlClient) -> None:
    """A duration of any size is a timedelta, its units, or ISO 8601, with or without a fraction."""
    assert control.clock.freeze(NEW_YEAR) == NEW_YEAR
    assert control.clock.now() == NEW_YEAR
    assert control.clock.advance(timedelta(days=40)) == NEW_YEAR + timedelta(days=40)
    assert control.clock.set("2026-01-01T00:00:00Z") == NEW_YEAR
    assert control.clock.advance(seconds=0.5) == NEW_YEAR + timedelta(seconds=0.5)
    assert control.clock.advance("PT31M") == NEW_YEAR + timedelta(minutes=31, seconds=0.5)
    assert control.clock.advance("1h30m") == NEW_YEAR + timedelta(minutes=121, seconds=0.5)
    with pytest.raises(TypeError, match=r'"31m", a timedelta or minutes=31, not 31'):
        control.clock.advance(31)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="not nothing"):
        control.clock.advance()
    with pytest.raises(TypeError, match="no keyword 'minute'; did you mean 'minutes'"):
        control.clock.advance(minute=3)  # type: ignore[call-arg]
    with pytest.raises(ControlError, match=r'/freeze: "tomorrow" fits none of .* a "date-time"'):
        control.clock.freeze("tomorrow")
    assert control.clock.set(datetime(2026, 1, 1)) == NEW_YEAR  # without a zone: UTC
    assert control.clock.set("2026-01-01T00:31:00.5Z") == NEW_YEAR + timedelta(seconds=1860.5)
    assert control.clock.advance(timedelta(0)) == control.clock.now()
    assert control.clock.advance(days=400, microseconds=1).microsecond == 500_001
    running = control.clock.resume()
    assert control.clock.now() > running
    frozen = control.clock.freeze()
    assert control.clock.now() == frozen


def test_error_responses_are_raised_with_the_servers_message(control: ControlClient) -> None:
    """The error has the message and the status of the response."""
    with pytest.raises(
        ControlError, match=r"^there is no snapshot 'none'; there is none$"
    ) as missing:
        control.state.restore("none")
    assert missing.value.status == 404
    with pytest.raises(ControlError, match=r"^body /advance: 'soon' is not a duration: write 2d, "):
        control.clock.advance("soon")
    with pytest.raises(ControlError, match=r"^there is no operation 'getZoo'; "):
        control.fail_next("getZoo", status=503)
    with pytest.raises(ControlError, match="/apis/zoo: is not served"):
        control.state.load({"apis": {"zoo": {}}})
    control.clock.set("9998-12-31T00:00:00Z")
    with pytest.raises(ControlError, match=r"^the clock must stay within the years 2 to 9998$"):
        control.clock.advance(timedelta(days=2))


def test_settings_returns_all_of_them(control: ControlClient) -> None:
    """It returns all settings, after a change, too."""
    first = control.settings()
    assert first.items() >= {"personas": {"eliza": "docs"}, "strict": False}.items()
    changed = {**first, "personas": {"eliza": "1.7"}, "strict": True}
    assert control.settings(strict=True, personas={"eliza": "1.7"}) == changed
    control.reset(seed="42")
    assert control.settings() == first
    assert control.state.export()["seed"] == "42"


def test_restore_returns_to_a_snapshot(control: ControlClient) -> None:
    """Its clock, for example."""
    control.clock.freeze(NEW_YEAR)
    control.state.snapshot("base")
    control.clock.advance(days=1)
    control.state.restore("base")
    assert control.clock.now() == NEW_YEAR


def test_records_are_changed_and_a_snapshot_is_read(control: ControlClient) -> None:
    """A change that is not as it was expected is a ControlError; what a snapshot has can be
    loaded."""
    agents = control.state.export()["apis"]["eliza"][""]["agents"]["records"]
    ((key, agent),) = agents.items()
    kept: RecordChange = {
        "api": "eliza",
        "tenant": "",
        "collection": "agents",
        "key": key,
        "record": agent,
        "expected": agent,
    }
    control.state.change_records([kept])
    control.state.snapshot("base")
    gone: RecordChange = {**kept, "record": None}
    control.state.change_records([gone])
    with pytest.raises(ControlError, match="/0/expected: there is no such record now") as late:
        control.state.change_records([gone])
    assert late.value.status == 409
    base = control.state.read_snapshot("base")
    assert base["apis"]["eliza"][""]["agents"]["records"] == {key: agent}
    control.state.load(base)
    assert key in control.state.export()["apis"]["eliza"][""]["agents"]["records"]
    with pytest.raises(ControlError, match="there is no snapshot 'bas'; did you mean 'base'"):
        control.state.read_snapshot("bas")


def test_coverage_and_operations_are_those_of_the_documents(
    eliza: ApiDouble, http: httpx.Client
) -> None:
    """Of all APIs, or of one; of one operation there is also what was not touched."""
    control = eliza.control
    http.get("/api/agents")
    names = [each["operation"] for each in control.operations("eliza")]
    assert {each["api"] for each in control.operations()} == {"eliza", "zep", "zep4"}
    (covered,) = control.coverage(api="eliza")["apis"]
    assert [each["operation"] for each in covered["operations"]] == names
    (api,) = control.coverage("listAgents", api="eliza")["apis"]
    (operation,) = api["operations"]
    assert (operation["calls"], operation["statuses"]["200"]) == (1, 1)
    assert operation["untouched"]
    for wrong in (lambda: control.operations("elisa"), lambda: control.coverage(api="elisa")):
        with pytest.raises(ControlError, match="did you mean 'eliza'") as raised:
            wrong()
        assert raised.value.status == 404
    with pytest.raises(ControlError, match="did you mean 'listAgents'"):
        control.coverage("listAgent")


def test_faults_are_added_listed_and_removed(eliza: ApiDouble, http: httpx.Client) -> None:
    """Rules of one API are listed with their hits, and removed by id, or all at once."""
    eliza.fail_next("listAgents", status=503, headers={"Retry-After": "7"})
    rule_id = eliza.fail("listAgents", status=500)
    responses = [http.get("/api/agents") for _ in range(3)]
    assert [response.status_code for response in responses] == [503, 500, 500]
    assert responses[0].headers["retry-after"] == "7"
    assert [fault["hits"] for fault in eliza.control.faults()] == [1, 2]
    eliza.control.remove_fault(rule_id)
    assert http.get("/api/agents").status_code == 200
    eliza.control.fail(status=500, seed="7", probability=0.5)
    eliza.control.clear_faults()
    assert eliza.control.faults() == []


def test_schedule_takes_times_durations_and_requests(eliza: ApiDouble, http: httpx.Client) -> None:
    """It accepts all forms of `at`, `in_` and `after`."""
    control = eliza.control
    control.clock.freeze(NEW_YEAR)
    control.schedule("GET", "/api/agents?at=1", at=NEW_YEAR + timedelta(minutes=1))
    control.schedule("GET", "/api/agents?in=2", in_=timedelta(days=40, seconds=0.5))
    control.schedule("GET", "/api/agents?in=1", in_="PT2M")
    control.schedule(
        "POST", "/api/nowhere", body={"a": 1}, after={"when": {"operation": "getHealth"}}
    )
    control.clock.advance(days=41)
    http.get("/api/agents?own=1")
    assert [e.request.query for e in eliza.requests("listAgents")] == [
        "at=1",
        "in=1",
        "in=2",
        "own=1",
    ]
    assert [e.schedule for e in control.requests()] == ["1", "3", "2", None]


def test_wait_for_returns_when_requests_match(eliza: ApiDouble, http: httpx.Client) -> None:
    """It returns once another thread has sent enough requests, else it fails after the timeout."""
    with ThreadPoolExecutor() as pool:
        sending = pool.submit(lambda: [http.get("/api/agents") for _ in range(2)])
        exchanges = eliza.wait_for("listAgents", count=2, timeout=TIMEOUT)
        sending.result()
    assert [exchange.operation for exchange in exchanges] == ["listAgents"] * 2
    message = r"^2 of 3 expected requests matched listAgents within 0\.01 seconds$"
    with pytest.raises(AssertionError, match=message):
        eliza.wait_for("listAgents", count=3, timeout=0.01)


def test_requests_curl_and_har_have_the_same_filters(eliza: ApiDouble, http: httpx.Client) -> None:
    """The filters are operation, status and path."""
    http.get("/api/agents", params={"a": "1"})
    http.get("/api/nowhere")
    exchange = eliza.requests("listAgents")[0]
    assert (exchange.request.query, exchange.response.status) == ("a=1", 200)
    assert [e.request.path for e in eliza.requests(status=404)] == ["/api/nowhere"]
    assert [e.response.status for e in eliza.requests(path="/api/now*")] == [404]
    assert eliza.requests(limit=1)[0].request.path == "/api/nowhere"
    (line,) = eliza.control.curl(operation="listAgents").splitlines()
    assert line.startswith("curl ")
    assert "/api/agents?a=1" in line
    assert eliza.control.curl(status=500) == ""
    assert "httpx.request(" in eliza.control.code("python", "listAgents")
    assert eliza.control.code("typescript", status=500) == ""
    entries = eliza.control.har(status=404)["log"]["entries"]
    assert [entry["request"]["url"] for entry in entries] == [f"{eliza.url}/api/nowhere"]


def test_watch_yields_recent_and_new_exchanges(eliza: ApiDouble, http: httpx.Client) -> None:
    """A stream continues over its end; the exchanges can be exported as a test."""
    http.get("/api/agents", params={"a": "1"})
    stream = eliza.control.watch("listAgents")
    recent = eliza.control.watch(recent=1)
    http.get("/api/agents", params={"a": "2"})
    assert [next(entries).request.query for entries in (stream, recent, recent)] == [
        "a=2",
        "a=1",
        "a=2",
    ]
    assert eliza.control.pytest_test().count("client.request(") == 2


def test_assert_called_tells_the_near_misses(eliza: ApiDouble, http: httpx.Client) -> None:
    """The message has the number of calls and each difference."""
    http.get("/api/agents", params={"a": "1"})
    eliza.assert_called("listAgents", query={"a": "1"}, status=200)
    eliza.assert_called("listAgents", times=1)
    eliza.assert_called("listAgents", times=0, status=500)
    with pytest.raises(
        AssertionError, match=r"^expected listAgents to be called 0 times, but it was called once$"
    ):
        eliza.assert_called("listAgents", times=0)
    with pytest.raises(AssertionError) as missed:
        eliza.assert_called("listAgents", query={"a": "2"})
    first, _, near_miss, difference = str(missed.value).splitlines()
    assert first == (
        "expected listAgents with query={'a': '2'} to be called at least once, "
        "but it was called 0 times"
    )
    assert near_miss.startswith("near miss: ")
    assert "listAgents: GET /api/agents?a=1 -> 200" in near_miss
    assert difference == "  query a: wanted '2', got '1'"
    with pytest.raises(AssertionError) as missed:
        eliza.wait_for("listAgents", count=2, timeout=0, query={"a": match.regex("^[23]$")})
    assert str(missed.value).splitlines() == [
        "0 of 2 expected requests matched listAgents with query={'a': {'$regex': '^[23]$'}} "
        "within 0 seconds",
        *("", near_miss, "  query a: wanted {'$regex': '^[23]$'}, got '1'"),
    ]


def test_match_says_what_values_are_like(http: httpx.Client, eliza: ApiDouble) -> None:
    """Each helper is plain JSON, which the server reads; a failure shows the long values cut."""
    body = {"name": "Ann", "age": 5, "tags": ["a", "b"], "at": "2026-01-02", "none": None}
    http.post("/api/agents", params={"limit": 9}, json=body)
    wanted = {
        "name": match.regex("^A"),
        "age": match.between(1, 5),
        "tags": match.exactly(["a", "b"]),
        "at": match.less_than("2026-02"),
        "none": match.a(None),
        "other": match.absent,
    }
    eliza.assert_called(body=wanted, query={"limit": match.at_least(9), "q": match.absent})
    same = {"name": match.a(str), "age": match.type_("integer"), "tags": match.present}
    eliza.assert_called(body=same, json_path={"$.tags[*]": match.one_of("b", "c")})
    bounds = {"age": match.more_than(4), "tags": match.not_(match.at_most(1))}
    eliza.assert_called(body=bounds)
    with pytest.raises(AssertionError, match=r"body /age: wanted {'\$gte': 6}, got 5"):
        eliza.assert_called(body={"age": match.at_least(6)})
    with pytest.raises(ControlError, match="takes one of string, number"):
        eliza.assert_called(body={"age": match.type_("float")})
    with pytest.raises(TypeError, match=r"match\.a takes str, int"):
        match.a(bytes)
    with pytest.raises(AssertionError) as missed:
        eliza.assert_called(body={"name": "b" * 1000})
    assert max(map(len, str(missed.value).splitlines()[1:])) < 700


def test_deleted_namespace_begins_anew(stand_in: StandInServer, control: ControlClient) -> None:
    """Nothing is left, and a second deletion is no error."""
    control.settings(strict=True)
    control.delete_namespace()
    with stand_in.control("onlooker") as other:
        assert not any(control.namespace == name for name in _names(stand_in, other))
    control.delete_namespace()
    assert control.settings()["strict"] is False


def _names(stand_in: StandInServer, control: ControlClient) -> list[str]:
    with httpx.Client(transport=stand_in.transport) as client:
        namespaces = client.get(f"{control.url}/_understudy/namespaces").json()
    return [namespace["name"] for namespace in namespaces]


def test_token_is_needed() -> None:
    """A request without the token is 403, and the message says why."""
    sesame = "sesame"
    with running("--token", sesame) as server:
        with ControlClient(server.url, token=sesame) as control:
            assert control.settings()["strict"] is False
        with (
            ControlClient(server.url) as stranger,
            pytest.raises(ControlError, match="the control API needs the token") as raised,
        ):
            stranger.settings()
    assert raised.value.status == 403


def test_head_response_has_no_body(http: httpx.Client) -> None:
    """The body is empty in the process as on a socket."""
    response = http.head("/api/agents")
    assert (response.status_code, response.content) == (200, b"")
    assert int(response.headers["content-length"]) > 0
