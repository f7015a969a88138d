"""The journal: listed, counted, waited for and exported, without credentials."""

from __future__ import annotations

import subprocess
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import httpx
import pytest

from tests.support.scenario import ADA, AGENT
from tests.support.server import serving
from tests.support.timeouts import TIMEOUT, wait_until
from understudy.app import Understudy
from understudy.runtime.journal import Signal
from understudy.serving.project import load

REQUESTS = "/_understudy/requests"
USERS = "/api/v2/users"
SECRETS = {
    "Authorization": "Api-Key secret-1",
    "X-API-KEY": "secret-2",
    "Cookie": "a=secret-3",
    "Proxy-Authorization": "Basic secret-4",
}


@pytest.fixture
def journal(http: httpx.Client) -> httpx.Client:
    """A namespace with four exchanges, of status 201, 404, 400 and 200."""
    http.post(USERS, json={"user_id": "ann", "metadata": {"n": 1}})
    http.get(f"{USERS}/nobody")
    http.post(USERS, json={"user_id": 7})
    http.get("/api/agents")
    return http


def statuses(http: httpx.Client, **filters: Any) -> list[int]:
    """Return the statuses of the listed exchanges, newest first."""
    listed = http.get(REQUESTS, params=filters).json()["requests"]
    return [exchange["response"]["status"] for exchange in listed]


@pytest.mark.parametrize("door", ["", "/count", "/har", "/curl", "/pytest", "/events"])
def test_unknown_operation_is_no_empty_list(http: httpx.Client, door: str) -> None:
    """A filter with a name that does not exist is 404, with the closest one."""
    response = http.get(f"{REQUESTS}{door}", params={"operation": "addUsr"})
    assert response.status_code == 404
    assert "no operation 'addUsr'; did you mean 'addUser'?" in response.json()["detail"]
    assert http.get(f"{REQUESTS}{door}", params={"api": "zpe"}).status_code == 404


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, [200, 400, 404, 201]),
        ({"limit": 2}, [200, 400]),
        ({"api": "zep"}, [400, 404, 201]),
        ({"operation": "addUser"}, [400, 201]),
        ({"method": "GET"}, [200, 404]),
        ({"method": "get"}, [200, 404]),
        ({"path": "/api/v2/*"}, [400, 404, 201]),
        ({"path": "/api/v2/users"}, [400, 201]),
        ({"path": "/api/v2/[u]sers"}, []),
        ({"status": 404}, [404]),
        ({"valid": False}, [400]),
        ({"valid": True}, [200, 404, 201]),
        ({"since": 2}, [200, 400]),
        ({"deprecated": True}, []),
        ({"deprecated": False}, [200, 400, 404, 201]),
        ({"api": "zep", "method": "POST", "status": 201}, [201]),
        ({"operation": "deleteUser"}, []),
    ],
    ids=str,
)
def test_filters_select_exchanges(
    journal: httpx.Client, filters: dict[str, Any], expected: list[int]
) -> None:
    """The list and the count have the same filters; only the list has a limit."""
    assert statuses(journal, **filters) == expected
    if "limit" not in filters:
        assert journal.get(f"{REQUESTS}/count", params=filters).json() == {"count": len(expected)}


def test_clear_resets_the_count(journal: httpx.Client) -> None:
    """The state stays."""
    assert journal.delete(REQUESTS).status_code == 204
    assert journal.get(REQUESTS).json() == {"seen": 0, "requests": []}
    assert journal.get(f"{USERS}/ann").status_code == 200
    assert statuses(journal, since=0) == [200]


def test_deprecated_operations_are_marked(http: httpx.Client) -> None:
    """The API's document says which operations are deprecated."""
    http.get(f"{USERS}/ann/facts")
    http.get("/api/v2/facts/none")
    http.get(f"{USERS}/ann")
    listed = http.get(REQUESTS).json()["requests"]
    marked = {entry["operation"]: entry["deprecated"] for entry in listed}
    assert marked == {"getUserFacts": True, "getFact": True, "getUser": False}
    assert len(statuses(http, deprecated=True)) == 2


def test_unknown_parameters_and_fields_are_warnings(http: httpx.Client) -> None:
    """Unknown names are warnings at any depth, not in free-form objects; responses are the same."""
    body = {
        "user_id": "ann",
        "fist_name": "Ann",
        "fact_rating_instruction": {"instruction": "x", "examples": {"hihg": "x"}},
        "metadata": {"anything": {"goes": 1}},
    }
    assert http.post(USERS, params={"dry": "1"}, json=body).status_code == 201
    assert http.get("/api/agents?verbose=1&verbose=2").status_code == 200
    listed = http.get(REQUESTS).json()["requests"]
    places = [[(w["where"], w["at"]) for w in entry["warnings"]] for entry in listed]
    assert places == [
        [("query", "/verbose")],
        [
            ("query", "/dry"),
            ("body", "/fist_name"),
            ("body", "/fact_rating_instruction/examples/hihg"),
        ],
    ]


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that this process has waited for exchanges: only an exchange ends such a wait,
    for its time is longer."""
    waits: list[float] = []
    wait = Signal.wait

    async def wait_long(signal: Signal, seconds: float, since: int | None) -> bool:
        waits.append(seconds)
        return await wait(signal, TIMEOUT, since)

    monkeypatch.setattr(Signal, "wait", wait_long)
    return waits


def test_wait_ends_with_the_request(waits: list[float]) -> None:
    """It ends at once if the requests were made before, else when another thread makes them."""
    key = {"Authorization": "Api-Key test"}
    body = {"when": {"operation": "addUser", "status": 201}, "count": 2}
    with (
        serving(Understudy(load([]))) as url,
        httpx.Client(base_url=url, headers=key) as http,
        ThreadPoolExecutor() as pool,
    ):
        waiting = pool.submit(http.post, f"{REQUESTS}/wait", json=body)
        wait_until(lambda: waits)
        for name in ("ann", "ann", "bob"):
            http.post(USERS, json={"user_id": name})
        result = waiting.result().json()
        assert (result["met"], result["count"]) == (True, 2)
        users = [entry["request"]["body"]["user_id"] for entry in result["requests"]]
        assert users == ["bob", "ann"]
        waits.clear()
        assert http.post(f"{REQUESTS}/wait", json=body).json() == result
        assert waits == []


def test_wait_ends_after_its_timeout(journal: httpx.Client) -> None:
    """The response has the number of matches."""
    for timeout in (0, 0.1):
        body = {"when": {"api": "zep"}, "count": 9, "timeout": timeout}
        response = journal.post(f"{REQUESTS}/wait", json=body)
        assert response.elapsed.total_seconds() >= timeout
        assert (response.json()["met"], response.json()["count"]) == (False, 3)


def test_verify_returns_near_misses(journal: httpx.Client) -> None:
    """Near misses are sorted by the same operation, then by the fewest differences."""
    when = {"operation": "addUser", "body": {"user_id": "ann", "metadata": {"n": 2, "m": 1}}}
    result = journal.post(f"{REQUESTS}/verify", json={"when": {**when, "status": 201}}).json()
    assert result["count"] == 0
    near = [miss["request"]["response"]["status"] for miss in result["near"]]
    assert (len(near), near[:2]) == (3, [201, 400])
    assert sorted(result["near"][0]["differences"], key=lambda d: str(d["where"])) == [
        {"where": "body /metadata/m", "wanted": 1},
        {"where": "body /metadata/n", "wanted": 2, "got": 1},
    ]
    matching = {"when": {"operation": "addUser", "body": {"metadata": {"n": 1}}}}
    assert journal.post(f"{REQUESTS}/verify", json=matching).json() == {"count": 1, "near": []}
    assert journal.post(f"{REQUESTS}/verify", json={}).json()["count"] == 4


def test_credentials_are_redacted_everywhere(http: httpx.Client) -> None:
    """Headers and queries are redacted in the list, near misses, archives and command lines."""
    query = "x-api-key=secret-5&x%2DAPI%2dkey=secret-6&a=b"
    http.get(f"/api/agents?{query}", headers=SECRETS)
    when = {"headers": {"authorization": "no", "X-Api-Key": "no"}, "query": {"x-api-key": "no"}}
    near = http.post(f"{REQUESTS}/verify", json={"when": when})
    assert {d["got"] for d in near.json()["near"][0]["differences"]} == {"***"}
    texts = [near.text]
    texts += [http.get(REQUESTS + part).text for part in ("", "/har", "/curl")]
    waited = http.post(f"{REQUESTS}/wait", json={})
    for text in (*texts, waited.text):
        assert "secret" not in text
        assert "***" in text
    shown = http.get(REQUESTS).json()["requests"][0]["request"]
    assert shown["query"] == "x-api-key=***&x%2DAPI%2dkey=***&a=b"
    assert shown["headers"]["x-api-key"] == shown["headers"]["cookie"] == "***"


def test_har_is_valid(journal: httpx.Client) -> None:
    """It has what HAR 1.2 requires, oldest first, with the same filters."""
    then = {"corrupt": "garble"}
    journal.post("/_understudy/faults", json={"then": then})
    journal.get("/api/agents?a=b%20c")
    log = journal.get(f"{REQUESTS}/har").json()["log"]
    assert (log["version"], log["creator"]["name"]) == ("1.2", "understudy")
    assert [entry["response"]["status"] for entry in log["entries"]] == [201, 404, 400, 200, 200]
    for entry in log["entries"]:
        check_entry(entry)
    added, garbled = log["entries"][0], log["entries"][-1]
    assert added["request"]["postData"]["mimeType"] == "application/json"
    assert '"user_id"' in added["request"]["postData"]["text"]
    assert garbled["request"]["queryString"] == [{"name": "a", "value": "b c"}]
    assert garbled["response"]["content"]["encoding"] == "base64"
    only = journal.get(f"{REQUESTS}/har", params={"status": 404}).json()
    assert len(only["log"]["entries"]) == 1


def check_entry(entry: dict[str, Any]) -> None:
    """Assert what HAR 1.2 requires of an entry."""
    request, response = entry["request"], entry["response"]
    datetime.fromisoformat(entry["startedDateTime"])
    assert entry["time"] == sum(entry["timings"].values())
    assert entry.keys() >= {"startedDateTime", "time", "request", "response", "cache", "timings"}
    both = {"httpVersion", "cookies", "headers", "headersSize", "bodySize"}
    assert request.keys() >= both | {"method", "url", "queryString"}
    assert response.keys() >= both | {"status", "statusText", "content", "redirectURL"}
    assert {"name": "content-type", "value": "application/json"} in response["headers"]
    assert response["content"]["size"] == response["bodySize"] > 0
    for named in (*request["headers"], *response["headers"], *request["queryString"]):
        assert named.keys() == {"name", "value"}


@pytest.mark.parametrize(
    ("method", "path", "options"),
    [
        ("GET", "/api/agents?a=it's%20%24HOME", {}),
        ("GET", "/api/agents/[a-c]{d,e}?f[g]={h}", {}),
        ("GET", "/api/messaging/../agents", {}),
        ("HEAD", "/api/agents", {}),
        ("POST", "/api/messaging/jobs", {"json": {"userId": ADA, "content": "it's\n$HOME `x`"}}),
        ("POST", "/api/messaging/jobs", {"content": '{"userId": 1}'}),
        ("POST", "/api/messaging/jobs", {"content": "@/etc/hostname", "headers": {"X-Empty": ""}}),
        ("DELETE", f"/api/agents/{AGENT}", {}),
    ],
    ids=str,
)
def test_curl_command_repeats_the_request(
    http: httpx.Client, method: str, path: str, options: dict[str, Any]
) -> None:
    """A shell sends the same request to the same namespace, and gets the same response."""

    def reset() -> None:
        http.post("/_understudy/reset")
        http.post("/_understudy/clock", json={"freeze": "2026-01-01T00:00:00Z"})

    reset()
    # Eliza needs no key; a redacted one would be another.
    request = http.build_request(method, path, **options)
    del request.headers["authorization"]
    response = http.send(request)
    sent = http.get(REQUESTS).json()["requests"][0]["request"]
    line = http.get(f"{REQUESTS}/curl").text
    assert line.count("\n") == 1 or "\n$HOME" in line
    reset()
    completed = subprocess.run(["sh", "-c", line], capture_output=True, check=True, timeout=TIMEOUT)
    if method == "HEAD":
        assert completed.stdout.startswith(b"HTTP/1.1 200 OK")
    else:
        assert completed.stdout == response.content
    again = http.get(REQUESTS).json()["requests"][0]["request"]
    differing = ("accept-encoding", "connection")  # curl sends its own
    for headers in (sent["headers"], again["headers"]):
        for name in differing:
            headers.pop(name, None)
    assert again == sent


def test_journal_is_bounded_in_bytes(http: httpx.Client) -> None:
    """16 MB: large requests and large responses push out older exchanges."""
    body = {"user_id": "u1", "metadata": {"long": "x" * 3_900_000}}
    for _ in range(5):
        http.post(USERS, json=body)
    assert 1 < http.get(f"{REQUESTS}/count").json()["count"] < 5
    assert http.get(REQUESTS, params={"limit": 1}).json()["seen"] == 5
    for _ in range(3):
        http.get(f"{USERS}/u1")
    assert http.get(f"{REQUESTS}/count", params={"operation": "addUser"}).json()["count"] < 2


def test_curl_commands_show_no_key_but_the_default_one(http: httpx.Client) -> None:
    """The key that tests use is no secret; any other stays hidden."""
    keys = ("Api-Key understudy", "understudy", "Api-Key understudy2", "Api-Key secret")
    for key in keys:
        http.get("/api/v2/users?api_key=understudy&token=secret", headers={"Authorization": key})
    shown = http.get(f"{REQUESTS}/curl?default_key=true").text.splitlines()
    for key, line in zip(keys, shown, strict=True):
        stands = key if key.endswith("understudy") else "***"
        assert f"-H 'authorization: {stands}'" in line
        assert "api_key=understudy&token=***" in line
    assert "understudy'" not in http.get(f"{REQUESTS}/curl").text
