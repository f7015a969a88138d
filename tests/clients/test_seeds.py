"""The published pages that Understudy began with: their snippets run, and do what they say.

The pages are in seeds/, as their vendors publish them; as .txt, so that no formatter of Markdown
changes them. In their curl lines only the host is replaced, their Python is unchanged, and their
TypeScript runs with a package of the name that they import (see zep-cloud/index.mjs). Their Go runs
in test_zep_go.py. The pages use ids such as `:sessionId`, so there are sessions of these names.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.clients.javascript import CLIENTS, needs_javascript, node
from tests.support.coverage import unmeasured
from tests.support.timeouts import PROGRAM_TIMEOUT

SEEDS = CLIENTS / "seeds"
END_SESSION = (SEEDS / "zep-end-session.txt").read_text()
END_SESSIONS = (SEEDS / "zep-end-sessions.txt").read_text()
RENDERED = (SEEDS / "zep-end-sessions-rendered.txt").read_text()
ELIZA_OLDER = (SEEDS / "eliza-end-session-older.txt").read_text()
ELIZA = (SEEDS / "eliza-end-session.txt").read_text()

SESSIONS = ("sessionId", ":sessionId", "session_ids", "string")

needs_curl = pytest.mark.skipif(
    not (shutil.which("curl") and shutil.which("bash")), reason="no curl, or no bash"
)


def snippets(language: str) -> list[str]:
    """Return the snippets of a language on Zep's pages, without repetitions."""
    fenced = re.compile(rf"^```{language}\n(.*?)^```", re.MULTILINE | re.DOTALL)
    return list(dict.fromkeys(fenced.findall(f"{END_SESSION}\n{END_SESSIONS}")))


def rendered_curl() -> str:
    """Return the curl line of the rendered page, without its prompts."""
    match = re.search(r"^\$curl.*\n(?:>.*\n)+", RENDERED, re.MULTILINE)
    assert match
    return re.sub(r"^[$>] ?", "", match[0], flags=re.MULTILINE)


def rendered_example() -> Any:
    """Return the documented response of that page, without its line numbers."""
    return json.loads("".join(re.findall(r"^\d+([ {}].*)$", RENDERED, re.MULTILINE)))


def prepare(http: httpx.Client, key: str) -> None:
    """Add the sessions that the pages name, in the project of that key."""
    http.headers["Authorization"] = f"Api-Key {key}"
    http.post("/api/v2/users", json={"user_id": "ann"}).raise_for_status()
    for session_id in SESSIONS:
        session = {"session_id": session_id, "user_id": "ann"}
        http.post("/api/v2/sessions", json=session).raise_for_status()


def ended(http: httpx.Client) -> list[str]:
    """Return the ids of the sessions that have ended."""
    sessions = [http.get(f"/api/v2/sessions/{session_id}").json() for session_id in SESSIONS]
    return [session["session_id"] for session in sessions if session["ended_at"]]


def shell(line: str, origin: str, home: Path) -> tuple[int, Any]:
    """Run a published curl line against this server, and return status and JSON body.

    A .curlrc makes curl print the status, so that the line stays unchanged.
    """
    (home / ".curlrc").write_text('noproxy = "*"\nwrite-out = "\\n%{http_code}"\n')
    process = subprocess.run(
        ["bash", "-c", line.replace("https://api.getzep.com", origin)],
        capture_output=True,
        text=True,
        env={**os.environ, "CURL_HOME": str(home)},
        timeout=PROGRAM_TIMEOUT,
        check=True,
    )
    body, _, status = process.stdout.rpartition("\n")
    return int(status), json.loads(body)


# strict: a snippet that is not found, or one too many, is an error.
@needs_curl
@pytest.mark.parametrize(
    ("line", "session_id"), list(zip(snippets("shell"), SESSIONS, strict=True)), ids=SESSIONS
)
def test_curl_lines_end_sessions(
    http: httpx.Client, origin: str, tmp_path: Path, line: str, session_id: str
) -> None:
    """A published curl line ends the session that it names, and that one only."""
    prepare(http, "<apiKey>")
    status, body = shell(line, origin, tmp_path)
    now = http.get(f"/api/v2/sessions/{session_id}").json()
    assert (status, body) in ((200, {"session": now}), (200, {"sessions": [now]}))
    assert ended(http) == [session_id]


@needs_curl
def test_shortened_header_is_refused(http: httpx.Client, origin: str, tmp_path: Path) -> None:
    """The rendered page writes `Authorization: <apiKey>`, without the `Api-Key` before the key.

    All others have it, and every SDK sends it: the page shortens, and its line, as it stands, is
    unauthorized. Made whole, it works.
    """
    prepare(http, "<apiKey>")
    line = rendered_curl()
    assert shell(line, origin, tmp_path) == (401, {"message": "unauthorized"})
    assert ended(http) == []
    status, _ = shell(line.replace("<apiKey>", "Api-Key <apiKey>"), origin, tmp_path)
    assert (status, ended(http)) == (200, ["string"])


@needs_curl
def test_response_has_the_documented_fields(
    http: httpx.Client, origin: str, tmp_path: Path
) -> None:
    """A session in the body has the fields of the documented example, no more and no less."""
    prepare(http, "<apiKey>")
    line = rendered_curl().replace("<apiKey>", "Api-Key <apiKey>")
    _, body = shell(line, origin, tmp_path)
    documented = rendered_example()
    assert body.keys() == documented.keys()
    assert body["sessions"][0].keys() == documented["sessions"][0].keys()


@pytest.mark.parametrize(
    ("snippet", "session_id"),
    list(zip(snippets("python"), ("sessionId", "session_ids"), strict=True)),
    ids=("end_session", "end_sessions"),
)
def test_python_snippets_end_sessions(
    http: httpx.Client, origin: str, snippet: str, session_id: str
) -> None:
    """The published Python runs as it is: its client reads ZEP_API_URL."""
    prepare(http, "YOUR_API_KEY")
    subprocess.run(
        [sys.executable, "-c", snippet],
        env=unmeasured(ZEP_API_URL=origin),
        timeout=PROGRAM_TIMEOUT,
        check=True,
    )
    assert ended(http) == [session_id]


@needs_javascript
@pytest.mark.parametrize(
    ("snippet", "session_id"),
    list(zip(snippets("typescript"), ("sessionId", "session_ids"), strict=True)),
    ids=("endSession", "endSessions"),
)
def test_typescript_snippets_end_sessions(
    http: httpx.Client, origin: str, snippet: str, session_id: str
) -> None:
    """The published TypeScript, which is JavaScript too, runs among a package `zep-cloud`."""
    prepare(http, "YOUR_API_KEY")
    environment = {**os.environ, "ZEP_API_URL": origin}
    node("--input-type=module", "-", text=snippet, cwd=CLIENTS / "zep-cloud", env=environment)
    assert ended(http) == [session_id]


@needs_curl
@pytest.mark.parametrize("page", [ELIZA_OLDER, ELIZA], ids=["older", "newer"])
def test_documented_delete_ends_an_eliza_session(
    http: httpx.Client, origin: str, tmp_path: Path, page: str
) -> None:
    """DELETE of both pages has the response that the newer one shows, and the session is gone.

    The older page, and the OpenAPI document on the newer one, show another text and no `success`;
    released servers return what the prose says, and `message` is a string by either.
    """
    agent = http.get("/api/agents").json()["data"]["agents"][0]["id"]
    created = {"agentId": agent, "userId": "123e4567-e89b-42d3-a456-426614174000"}
    session_id = http.post("/api/messaging/sessions", json=created).json()["sessionId"]
    method, path = re.findall(r"^````yaml (\w+) (\S+)$", page, re.MULTILINE)[0]
    line = f"curl -X {method.upper()} {origin}{path.replace('{sessionId}', session_id)}"
    (example,) = re.findall(r"## Example Response\s+```json.*\n([^`]+)```", ELIZA)
    documented = json.loads(example.replace("abc-123-def-456", session_id))
    assert shell(line, origin, tmp_path) == (200, documented)
    status, body = shell(line, origin, tmp_path)
    assert (status, body["success"]) == (404, False)
    assert body["error"]["code"] == "SESSION_NOT_FOUND"
    assert http.get(f"/api/messaging/sessions/{session_id}").status_code == 404
