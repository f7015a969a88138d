"""What Eliza's sessions refuse, in which order and in which words, in each persona."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.handlers.eliza_sessions import (
    AGENT,
    BOTH,
    SESSIONS,
    USER,
    advance,
    create,
    history,
    play,
)


@BOTH
def test_the_shape_of_an_error(http: httpx.Client, persona: str) -> None:
    """The reference marks a failure; 1.7.2 has no mark, but a stack trace."""
    play(http, persona)
    answer = http.get(f"{SESSIONS}/nope")
    error = {
        "code": "SESSION_NOT_FOUND",
        "message": "Session with ID 'nope' not found",
        "timestamp": "2026-01-01T12:00:00.000Z",
    }
    assert answer.status_code == 404
    if persona == "docs":
        assert answer.json() == {"success": False, "error": error}
    else:
        assert answer.json() == {
            "error": {**error, "stack": f"SessionNotFoundError: {error['message']}"}
        }


@pytest.mark.parametrize(("persona", "code"), [("docs", "VALIDATION_ERROR"), ("1.7", 400)])
def test_malformed_json(http: httpx.Client, persona: str, code: Any) -> None:
    """A body that is no JSON is a client's fault; 1.7.2 answers 500, in the same shape."""
    play(http, persona)
    answer = http.post(SESSIONS, content="{bad", headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)
    assert answer.json()["success"] is False


@BOTH
def test_a_body_of_another_type(http: httpx.Client, persona: str) -> None:
    """A body that is not announced as JSON is 400 in both."""
    play(http, persona)
    answer = http.post(SESSIONS, content="x", headers={"Content-Type": "text/plain"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "INVALID_CONTENT_TYPE")


@BOTH
def test_an_unknown_path(http: httpx.Client, persona: str) -> None:
    """What is no path has the error of the platform in 1.7.2."""
    play(http, persona)
    error = http.get(f"{SESSIONS}/a/b/c").json()["error"]
    assert (error["message"], error["code"]) == (
        "API endpoint not found",
        "NOT_FOUND" if persona == "docs" else 404,
    )


@BOTH
@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        ({"agentId": AGENT}, 400, "Missing required fields: agentId, userId"),
        ({"agentId": 7, "userId": "x"}, 400, "Missing required fields: agentId, userId"),
        ({"agentId": "x", "userId": "y"}, 400, "Invalid UUID format for field 'agentId'"),
        ({"agentId": USER, "userId": "y"}, 400, "Invalid UUID format for field 'userId'"),
        (
            {"agentId": USER, "userId": USER, "metadata": {"x": "y" * 10_240}},
            404,
            f"Agent with ID '{USER}' not found",
        ),
        (
            {"agentId": AGENT, "userId": USER, "metadata": {"x": "y" * 10_240}},
            400,
            "Invalid metadata: Metadata exceeds maximum size of 10240 bytes",
        ),
    ],
)
def test_the_order_of_faults_at_creation(
    http: httpx.Client, persona: str, body: Any, status: int, message: str
) -> None:
    """Of several faults the released server's first one is told, in its words."""
    play(http, persona)
    answer = http.post(SESSIONS, json=body)
    assert (answer.status_code, answer.json()["error"]["message"]) == (status, message)


@BOTH
@pytest.mark.parametrize(
    ("path", "body", "status", "message"),
    [
        ("nope", {}, 400, "Invalid content: Invalid message request format"),
        ("nope", {"content": ""}, 404, "Session with ID 'nope' not found"),
        (
            "nope",
            {"transport": 7},
            400,
            'Invalid content: Invalid transport type "number". Transport must be a string.',
        ),
        ("ID", {"content": ""}, 400, "Invalid content: Content cannot be empty"),
        (
            "ID",
            {"content": "x" * 4001, "metadata": {"x": "y" * 10_240}},
            400,
            "Invalid content: Content exceeds maximum length of 4000 characters",
        ),
        (
            "ID",
            {"content": "", "transport": "pigeon"},
            400,
            'Invalid content: Invalid transport "pigeon". '
            "Must be one of: http, sse, websocket, sync, stream",
        ),
    ],
)
def test_the_order_of_faults_of_a_message(
    http: httpx.Client, persona: str, path: str, body: Any, status: int, message: str
) -> None:
    """What the body must look like comes before the session, what it says after it."""
    play(http, persona)
    session_id = create(http)["sessionId"] if path == "ID" else path
    answer = http.post(f"{SESSIONS}/{session_id}/messages", json=body)
    assert (answer.status_code, answer.json()["error"]["message"]) == (status, message)


@BOTH
def test_faults_of_an_expired_session(http: httpx.Client, persona: str) -> None:
    """Expiry comes before what is wrong with the request, and removes the session."""
    play(http, persona)
    sent, changed, read = (create(http)["sessionId"] for _ in range(3))
    advance(http, 31)
    answers = (
        http.post(f"{SESSIONS}/{sent}/messages", json={"content": ""}),
        http.patch(f"{SESSIONS}/{changed}/timeout", json={"timeoutMinutes": 1}),
        http.get(f"{SESSIONS}/{read}/messages", params={"before": "soon"}),
    )
    assert [answer.status_code for answer in answers] == [410, 410, 410]
    assert http.post(f"{SESSIONS}/{sent}/messages", json={"content": ""}).status_code == 404


@BOTH
@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ({"before": "soon", "after": "late"}, "'before': Must be a valid timestamp"),
        ({"limit": "many", "after": "9" * 17}, "'after': Invalid date from timestamp"),
    ],
)
def test_cursors_that_are_none(http: httpx.Client, persona: str, query: Any, reason: str) -> None:
    """A limit is never refused, and `before` is looked at first."""
    play(http, persona)
    session = create(http)
    said = http.post(f"{SESSIONS}/{session['sessionId']}/messages", json={"content": "hello"})
    assert said.status_code == 201
    assert len(history(http, session, limit="1 or so")["messages"]) == 1
    error = history(http, session, **query)["error"]
    assert error["message"] == f"Invalid pagination parameter {reason}"


def test_a_part_whose_name_cannot_be_read_is_passed_over(http: httpx.Client) -> None:
    """Some clients write a backslash before the closing quote bare; the file beside it counts."""
    parts = (
        'name="a\\"\r\n\r\nx',
        'name="file"; filename="a.png"\r\nContent-Type: image/png\r\n\r\nx',
    )
    body = (
        "".join(f"--b\r\nContent-Disposition: form-data; {part}\r\n" for part in parts)
        + "--b--\r\n"
    )
    answer = http.post(
        "/api/media/agents/11111111-1111-4111-8111-111111111111/upload-media",
        content=body.encode(),
        headers={"Content-Type": "multipart/form-data; boundary=b"},
    )
    assert answer.status_code == 200, answer.text
