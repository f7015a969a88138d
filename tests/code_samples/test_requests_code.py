"""The requests of a journal as code, from the control API: run, they are sent again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.clients.javascript import needs_javascript
from tests.support.sample_programs import run_node, run_python, run_shell

USERS = "/api/v2/users"
AGENT = "11111111-1111-4111-8111-111111111111"
CODE = "/_understudy/requests/code"


def send(http: httpx.Client) -> int:
    """Send requests of all kinds, and return how many."""
    json_type = {"Content-Type": "application/json"}
    file = ("a'b\".wav", b"RIFF\0\xff", "audio/wav")
    answers = [
        http.post(USERS, json={"user_id": "q'u\"o`te$x\n", "metadata": {"__proto__": [None, 1.5]}}),
        http.post(
            USERS,
            content=b'{"user_id": "big", "metadata": {"n": 1152921504606846977}}',
            headers=json_type,
        ),
        http.post(USERS, content=b"\xff\x00\xfe", headers=json_type),
        http.post(USERS, content=b"[" * 50 + b"]" * 50, headers=json_type),
        http.get(
            f"{USERS}/a%20b", params={"q": ["x&y", "[z]"]}, headers={b"X-Text": "é $x 'y'".encode()}
        ),
        http.post(
            f"/api/audio/{AGENT}/transcriptions", files={"file": file}, data={"userId": AGENT}
        ),
        http.post("/form", data={"a b": ["c&d", "@e"], "f": ""}),
        http.put(
            "/text", content="<line>\né", headers={"Content-Type": "text/plain; charset=utf-8"}
        ),
        http.delete(f"{USERS}/nobody"),
    ]
    return len(answers)


def seen(http: httpx.Client) -> list[dict[str, Any]]:
    """Return what the journal has of each request, oldest first."""
    entries = http.get("/_understudy/requests", params={"limit": 1000}).json()["requests"]
    kept = ("method", "path", "query", "body")
    requests = [entry["request"] for entry in reversed(entries)]
    texts = [request["headers"].get("x-text") for request in requests]
    values = [{key: request.get(key) for key in kept} for request in requests]
    return [{**value, "x-text": text} for value, text in zip(values, texts, strict=True)]


@pytest.mark.parametrize(
    "language", ["curl", "python", pytest.param("typescript", marks=needs_javascript)]
)
def test_code_repeats_the_requests(language: str, http: httpx.Client, tmp_path: Path) -> None:
    """All in their order, with the same bodies; what is binary, large or deep as it is."""
    http.headers["Authorization"] = "Api-Key understudy"
    count = send(http)
    code = http.get(CODE, params={"language": language, "default_key": True}).text
    codes = {"sample": code}
    run = {"curl": run_shell, "typescript": run_node}.get(language)
    assert (run(codes, tmp_path) if run else run_python(codes)) == {}
    requests = seen(http)
    again = requests[count:]
    for request in (*requests, *again):
        if "transcriptions" in request["path"]:
            request["body"] = None  # each client has a boundary of its own
    assert again == requests[:count]


def test_credentials_are_left_out(http: httpx.Client) -> None:
    """As from curl lines, but for the key that is no secret; the filters are the same."""
    http.get(f"{USERS}/a", headers={"Authorization": "Api-Key hush"})
    http.get(f"{USERS}/b", headers={"Authorization": "Api-Key understudy"})
    for language in ("curl", "python", "typescript"):
        shown = http.get(CODE, params={"language": language, "default_key": True}).text
        assert "hush" not in shown
        assert "***" in shown
        assert "Api-Key understudy" in shown
        assert "understudy" not in http.get(CODE, params={"language": language}).text
    assert http.get(CODE, params={"path": f"{USERS}/b"}).text.count("curl ") == 1
    assert http.get(CODE, params={"status": 599}).text == ""
    assert http.get(CODE, params={"language": "cobol"}).status_code == 400
