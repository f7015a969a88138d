"""Persona 1.7: what Express refuses before the server's own code runs, in its words."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.handlers.eliza_sessions import AGENT, BOTH, SESSIONS, USER, advance, create, use_persona

_JSON = {"content-type": "application/json"}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"{", "Expected property name or '}' in JSON at position 1"),
        (b'{"a":}', 'Unexpected token \'}\', "{"a":}" is not valid JSON'),
        (b'"text"', 'Unexpected token \'"\', ""text"" is not valid JSON'),
        (b"[1 2]", "Expected ',' or ']' after array element in JSON at position 3"),
        (b'{"a":1,}', "Expected double-quoted property name in JSON at position 7"),
        (b'{"a" 1}', "Expected ':' after property name in JSON at position 5"),
        (b'{"a":1,"b"}', 'Unexpected token \'}\', "{"a":1,"b"}" is not valid JSON'),
        (b'["\\x"]', "Bad escaped character in JSON at position 3"),
        (b'["\\u12"]', "Bad Unicode escape in JSON at position 6"),
        (b'["\n"]', "Bad control character in string literal in JSON at position 2"),
        (b'["a', "Unterminated string in JSON at position 3"),
        (b"[-]", "No number after minus sign in JSON at position 2"),
        (b"[1.]", "Unterminated fractional number in JSON at position 3"),
        (b"[1e]", "Exponent part is missing a number in JSON at position 3"),
        (b"[01]", "Unexpected number in JSON at position 2"),
        (b"[,", "Unexpected token ',', \"[,\" is not valid JSON"),
        (b"[", "Unexpected end of JSON input"),
        (b"  ", "Unexpected end of JSON input"),
        (b"{} x", "Unexpected non-whitespace character after JSON at position 3"),
        (
            b'{"text": "long enough", "a": x, "more": 1}',
            'Unexpected token \'x\', ..."gh", "a": x, "more":"... is not valid JSON',
        ),
        ('["é😀", x]'.encode(), 'Unexpected token \'x\', "["é😀", x]" is not valid JSON'),
    ],
)
def test_malformed_json_is_an_error_of_the_server(
    http: httpx.Client, body: bytes, message: str
) -> None:
    """The message is that of Node's parser."""
    use_persona(http, "1.7")
    response = http.post(SESSIONS, content=body, headers=_JSON)
    expected = {"success": False, "error": {"message": message, "code": 500}}
    assert (response.status_code, response.json()) == (500, expected)


@pytest.mark.parametrize(
    ("method", "path", "options", "status", "message"),
    [
        ("POST", SESSIONS, {"content": b"{}" + b" " * 2**21, "headers": _JSON}, 500, "too large"),
        ("GET", "/api/agents/%E0%A4%A", {}, 500, "Failed to decode param '%E0%A4%A'"),
        ("GET", f"{SESSIONS}/%FF", {}, 500, "An unexpected error occurred"),
        ("GET", f"{SESSIONS}/nope/", {}, 404, "Session with ID 'nope' not found"),
        ("GET", SESSIONS.upper() + "/nope", {}, 404, "Session with ID 'nope' not found"),
        ("PUT", f"{SESSIONS}/nope", {"json": {}}, 404, "API endpoint not found"),
        ("POST", "/api/agents", {}, 500, "Cannot destructure property 'characterPath' of"),
        ("POST", "/api/agents", {"data": {"a": "b"}}, 500, "Cannot destructure property"),
        ("POST", "/api/agents", {"content": b"a", "headers": {}}, 400, "Content-Type header"),
        ("POST", SESSIONS, {"data": {"a": "b"}}, 400, "Missing required fields: agentId"),
        ("POST", f"/api/agents/{USER}/rooms", {}, 404, "Agent not found"),
        ("POST", f"/api/agents/{AGENT}/rooms", {}, 500, "Failed to create room"),
        ("POST", "/api/messaging/jobs", {}, 400, "Request body must be an object"),
        ("GET", "/api/agents/worlds", {}, 400, "Invalid agent ID format"),
        ("GET", "/media/uploads/agents/nope/x", {}, 400, "Invalid agent ID format"),
    ],
)
def test_refusals_of_the_framework(
    http: httpx.Client, method: str, path: str, options: dict[str, Any], status: int, message: str
) -> None:
    """Statuses and messages as the released server has them."""
    use_persona(http, "1.7")
    response = http.request(method, path, **options)
    assert response.status_code == status
    assert message in response.text


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ({"other": ("a.png", b"x", "image/png")}, "Unexpected file field"),
        ({"file": ("a.foo", b"x", "application/x-foo")}, "Invalid file type"),
    ],
)
def test_refusals_of_uploads(http: httpx.Client, form: dict[str, Any], message: str) -> None:
    """The parser of forms fails."""
    use_persona(http, "1.7")
    response = http.post(f"/api/media/agents/{AGENT}/upload-media", files=form)
    assert (response.status_code, response.json()["error"]["message"]) == (500, message)


@BOTH
def test_session_with_a_shorter_timeout_is_410_before_it_is_404(
    http: httpx.Client, persona: str
) -> None:
    """However much later a client comes."""
    use_persona(http, persona)
    session = create(http, timeoutConfig={"timeoutMinutes": 60})
    path = f"{SESSIONS}/{session['sessionId']}"
    assert http.patch(f"{path}/timeout", json={"timeoutMinutes": 5}).status_code == 200
    advance(http, 61)
    assert http.get(SESSIONS).json()["stats"]["expiredSessions"] == 1
    assert [http.get(path).status_code for _ in range(2)] == [410, 404]


def test_reference_persona_refuses_as_http_has_it(http: httpx.Client) -> None:
    """Malformed JSON is 400 there, an unknown method 405, and a slash makes another path."""
    use_persona(http, "docs")
    assert http.post(SESSIONS, content=b"{", headers=_JSON).status_code == 400
    assert http.put(f"{SESSIONS}/nope").status_code == 405
    assert http.get(f"{SESSIONS}/").status_code == 404
    assert http.post("/api/agents").status_code == 400
