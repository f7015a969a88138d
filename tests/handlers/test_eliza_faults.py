"""Errors of Eliza's sessions in each persona: their order, messages and shapes."""

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
    use_persona,
)


@BOTH
def test_error_has_the_shape_of_the_persona(http: httpx.Client, persona: str) -> None:
    """The reference has `success: false`; 1.7.2 does not, but has a stack trace."""
    use_persona(http, persona)
    response = http.get(f"{SESSIONS}/nope")
    error = {
        "code": "SESSION_NOT_FOUND",
        "message": "Session with ID 'nope' not found",
        "timestamp": "2026-01-01T12:00:00.000Z",
    }
    assert response.status_code == 404
    if persona == "docs":
        assert response.json() == {"success": False, "error": error}
    else:
        assert response.json() == {
            "error": {**error, "stack": f"SessionNotFoundError: {error['message']}"}
        }


@pytest.mark.parametrize(
    ("persona", "status", "code"), [("docs", 400, "VALIDATION_ERROR"), ("1.7", 500, 500)]
)
def test_malformed_json_is_refused(
    http: httpx.Client, persona: str, status: int, code: Any
) -> None:
    """It is 500 where the persona is the release."""
    use_persona(http, persona)
    response = http.post(SESSIONS, content="{bad", headers={"Content-Type": "application/json"})
    assert (response.status_code, response.json()["error"]["code"]) == (status, code)
    assert response.json()["success"] is False


@BOTH
def test_body_of_another_media_type_is_400(http: httpx.Client, persona: str) -> None:
    """It is so in both personas."""
    use_persona(http, persona)
    response = http.post(SESSIONS, content="x", headers={"Content-Type": "text/plain"})
    assert (response.status_code, response.json()["error"]["code"]) == (400, "INVALID_CONTENT_TYPE")


@BOTH
def test_unknown_path_is_a_platform_error(http: httpx.Client, persona: str) -> None:
    """In 1.7.2 it has another shape than errors of operations."""
    use_persona(http, persona)
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
def test_creation_reports_the_first_fault_of_the_release(
    http: httpx.Client, persona: str, body: Any, status: int, message: str
) -> None:
    """Of several faults, the message is about the one that the released server finds first."""
    use_persona(http, persona)
    response = http.post(SESSIONS, json=body)
    assert (response.status_code, response.json()["error"]["message"]) == (status, message)


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
def test_message_form_is_checked_before_the_session(
    http: httpx.Client, persona: str, path: str, body: Any, status: int, message: str
) -> None:
    """The content is checked after the session."""
    use_persona(http, persona)
    session_id = create(http)["sessionId"] if path == "ID" else path
    response = http.post(f"{SESSIONS}/{session_id}/messages", json=body)
    assert (response.status_code, response.json()["error"]["message"]) == (status, message)


@BOTH
def test_expiry_is_checked_before_the_body(http: httpx.Client, persona: str) -> None:
    """Expiry comes before what is wrong with the request, and removes the session."""
    use_persona(http, persona)
    sent, changed, read = (create(http)["sessionId"] for _ in range(3))
    advance(http, 31)
    responses = (
        http.post(f"{SESSIONS}/{sent}/messages", json={"content": ""}),
        http.patch(f"{SESSIONS}/{changed}/timeout", json={"timeoutMinutes": 1}),
        http.get(f"{SESSIONS}/{read}/messages", params={"before": "soon"}),
    )
    assert [response.status_code for response in responses] == [410, 410, 410]
    assert http.post(f"{SESSIONS}/{sent}/messages", json={"content": ""}).status_code == 404


@BOTH
@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ({"before": "soon", "after": "late"}, "'before': Must be a valid timestamp"),
        ({"limit": "many", "after": "9" * 17}, "'after': Invalid date from timestamp"),
    ],
)
def test_invalid_cursors_are_refused(
    http: httpx.Client, persona: str, query: Any, reason: str
) -> None:
    """A limit is never refused, and `before` is checked first."""
    use_persona(http, persona)
    session = create(http)
    sent = http.post(f"{SESSIONS}/{session['sessionId']}/messages", json={"content": "hello"})
    assert sent.status_code == 201
    assert len(history(http, session, limit="1 or so")["messages"]) == 1
    error = history(http, session, **query)["error"]
    assert error["message"] == f"Invalid pagination parameter {reason}"


def test_form_part_with_broken_name_is_skipped(http: httpx.Client) -> None:
    """Some clients write a bare backslash before the closing quote; the file beside it counts."""
    parts = (
        'name="a\\"\r\n\r\nx',
        'name="file"; filename="a.png"\r\nContent-Type: image/png\r\n\r\nx',
    )
    body = (
        "".join(f"--b\r\nContent-Disposition: form-data; {part}\r\n" for part in parts)
        + "--b--\r\n"
    )
    response = http.post(
        "/api/media/agents/11111111-1111-4111-8111-111111111111/upload-media",
        content=body.encode(),
        headers={"Content-Type": "multipart/form-data; boundary=b"},
    )
    assert response.status_code == 200, response.text
