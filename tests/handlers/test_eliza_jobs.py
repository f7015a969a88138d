"""Eliza's jobs, in both personas."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

AGENT = "11111111-1111-4111-8111-111111111111"
ADA = "22222222-2222-4222-8222-222222222222"
NOBODY = "99999999-9999-4999-8999-999999999999"
JOBS = "/api/messaging/jobs"


def use_release(http: httpx.Client) -> None:
    """Switch to the persona of @elizaos/server 1.7.2."""
    response = http.patch("/_understudy/settings", json={"personas": {"eliza": "1.7"}})
    assert response.is_success, response.text


def create(http: httpx.Client, **more: Any) -> str:
    """Create a job and return its id."""
    response = http.post(JOBS, json={"userId": ADA, "content": "A sonnet?", **more})
    assert (response.status_code, response.json()["status"]) == (201, "processing"), response.text
    created: str = response.json()["jobId"]
    return created


def job(http: httpx.Client, job_id: str) -> dict[str, Any]:
    """Return the job."""
    actual: dict[str, Any] = http.get(f"{JOBS}/{job_id}").json()
    return actual


def freeze(http: httpx.Client) -> None:
    """Freeze the clock at noon, when the server has just checked its jobs."""
    http.post("/_understudy/clock", json={"freeze": "2026-01-01T12:00:00Z"})


def advance(http: httpx.Client, duration: str) -> None:
    """Advance the clock by seconds."""
    http.post("/_understudy/clock", json={"advance": duration})


def test_job_has_the_reply_of_an_agent(http: httpx.Client) -> None:
    """The first running agent replies if none is named; the question is in a channel of its own."""
    done = job(http, create(http, metadata={"k": 1}))
    assert (done["status"], done["agentId"], done["metadata"]) == ("completed", AGENT, {"k": 1})
    assert done["result"]["message"]["content"] == "You said: A sonnet?"
    channels = http.get(
        "/api/messaging/message-servers/00000000-0000-0000-0000-000000000000/channels"
    ).json()["data"]["channels"]
    (channel,) = [record for record in channels if record["name"] == f"job-{done['jobId']}"]
    messages = http.get(f"/api/messaging/channels/{channel['id']}/messages").json()["data"][
        "messages"
    ]
    assert [record["content"] for record in messages] == ["You said: A sonnet?", "A sonnet?"]
    assert messages[0]["id"] == done["result"]["message"]["id"]


def test_jobs_of_the_release_never_complete(http: httpx.Client) -> None:
    """They wait until they time out; the next request marks them, and the next check deletes
    them."""
    use_release(http)
    freeze(http)
    job_id = create(http, timeoutMs=5000)
    assert (job(http, job_id)["status"], "result" in job(http, job_id)) == ("processing", False)
    advance(http, "PT6S")
    assert http.get(JOBS).json()["jobs"][0]["status"] == "processing"
    late = job(http, job_id)
    assert (late["status"], late["error"]) == (
        "timeout",
        "Job timed out waiting for agent response",
    )
    advance(http, "PT54S")
    response = http.get(f"{JOBS}/{job_id}")
    assert (response.status_code, response.json()) == (
        404,
        {"success": False, "error": "Job not found"},
    )


def test_check_marks_a_job_and_the_next_one_deletes_it(http: httpx.Client) -> None:
    """This happens without requests in between."""
    use_release(http)
    freeze(http)
    create(http, timeoutMs=5000)
    advance(http, "PT1M")
    assert http.get(JOBS).json()["jobs"][0]["status"] == "timeout"
    health = http.get(f"{JOBS}/health").json()
    assert (health["statusCounts"]["timeout"], health["metrics"]["timeoutRate"]) == (1, 1)
    advance(http, "PT1M")
    assert http.get(JOBS).json() == {"jobs": [], "total": 0, "filtered": 0}
    assert http.get(f"{JOBS}/health").json()["metrics"]["timeoutRate"] == 1


def test_completed_job_is_deleted_once_expired(http: httpx.Client) -> None:
    """It stays until the server's check."""
    freeze(http)
    job_id = create(http)
    advance(http, "PT59S")
    assert job(http, job_id)["status"] == "completed"
    advance(http, "PT1S")
    assert http.get(f"{JOBS}/{job_id}").status_code == 404
    assert http.get(f"{JOBS}/health").json()["metrics"]["successRate"] == 1


def test_jobs_are_listed_newest_first(http: httpx.Client) -> None:
    """The list takes a status, and a limit as JavaScript reads it."""
    freeze(http)
    ids = []
    for _ in range(3):
        ids.append(create(http))
        advance(http, "PT0.001S")
    page = http.get(JOBS, params={"limit": 2}).json()
    assert [record["jobId"] for record in page["jobs"]] == ids[:0:-1]
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
def test_job_errors_are_those_of_the_server(
    http: httpx.Client, body: dict[str, Any], message: str
) -> None:
    """The message is about the first fault in the server's order."""
    use_release(http)
    response = http.post(JOBS, json=body)
    assert (response.status_code, response.json()) == (400, {"success": False, "error": message})


def test_job_needs_a_running_agent(http: httpx.Client) -> None:
    """An unknown agent is 404, and so is a job while no agent runs."""
    body = {"userId": ADA, "content": "a"}
    unknown = http.post(JOBS, json={**body, "agentId": NOBODY}).json()["error"]
    assert unknown["message"] == f"Agent {NOBODY} not found"
    http.post(f"/api/agents/{AGENT}/stop")
    none = http.post(JOBS, json={**body, "agentId": ""})
    assert (none.status_code, none.json()["error"]["message"]) == (
        404,
        "No agents available on server",
    )
