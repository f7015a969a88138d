"""Matching over HTTP: patterns in faults, schedules and verifications, and words of refusals."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

USERS = "/api/v2/users"


def post(http: httpx.Client, path: str, body: dict[str, Any]) -> tuple[int, dict[str, str]]:
    """Return the status, and the messages of the violations by their places."""
    response = http.post(f"/_understudy{path}", json=body)
    violations = response.json().get("violations", ())
    return response.status_code, {each["at"]: each["message"] for each in violations}


def test_patterns_are_the_same_in_faults_schedules_and_verifications(http: httpx.Client) -> None:
    """All of them find the second request; a rule is listed as it was given."""
    when = {
        "operation": "addUser",
        "headers": {"Authorization": {"$regex": "^Api-Key"}, "X-Absent": {"$exists": False}},
        "body": {"metadata": {"tags": ["b", {"$type": "integer"}]}},
        "json_path": {"$.metadata.tags[*]": {"$gte": 3}},
    }
    http.post("/_understudy/faults", json={"when": when, "then": {"status": 503}})
    path = {"$regex": "^/api/v2/users$"}
    scheduled = {
        "after": {"when": {**when, "path": path}},
        "request": {"method": "GET", "path": "/x"},
    }
    http.post("/_understudy/schedule", json=scheduled).raise_for_status()
    tags: list[list[Any]] = [["b", 2], ["a", "b", "c", 3]]
    sent = [http.post(USERS, json={"user_id": "u", "metadata": {"tags": t}}) for t in tags]
    assert [response.status_code for response in sent] == [201, 503]
    assert http.post("/_understudy/requests/verify", json={"when": when}).json()["count"] == 1
    assert http.get("/_understudy/schedule").json()[0]["status"] == 404
    [rule] = http.get("/_understudy/faults").json()
    assert rule["when"]["body"] == when["body"]
    assert rule["when"]["headers"]["Authorization"] == "***"


def test_wait_that_is_not_met_has_the_near_misses(http: httpx.Client) -> None:
    """They are the nearest of the requests that do not match, with what the values do not show."""
    for name in ("ann", "bob"):
        http.post(USERS, json={"user_id": name, "metadata": {"tags": ["x"]}})
    when = {"operation": "addUser", "body": {"user_id": {"$regex": "^a"}}}
    body = {"when": when, "count": 2, "timeout": 0}
    result = http.post("/_understudy/requests/wait", json=body).json()
    assert (result["met"], result["count"]) == (False, 1)
    [near] = result["near"]
    assert near["differences"] == [
        {"where": "body /user_id", "wanted": {"$regex": "^a"}, "got": "bob"}
    ]
    body["when"] = {"body": {"metadata": {"tags": ["y"]}}}
    near = http.post("/_understudy/requests/wait", json=body).json()["near"][0]
    assert near["differences"] == [
        {"where": "body /metadata/tags", "wanted": "y", "got": ["x"], "note": "no item fits"}
    ]


@pytest.mark.parametrize("path", ["/faults", "/schedule", "/requests/verify", "/requests/wait"])
def test_wrong_patterns_are_refused_in_words_that_help(http: httpx.Client, path: str) -> None:
    """What the schema says is 400, what it cannot say is 409; nothing is planned."""

    def refused(when: dict[str, Any]) -> tuple[int, dict[str, str]]:
        request = {"method": "GET", "path": "/x"}
        body = {"/schedule": {"after": {"when": when}, "request": request}}.get(
            path, {"when": when}
        )
        return post(http, path, {**body, "then": {"status": 500}} if path == "/faults" else body)

    at = "/after/when" if path == "/schedule" else "/when"
    status, messages = refused({"body": {"a": {"$regx": "x"}}})
    assert (status, [*messages]) == (409, [f"{at}/body/a/$regx"])
    assert "did you mean '$regex'?" in messages[f"{at}/body/a/$regx"]
    status, messages = refused({"headers": {"a": {"$regx": "x"}}})
    assert (status, [*messages]) == (400, [f"{at}/headers/a/$regx"])
    assert "did you mean '$regex'?" in messages[f"{at}/headers/a/$regx"]
    status, messages = refused({"path": {"$gt": []}})
    assert (status, [*messages]) == (400, [f"{at}/path/$gt"])
    assert refused({"json_path": {"a": 1}})[0] == 409
    assert http.get("/_understudy/faults").json() == http.get("/_understudy/schedule").json() == []


def test_refusals_say_what_there_is(http: httpx.Client) -> None:
    """An unknown field, a wrong value of an enum, and a duration in a form that is not read."""
    status, messages = post(http, "/faults", {"then": {"connections": "reset"}})
    unknown = "Additional properties are not allowed ('connections' was unexpected)"
    assert (status, [*messages]) == (400, ["/then"])
    assert messages["/then"].startswith(f"{unknown}; did you mean 'connection'? There are status, ")
    request = {"method": "HEAD", "path": "/x"}
    duration = "is not a duration: write 2d, 1h30m, 31m or 90s, or PT31M (ISO 8601)"
    assert post(http, "/schedule", {"in": "31 minutes", "request": request}) == (
        400,
        {
            "/in": f"'31 minutes' {duration}",
            "/request/method": '"HEAD" is not one of "GET", "POST", "PUT", "PATCH" or "DELETE"',
        },
    )
    assert post(http, "/clock", {"advance": "1h 30m"}) == (
        400,
        {"/advance": f"'1h 30m' {duration}"},
    )
    http.post("/_understudy/clock", json={"freeze": "2026-01-01T00:00:00Z"})
    moved = [
        http.post("/_understudy/clock", json={"advance": text}).json()["now"][5:19]
        for text in ("31m", "1h30m", "90s", "2d", "1d2h", "0.5s", "PT31M")
    ]
    assert moved == [
        *("01-01T00:31:00", "01-01T02:01:00", "01-01T02:02:30", "01-03T02:02:30"),
        *("01-04T04:02:30", "01-04T04:02:30", "01-04T04:33:30"),
    ]
