"""State: out and in, remembered and restored, from a file at the start, and the same each time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.server import Server, run, running
from tests.support.stories import Story

KEY = {"Authorization": "Api-Key test"}
STATE = "/_understudy/state"
SNAPSHOT = "/_understudy/snapshots/base"

ANN = {
    "uuid": "0b9d1f0e-5c1c-4a8e-8a86-7d0f3a5e2b90",
    "user_id": "ann",
    "created_at": "2026-01-01T00:00:00Z",
}

#: As little as a hand would write.
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
    """Whether there is such a user."""
    return http.get(f"/api/v2/users/{name}").status_code


def test_an_imported_namespace_answers_like_the_exported_one(
    http: httpx.Client, other: httpx.Client
) -> None:
    """Every GET of both APIs, to the byte, in a namespace that was full of something else."""
    told, heard = Story(http), Story(other)
    told.begin()
    told.tell()
    heard.begin("another seed")
    heard.tell()
    state = http.get(STATE)
    counted = other.put(STATE, content=state.content, headers={"Content-Type": "application/json"})
    assert counted.json()["records"]["zep"]["users"] == 2
    assert counted.json()["records"]["eliza"]["uploads"] == 1
    assert other.get(STATE).content == state.content
    heard.known = told.known
    assert heard.read_everything() == told.read_everything()
    assert other.get(STATE).content == http.get(STATE).content


def test_an_imported_namespace_goes_on_like_the_exported_one(
    http: httpx.Client, other: httpx.Client
) -> None:
    """Ids, serials and time go on where they were."""
    story = Story(http)
    story.begin()
    story.tell()
    other.put(STATE, json=http.get(STATE).json())
    bodies = [http.post("/api/v2/users", json={"user_id": "eve"}).content for http in (http, other)]
    assert bodies[0] == bodies[1]
    assert json.loads(bodies[0])["id"] == 3


def test_what_is_not_named_stays(http: httpx.Client) -> None:
    """An import may speak of one API, of time alone, or of nothing at all."""
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
    assert settings == {"personas": {"eliza": "1.7"}, "strict": True}


def test_all_faults_are_told_and_nothing_is_changed(http: httpx.Client) -> None:
    """An import is done whole, or not at all."""
    http.post("/api/v2/users", json={"user_id": "bob"})
    sessions = {"a": {"user_id": 1}, "b": {"user_id": "ann"}, "c": {"user_id": [1]}}
    state = {
        "clock": {"now": "0001-01-01T00:00:00+23:59"},
        "settings": {"personas": {"eliza": "2", "zoo": "x"}},
        "apis": {
            "zoo": {},
            "zep": {"k": {"lions": {"records": {}}, "sessions": {"records": sessions}}},
        },
    }
    refused = http.put(STATE, json={**BY_HAND, **state})
    assert refused.status_code == 409
    places = [violation["at"] for violation in refused.json()["violations"]]
    assert len(places) == len(set(places))
    assert set(places) == {
        "/clock/now",
        "/settings/personas/eliza",
        "/settings/personas/zoo",
        "/apis/zoo",
        "/apis/zep/k/lions",
        "/apis/zep/k/sessions/records",
        "/apis/zep/k/sessions/records/c/user_id",
    }
    assert (user_status(http), user_status(http, "bob")) == (404, 200)
    assert http.get("/_understudy/settings").json()["personas"] == {"eliza": "docs"}


@pytest.mark.parametrize(
    "state",
    [
        [],
        None,
        {"apis": {"zep": {"test": {"users": {"records": {"ann": 7}}}}}},
        {"apis": {"zep": {"test": {"users": {}}}}},
        {"apis": {"zep": {"test": {"users": {"records": {}, "serial": -1}}}}},
        {"clock": {"frozen": True}},
        {"drawn": 10_000_001},
        {"seed": 7},
        {"other": 1},
    ],
    ids=str,
)
def test_what_is_no_state_is_refused(http: httpx.Client, state: Any) -> None:
    """By the side door's own document."""
    assert http.put(STATE, json=state).status_code == 400


@pytest.mark.parametrize("now", ["9998-12-31T23:00:00-02:00", "9999-01-01T00:00:00Z"])
def test_the_clock_of_a_state_keeps_to_its_years(http: httpx.Client, now: str) -> None:
    """Whatever the offset, with nothing changed."""
    refused = http.put(STATE, json={"seed": "x", "clock": {"now": now}})
    assert refused.status_code == 409
    assert http.get(STATE).json()["seed"] != "x"


def test_a_snapshot_brings_all_of_it_back(http: httpx.Client) -> None:
    """Records, seed, ids, clock, personas and strictness; the journal goes on."""
    story = Story(http)
    story.begin()
    story.tell()
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


def test_snapshots_have_names(http: httpx.Client) -> None:
    """A name is one snapshot; 20 are kept; one that is gone is 404; a reset forgets all."""
    for number in range(20):
        assert http.put(f"/_understudy/snapshots/s{number}").status_code == 200
    assert http.put("/_understudy/snapshots/s20").status_code == 409
    http.post("/api/v2/users", json={"user_id": "ann"})
    assert http.put("/_understudy/snapshots/s0").json()["records"]["zep"]["users"] == 1
    listed = http.get("/_understudy/snapshots").json()
    assert [one["name"] for one in listed] == [f"s{number}" for number in range(20)]
    assert [one["records"] != {} for one in listed] == [True] + [False] * 19
    assert http.delete("/_understudy/snapshots/s0").status_code == 204
    assert http.delete("/_understudy/snapshots/s0").status_code == 404
    assert http.post("/_understudy/snapshots/s0/restore").status_code == 404
    http.post("/_understudy/reset")
    assert http.get("/_understudy/snapshots").json() == []


def test_every_namespace_begins_in_the_state_of_a_file(tmp_path: Path) -> None:
    """And is in it again after a reset; a seed that a reset names goes before the file's."""
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
    ("text", "told"),
    [
        ('{"apis": {"zoo": {}}, "drawn": 1}', "/apis/zoo: is not served; there are eliza, zep"),
        ('{"apis": []}', '/apis: [] is not of type "object"'),
        ('{"seed": 1, "drawn": "x"}', "/drawn"),
        ("[]", "is not a state file"),
        ("null", "is not a state file"),
        ("{", "malformed JSON"),
        (None, "cannot be read"),
    ],
)
def test_a_file_that_is_no_state_is_told_in_a_sentence(
    tmp_path: Path, text: str | None, told: str
) -> None:
    """At the start, with exit code 2."""
    path = tmp_path / "state.json"
    if text is not None:
        path.write_text(text)
    ended = run("serve", "--port", "0", "--state", str(path))
    assert ended.returncode == 2
    assert ended.stderr.startswith("understudy: ")
    assert ended.stderr.count("\n") == 1
    assert told in ended.stderr


def transcript(http: httpx.Client) -> list[bytes]:
    """Several hundred answers, of every operation of both APIs."""
    story = Story(http)
    story.begin("transcript")
    story.tell()
    story.read_everything()
    story.do_everything()
    assert len(story.heard) > 300
    return story.heard


def test_the_same_seed_clock_and_requests_give_the_same_bytes(
    http: httpx.Client, other: httpx.Client
) -> None:
    """In two namespaces, after a reset, and in another server."""
    first = transcript(http)
    assert transcript(other) == first
    assert transcript(http) == first
    with running() as second, httpx.Client(base_url=second.url, headers=KEY) as elsewhere:
        assert transcript(elsewhere) == first


def test_namespaces_are_listed_and_deleted(http: httpx.Client, origin: str) -> None:
    """The last used comes first; one that is deleted is new at its next use; `default` stays."""
    http.post("/api/v2/users", json={"user_id": "ann"})
    http.get("/api/agents")
    name = origin.rpartition("/")[2]
    here = http.get("/_understudy/namespaces").json()[0]
    assert here == {"name": name, "requests": 2, "projects": {"zep": 1, "eliza": 1}}
    assert http.delete(f"/_understudy/namespaces/{name}").status_code == 204
    assert user_status(http) == 404
    server = origin.partition("/_ns/")[0]
    for nothing in ("default", "never-used"):
        gone = httpx.delete(f"{server}/_understudy/namespaces/{nothing}")
        assert gone.status_code == 404


def test_namespaces_are_bounded_in_number() -> None:
    """At most 1,000; the least recently used goes first, and never the default one."""
    with running("--log-level", "error") as server, httpx.Client(headers=KEY) as client:
        client.post(f"{server.url}/api/v2/users", json={"user_id": "ann"})
        for number in range(1005):
            client.get(f"{server.url}/_ns/n{number}/_understudy/clock")
        names = [n["name"] for n in client.get(f"{server.url}/_understudy/namespaces").json()]
        assert len(names) == 1000
        assert names[0] == "default"
        assert names[-1] == "n6"
        assert client.get(f"{server.url}/api/v2/users/ann").status_code == 200
