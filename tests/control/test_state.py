"""State: exported, imported, saved in snapshots, read from a file at the start, and repeatable."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.chosen_store import CHOSEN, needs_memory
from tests.support.scenario import Scenario
from tests.support.server import Server, run, running

KEY = {"Authorization": "Api-Key test"}
STATE = "/_understudy/state"
SNAPSHOT = "/_understudy/snapshots/base"

ANN = {
    "uuid": "0b9d1f0e-5c1c-4a8e-8a86-7d0f3a5e2b90",
    "user_id": "ann",
    "created_at": "2026-01-01T00:00:00Z",
}

#: A job of Eliza.
JOB: dict[str, Any] = {
    **dict.fromkeys(("id", "agentId", "userId"), "11111111-1111-4111-8111-111111111111"),
    **dict.fromkeys(("createdAt", "expiresAt", "next"), 1),
    "status": "pending",
    "content": "Hello?",
    "metadata": None,
}

#: A state as somebody would write it by hand: only what matters.
BY_HAND: dict[str, Any] = {
    "seed": "by hand",
    "clock": {"now": "2026-01-01T12:00:00+02:00", "frozen": True},
    "settings": {"personas": {"eliza": "1.7"}, "strict": True},
    "apis": {"zep": {"test": {"users": {"records": {"ann": ANN}}}}},
}


@pytest.fixture
def other(server: Server, origin: str) -> Iterator[httpx.Client]:
    """A client of another namespace on the same server."""
    with httpx.Client(base_url=f"{origin}-other", headers=KEY) as client:
        yield client


def user_status(http: httpx.Client, name: str = "ann") -> int:
    """Return the status of a request for a user."""
    return http.get(f"/api/v2/users/{name}").status_code


def test_imported_namespace_responds_like_the_exported_one(
    http: httpx.Client, other: httpx.Client
) -> None:
    """Every GET of all APIs, to the byte, in a namespace that had another state before."""
    exported, imported = Scenario(http), Scenario(other)
    exported.begin()
    exported.fill()
    imported.begin("another seed")
    imported.fill()
    state = http.get(STATE)
    records = other.put(STATE, content=state.content, headers={"Content-Type": "application/json"})
    assert records.json()["records"]["zep"]["users"] == 2
    assert records.json()["records"]["eliza"]["uploads"] == 1
    assert other.get(STATE).content == state.content
    imported.known = exported.known
    assert imported.call_all_reads() == exported.call_all_reads()
    assert other.get(STATE).content == http.get(STATE).content


def test_imported_namespace_continues_like_the_exported_one(
    http: httpx.Client, other: httpx.Client
) -> None:
    """Its next ids, serials and times are the same."""
    scenario = Scenario(http)
    scenario.begin()
    scenario.fill()
    other.put(STATE, json=http.get(STATE).json())
    bodies = [http.post("/api/v2/users", json={"user_id": "eve"}).content for http in (http, other)]
    assert bodies[0] == bodies[1]
    assert json.loads(bodies[0])["id"] == 3


def test_export_of_an_empty_world_can_be_edited(http: httpx.Client, other: httpx.Client) -> None:
    """It names every API with its collections, for the key that tests use, and changes nothing."""
    http.post("/_understudy/clock", json={"freeze": "2026-01-01T00:00:00Z"})
    state = http.get(STATE).json()
    assert http.get(STATE).json() == state
    assert list(state["apis"]) == ["eliza", "zep"]
    assert http.get("/_understudy/namespaces").json()[0]["tenants"] == {}
    users = state["apis"]["zep"]["understudy"]["users"]["records"]
    assert users == {}
    assert other.put(STATE, json=state).status_code == 200  # unchanged, it is an empty world
    assert other.get(STATE).json() == state
    (agent,) = state["apis"]["eliza"][""]["agents"]["records"].values()
    users["ann"], agent["agent"]["name"] = ANN, "Ada"
    assert other.put(STATE, json=state).status_code == 200
    headers = {"Authorization": "Api-Key understudy"}
    assert other.get("/api/v2/users/ann", headers=headers).json()["user_id"] == "ann"
    assert other.get("/api/agents").json()["data"]["agents"][0]["name"] == "Ada"


def test_state_without_records_is_no_state(http: httpx.Client) -> None:
    """An API begins as if it had never been used, and its tenants are those of its clients."""
    empty: dict[str, Any] = {"users": {"records": {}}}
    state = {"apis": {"zep": {"understudy": empty}, "eliza": {}}}
    assert http.put(STATE, json=state).status_code == 200
    assert http.get("/_understudy/namespaces").json()[0]["tenants"] == {}
    assert len(http.get("/api/agents").json()["data"]["agents"]) == 1


def test_import_keeps_unnamed_apis(http: httpx.Client) -> None:
    """A state may have one API, only a clock, or nothing at all."""
    http.post("/api/v2/users", json={"user_id": "bob"})
    little: list[dict[str, Any]] = [{}, {"apis": {}}, {"apis": {"eliza": {}}}, {"drawn": 7}]
    for state in little:
        assert http.put(STATE, json=state).status_code == 200
        assert user_status(http, "bob") == 200
    assert http.put(STATE, json=BY_HAND).json() == {"records": {"zep": {"users": 1}}}
    assert (user_status(http), user_status(http, "bob")) == (200, 404)
    assert http.get("/_understudy/clock").json() == {
        "now": "2026-01-01T10:00:00.000000Z",
        "frozen": True,
    }
    settings = http.get("/_understudy/settings").json()
    assert settings.items() >= {"personas": {"eliza": "1.7"}, "strict": True}.items()


def test_import_reports_all_violations_and_changes_nothing(http: httpx.Client) -> None:
    """An import is done completely, or not at all."""
    http.post("/api/v2/users", json={"user_id": "bob"})
    jobs = {"a": {**JOB, "id": "a"}, "b": {**JOB, "createdAt": "x"}, "c": {**JOB, "status": [1]}}
    users = {"ann": {**ANN, "user_id": 1}}
    state = {
        "clock": {"now": "0001-01-01T00:00:00+23:59"},
        "settings": {"personas": {"eliza": "2", "zoo": "x"}},
        "apis": {
            "zoo": {},
            "zep": {"k": {"lions": {"records": {}}, "users": {"records": users}}},
            "eliza": {"k": {"jobs": {"records": jobs}}},
        },
    }
    response = http.put(STATE, json={**BY_HAND, **state})
    assert response.status_code == 409
    violations = [(each["at"], each["message"]) for each in response.json()["violations"]]
    assert len(violations) == len(set(violations))
    assert {at for at, _ in violations} == {
        "/clock/now",
        "/settings/personas/eliza",
        "/settings/personas/zoo",
        "/apis/zoo",
        "/apis/zep/k/lions",
        "/apis/zep/k/users/records/ann/user_id",
        "/apis/eliza/k/jobs/records",
        "/apis/eliza/k/jobs/records/a/id",
        "/apis/eliza/k/jobs/records/b/createdAt",
        "/apis/eliza/k/jobs/records/b/id",
        "/apis/eliza/k/jobs/records/c/id",
        "/apis/eliza/k/jobs/records/c/status",
    }
    assert (user_status(http), user_status(http, "bob")) == (404, 200)
    assert http.get("/_understudy/settings").json()["personas"] == {"eliza": "docs"}


def test_record_of_any_collection_is_checked(http: httpx.Client) -> None:
    """An empty one is refused, but for those that may have no fields; all have an example that
    fits."""
    may_be_empty = set()
    for each in http.get("/_understudy/collections").json():
        place = {"api": each["api"], "tenant": "", "collection": each["name"]}
        empty = http.patch("/_understudy/records", json=[{**place, "key": "k", "record": {}}])
        if empty.status_code == 204:
            may_be_empty.add(each["name"])
        else:
            assert empty.json()["violations"][0]["at"] == "/0/record"
        assert each["example"] is not None
        assert each["record"] is not None
    assert may_be_empty == {"environment"}


@pytest.mark.parametrize(
    "state",
    [
        [],
        None,
        {"apis": {"zep": {"test": {"users": {"records": {"ann": 7}}}}}},
        {"apis": {"zep": {"test": {"users": {}}}}},
        {"apis": {"zep": {"test": {"users": {"records": {}, "serial": -1}}}}},
        {"clock": {"frozen": True}},
        {"drawn": 2**53},
        {"seed": 7},
        {"other": 1},
    ],
    ids=str,
)
def test_import_rejects_bodies_against_the_schema(http: httpx.Client, state: Any) -> None:
    """The control API's own document has the schema of the body."""
    assert http.put(STATE, json=state).status_code == 400


@pytest.mark.parametrize("now", ["9998-12-31T23:00:00-02:00", "9999-01-01T00:00:00Z"])
def test_import_rejects_a_time_outside_of_the_clocks_years(http: httpx.Client, now: str) -> None:
    """Such a time is rejected with any offset, and nothing changes."""
    response = http.put(STATE, json={"seed": "x", "clock": {"now": now}})
    assert response.status_code == 409
    assert http.get(STATE).json()["seed"] != "x"


def test_snapshot_restores_everything_but_the_journal(http: httpx.Client) -> None:
    """Records, seed, ids, clock, personas and strictness."""
    scenario = Scenario(http)
    scenario.begin()
    scenario.fill()
    before = http.get(STATE).json()
    assert http.put(SNAPSHOT).json()["records"]["zep"]["users"] == 2
    http.delete("/api/v2/users/ann")
    http.post("/api/v2/users", json={"user_id": "eve"}, headers={"Authorization": "Api-Key new"})
    http.patch("/_understudy/settings", json={"personas": {"eliza": "1.7"}, "strict": True})
    http.post("/_understudy/clock", json={"advance": "PT5M"})
    seen = http.get("/_understudy/requests").json()["seen"]
    assert http.get(STATE).json() != before
    for _ in range(2):
        assert http.post(f"{SNAPSHOT}/restore").status_code == 200
        assert http.get(STATE).json() == before
        http.delete("/api/v2/users/bob")
    assert http.get("/_understudy/requests").json()["seen"] == seen + 2


def test_snapshots_are_named_and_bounded(http: httpx.Client) -> None:
    """A name is one snapshot; there are at most 20; an unknown one is 404; a reset deletes all."""
    for number in range(20):
        assert http.put(f"/_understudy/snapshots/s{number}").status_code == 200
    assert http.put("/_understudy/snapshots/s20").status_code == 409
    http.post("/api/v2/users", json={"user_id": "ann"})
    assert http.put("/_understudy/snapshots/s0").json()["records"]["zep"]["users"] == 1
    listed = http.get("/_understudy/snapshots").json()
    assert [snapshot["name"] for snapshot in listed] == [f"s{number}" for number in range(20)]
    assert [snapshot["records"] != {} for snapshot in listed] == [True] + [False] * 19
    assert http.delete("/_understudy/snapshots/s0").status_code == 204
    assert http.delete("/_understudy/snapshots/s0").status_code == 404
    assert http.post("/_understudy/snapshots/s0/restore").status_code == 404
    http.post("/_understudy/reset")
    assert http.get("/_understudy/snapshots").json() == []


def test_namespaces_begin_in_the_state_of_a_file(tmp_path: Path) -> None:
    """A reset restores it; a seed in the reset's body takes precedence over the file's."""
    path = tmp_path / "state.json"
    path.write_text(json.dumps(BY_HAND))
    with running("--state", str(path)) as server:
        for root in ("", "/_ns/a", "/_ns/b"):
            with httpx.Client(base_url=server.url + root, headers=KEY) as http:
                assert user_status(http) == 200
                http.delete("/api/v2/users/ann")
                http.patch("/_understudy/settings", json={"strict": False})
                assert user_status(http) == 404
                assert http.post("/_understudy/reset").json()["seed"] == "by hand"
                assert user_status(http) == 200
                assert http.get("/_understudy/settings").json()["strict"] is True
                reset = http.post("/_understudy/reset", json={"seed": "42"}).json()
                assert (reset["seed"], user_status(http)) == ("42", 200)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"apis": {"zoo": {}}}', "--state: it does not fit: /apis/zoo: is not served; there are"),
        ('{"apis": []}', '/apis: [] is not of type "object"'),
        ('{"seed": 1, "drawn": "x"}', "/drawn"),
        ("[]", "is not a state file"),
        ("null", "is not a state file"),
        ("{", "malformed JSON"),
        (None, "cannot be read"),
    ],
)
def test_invalid_state_file_is_one_sentence(tmp_path: Path, text: str | None, message: str) -> None:
    """The server prints it at the start, and exits with 2."""
    path = tmp_path / "state.json"
    if text is not None:
        path.write_text(text)
    completed = run("serve", "--port", "0", "--state", str(path))
    assert completed.returncode == 2
    assert completed.stderr.startswith("understudy: ")
    assert completed.stderr.count("\n") == 1
    assert message in completed.stderr


def transcript(http: httpx.Client) -> list[bytes]:
    """Return several hundred responses, of every operation of all APIs."""
    scenario = Scenario(http)
    scenario.begin("transcript")
    scenario.fill()
    scenario.call_all_reads()
    scenario.call_all_operations()
    assert len(scenario.responses) > 300
    return scenario.responses


def test_same_seed_clock_and_requests_give_the_same_bytes(
    http: httpx.Client, other: httpx.Client
) -> None:
    """The bytes are equal in two namespaces, after a reset, and in another server."""
    first = transcript(http)
    assert transcript(other) == first
    assert transcript(http) == first
    with running() as second, httpx.Client(base_url=second.url, headers=KEY) as elsewhere:
        assert transcript(elsewhere) == first


def test_namespaces_are_listed_and_deleted(http: httpx.Client, origin: str) -> None:
    """The last used is first, in memory; a deleted one is new at its next use; `default` cannot be
    deleted."""
    http.post("/api/v2/users", json={"user_id": "ann"})
    http.get("/api/agents")
    name = origin.rpartition("/")[2]
    listed = http.get("/_understudy/namespaces").json()
    here = {"name": name, "requests": 2, "tenants": {"zep": 1, "eliza": 1}}
    assert here in listed
    assert here == listed[0] or CHOSEN != "memory"
    assert http.delete(f"/_understudy/namespaces/{name}").status_code == 204
    assert user_status(http) == 404
    server = origin.partition("/_ns/")[0]
    for unknown in ("default", "never-used"):
        response = httpx.delete(f"{server}/_understudy/namespaces/{unknown}")
        assert response.status_code == 404


@needs_memory("a database keeps all namespaces")
def test_namespaces_are_bounded_in_number() -> None:
    """At most 1,000; the least recently used is removed first, and never the default one."""
    with running("--log-level", "error") as server, httpx.Client(headers=KEY) as client:
        client.post(f"{server.url}/api/v2/users", json={"user_id": "ann"})
        for number in range(1005):
            client.get(f"{server.url}/_ns/n{number}/_understudy/clock")
        names = [n["name"] for n in client.get(f"{server.url}/_understudy/namespaces").json()]
        assert len(names) == 1000
        assert names[0] == "default"
        assert names[-1] == "n6"
        assert client.get(f"{server.url}/api/v2/users/ann").status_code == 200
