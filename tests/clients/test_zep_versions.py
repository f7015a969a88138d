"""Other Python clients of Zep against the running server: zep-cloud 2.22.1 and zep-python 2.0.2.

zep-cloud 2.22.1 differs from 2.22.0 on the wire: it sends `{}` with GET and DELETE, and tries five
more times after 409 and 500. zep-python 2.0.2 is the client of the Community Edition; its nineteen
calls are all of this API.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.timeouts import PROGRAM_TIMEOUT

HERE = Path(__file__).parent
ENDED = "session ended: session has ended"

#: How often zep-cloud 2.22.1 sends a request that is answered 409: once, and five times more.
TRIES = 6


def tell(story: str, client: str, origin: str) -> dict[str, Any]:
    """What a story comes to when this client tells it to the server at `origin`."""
    directory = HERE / "python" / client / "site-packages"
    if not directory.is_dir():
        pytest.skip(f"no {client} in tests/clients/python: run scripts/python-clients")
    done = subprocess.run(
        # Without -P, the directory of the script would come first, and hides zep_python.
        [sys.executable, "-P", HERE / "zep_stories.py", story],
        env={
            **os.environ,
            "PYTHONPATH": str(directory),
            "ZEP_API_URL": origin,
            "ZEP_API_KEY": "story",
        },
        capture_output=True,
        text=True,
        timeout=PROGRAM_TIMEOUT,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def exchanges(origin: str, operation: str) -> list[dict[str, Any]]:
    """What the journal of the namespace has of an operation."""
    answer = httpx.get(f"{origin}/_understudy/requests", params={"operation": operation})
    found: list[dict[str, Any]] = answer.json()["requests"]
    return found


def test_the_core_calls_of_the_last_version(origin: str) -> None:
    """All of them come to what they come to with 2.22.0, found by its environment alone."""
    told = tell("cloud", "zep-cloud-2.22.1", origin)
    assert told["unknown"].pop("slept") == 0
    context = told.pop("context")
    assert isinstance(context, str)
    assert "Bergen" in context
    said = ["I live in Bergen and I love skiing.", "Noted."]
    assert told == {
        "version": "2.22.1",
        "user": True,
        "session": True,
        "updated": {"a": 1, "b": 2},
        "memory": said,
        "page": said[1],
        "listed": ["s", "t"],
        "ended": True,
        "both": ["t", "s"],
        "deleted": "OK",
        "unknown": {"kind": "NotFoundError", "status": 404, "message": "not found"},
    }


def test_the_last_version_sends_empty_bodies(origin: str) -> None:
    """GET and DELETE come with `{}`, and are answered like any others.

    The journal keeps no body of such requests, but how long it was.
    """
    tell("cloud", "zep-cloud-2.22.1", origin)
    for operation, method in (("getMemory", "GET"), ("deleteMemory", "DELETE")):
        (exchange,) = exchanges(origin, operation)
        request = exchange["request"]
        sent = (request["headers"]["content-type"], request["headers"]["content-length"])
        assert (request["method"], sent) == (method, ("application/json", "2"))
        assert exchange["response"]["status"] == 200


def test_the_last_version_tries_again_after_a_conflict(origin: str) -> None:
    """A conflict arrives after five more tries, and soon, because the answer says so."""
    told = tell("ended", "zep-cloud-2.22.1", origin)
    for refusal in told.values():
        assert refusal.pop("slept") == 0
    assert told == {
        "update": {"kind": "ConflictError", "status": 409, "message": ENDED},
        # The client declares no 409 for memory.add: no class of its own, and a plain dict.
        "add": {"kind": "ApiError", "status": 409, "message": None},
    }
    for operation in ("updateSession", "addMemory"):
        statuses = [one["response"]["status"] for one in exchanges(origin, operation)]
        assert statuses == [409] * TRIES


def test_the_client_of_the_community_edition(origin: str) -> None:
    """All nineteen calls of zep-python work, but for two answers that it cannot read."""
    told = tell("community", "zep-python-2.0.2", origin)
    calls = told.pop("calls")
    assert len(calls) == 19
    # It reads a list of lists of sessions, and a fact's deletion as a string; zep-cloud reads a
    # list and an object, and it is zep-cloud that is answered.
    failed = {name: failure["kind"] for name, failure in calls.items() if failure}
    assert failed == {
        "user.get_sessions": "ValidationError",
        "memory.delete_fact": "ValidationError",
    }
    assert told == {
        "version": "2.0.2",
        "user": "ann",
        "changed": "Lind",
        "found": "Ann",
        "users": 1,
        "session": {"a": 1},
        "updated": {"a": 1, "b": 2},
        "sessions": 1,
        "memory": ["I live in Bergen and I love skiing.", "Noted."],
        "page": "I live in Bergen and I love skiing.",
        "message": "I live in Bergen and I love skiing.",
        "marked": {"seen": True},
        "results": 1,
        "fact": True,
        "deleted": "OK",
        "gone": "OK",
    }


def test_the_client_of_the_community_edition_sends_empty_values(origin: str) -> None:
    """Parameters that are not given arrive as `page_size=`, which Zep takes for absent."""
    told = tell("empty", "zep-python-2.0.2", origin)
    assert told == dict.fromkeys(told)
