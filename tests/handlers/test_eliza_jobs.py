"""Eliza's jobs, in both personas."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

AGENT = "11111111-1111-4111-8111-111111111111"
ADA = "22222222-2222-4222-8222-222222222222"
NOBODY = "99999999-9999-4999-8999-999999999999"
JOBS = "/api/messaging/jobs"


def released(http: httpx.Client) -> None:
    """Play @elizaos/server 1.7.2 from here on."""
    answer = http.patch("/_understudy/settings", json={"personas": {"eliza": "1.7"}})
    assert answer.is_success, answer.text


def ask(http: httpx.Client, **more: Any) -> str:
    """The id of a new job."""
    answer = http.post(JOBS, json={"userId": ADA, "content": "A sonnet?", **more})
    assert (answer.status_code, answer.json()["status"]) == (201, "processing"), answer.text
    made: str = answer.json()["jobId"]
    return made


def job(http: httpx.Client, job_id: str) -> dict[str, Any]:
    """The job."""
    found: dict[str, Any] = http.get(f"{JOBS}/{job_id}").json()
    return found


def at_noon(http: httpx.Client) -> None:
    """Stand still at noon, when the server has just looked at its jobs."""
    http.post("/_understudy/clock", json={"freeze": "2026-01-01T12:00:00Z"})


def advance(http: httpx.Client, duration: str) -> None:
    """Let time pass."""
    http.post("/_understudy/clock", json={"advance": duration})


def test_a_job_has_the_answer_of_an_agent(http: httpx.Client) -> None:
    """Of the first that runs, where none is named; the question is in a channel of its own."""
    done = job(http, ask(http, metadata={"k": 1}))
    assert (done["status"], done["agentId"], done["metadata"]) == ("completed", AGENT, {"k": 1})
    assert done["result"]["message"]["content"] == "You said: A sonnet?"
    channels = http.get(
        "/api/messaging/message-servers/00000000-0000-0000-0000-000000000000/channels"
    ).json()["data"]["channels"]
    (channel,) = [one for one in channels if one["name"] == f"job-{done['jobId']}"]
    said = http.get(f"/api/messaging/channels/{channel['id']}/messages").json()["data"]["messages"]
    assert [one["content"] for one in said] == ["You said: A sonnet?", "A sonnet?"]
    assert said[0]["id"] == done["result"]["message"]["id"]


def test_jobs_of_the_release_never_hear_of_the_answer(http: httpx.Client) -> None:
    """They wait until their time is over; who asks then marks them, and the next look removes."""
    released(http)
    at_noon(http)
    job_id = ask(http, timeoutMs=5000)
    assert (job(http, job_id)["status"], "result" in job(http, job_id)) == ("processing", False)
    advance(http, "PT6S")
    assert http.get(JOBS).json()["jobs"][0]["status"] == "processing"
    late = job(http, job_id)
    assert (late["status"], late["error"]) == (
        "timeout",
        "Job timed out waiting for agent response",
    )
    advance(http, "PT54S")
    gone = http.get(f"{JOBS}/{job_id}")
    assert (gone.status_code, gone.json()) == (404, {"success": False, "error": "Job not found"})


def test_a_look_marks_and_the_next_one_forgets(http: httpx.Client) -> None:
    """Where nobody asks in between."""
    released(http)
    at_noon(http)
    ask(http, timeoutMs=5000)
    advance(http, "PT1M")
    assert http.get(JOBS).json()["jobs"][0]["status"] == "timeout"
    health = http.get(f"{JOBS}/health").json()
    assert (health["statusCounts"]["timeout"], health["metrics"]["timeoutRate"]) == (1, 1)
    advance(http, "PT1M")
    assert http.get(JOBS).json() == {"jobs": [], "total": 0, "filtered": 0}
    assert http.get(f"{JOBS}/health").json()["metrics"]["timeoutRate"] == 1


def test_a_completed_job_is_forgotten_once_it_has_expired(http: httpx.Client) -> None:
    """Not before the server's look."""
    at_noon(http)
    job_id = ask(http)
    advance(http, "PT59S")
    assert job(http, job_id)["status"] == "completed"
    advance(http, "PT1S")
    assert http.get(f"{JOBS}/{job_id}").status_code == 404
    assert http.get(f"{JOBS}/health").json()["metrics"]["successRate"] == 1


def test_jobs_are_listed_newest_first(http: httpx.Client) -> None:
    """With a status and a limit, as JavaScript reads it."""
    at_noon(http)
    ids = []
    for _ in range(3):
        ids.append(ask(http))
        advance(http, "PT0.001S")
    page = http.get(JOBS, params={"limit": 2}).json()
    assert [one["jobId"] for one in page["jobs"]] == ids[:0:-1]
    assert (page["total"], page["filtered"]) == (3, 2)
    assert http.get(JOBS, params={"limit": -1}).json()["filtered"] == 2
    assert http.get(JOBS, params={"limit": 0, "status": "odd"}).json()["filtered"] == 3
    assert http.get(JOBS, params={"status": "failed"}).json()["filtered"] == 0


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "userId is required and must be a valid UUID string"),
        ({"userId": ADA}, "content is required and must be a string"),
        ({"userId": "x", "content": ""}, "content cannot be empty"),
        ({"userId": "x", "content": "a"}, "Invalid userId format (must be valid UUID)"),
        ({"userId": ADA, "content": "a", "agentId": 5}, "agentId must be a valid UUID string"),
        (
            {"userId": ADA, "content": "a", "agentId": "x"},
            "Invalid agentId format (must be valid UUID)",
        ),
        (
            {"userId": ADA, "content": "a" * 50_001},
            "content exceeds maximum length of 50000 characters",
        ),
        (
            {"userId": ADA, "content": "\U0001f600" * 25_001},
            "content exceeds maximum length of 50000 characters",
        ),
        ({"userId": ADA, "content": "a", "metadata": None}, "metadata must be an object"),
        (
            {"userId": ADA, "content": "a", "metadata": {"a": "b" * 10_000}},
            "metadata exceeds maximum size of 10000 bytes",
        ),
        ({"userId": ADA, "content": "a", "timeoutMs": -1}, "timeoutMs must be a positive number"),
        ({"userId": ADA, "content": "a", "timeoutMs": 1}, "timeoutMs must be at least 1000ms"),
        (
            {"userId": ADA, "content": "a", "timeoutMs": 300_001},
            "timeoutMs cannot exceed 300000ms",
        ),
    ],
)
def test_a_job_is_refused_in_the_servers_words(
    http: httpx.Client, body: dict[str, Any], message: str
) -> None:
    """The first fault in the server's order is told."""
    released(http)
    answer = http.post(JOBS, json=body)
    assert (answer.status_code, answer.json()) == (400, {"success": False, "error": message})


def test_nobody_answers_where_nobody_runs(http: httpx.Client) -> None:
    """An unknown agent, and then none at all."""
    body = {"userId": ADA, "content": "a"}
    unknown = http.post(JOBS, json={**body, "agentId": NOBODY}).json()["error"]
    assert unknown["message"] == f"Agent {NOBODY} not found"
    http.post(f"/api/agents/{AGENT}/stop")
    none = http.post(JOBS, json={**body, "agentId": ""})
    assert (none.status_code, none.json()["error"]["message"]) == (
        404,
        "No agents available on server",
    )
