"""Other Python clients of Zep against the running server: zep-cloud 2.22.1 and zep-python 2.0.2.

zep-cloud 2.22.1 differs from 2.22.0 on the wire: it sends `{}` with GET and DELETE, and tries five
more times after 409 and 500. zep-python 2.0.2 is the client of the Community Edition; its nineteen
calls are all of this API.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.coverage import unmeasured
from tests.support.timeouts import PROGRAM_TIMEOUT

HERE = Path(__file__).parent
ENDED = "session ended: session has ended"

#: Number of requests that zep-cloud 2.22.1 sends if each is answered with 409.
TRIES = 6


def run_scenario(scenario: str, client: str, origin: str) -> dict[str, Any]:
    """Run a scenario with this client against the server at `origin`, and return its result."""
    directory = HERE / "python" / client / "site-packages"
    if not directory.is_dir():
        pytest.skip(f"no {client} in tests/clients/python: run scripts/python-clients")
    process = subprocess.run(
        # Without -P, the directory of the script would come first, and hides zep_python.
        [sys.executable, "-P", HERE / "zep_scenarios.py", scenario],
        env=unmeasured(PYTHONPATH=str(directory), ZEP_API_URL=origin, ZEP_API_KEY="story"),
        capture_output=True,
        text=True,
        timeout=PROGRAM_TIMEOUT,
        check=False,
    )
    assert process.returncode == 0, process.stderr
    result: dict[str, Any] = json.loads(process.stdout)
    return result


def exchanges(origin: str, operation: str) -> list[dict[str, Any]]:
    """Return the exchanges of an operation in the namespace's journal."""
    response = httpx.get(f"{origin}/_understudy/requests", params={"operation": operation})
    listed: list[dict[str, Any]] = response.json()["requests"]
    return listed


def test_last_version_has_the_same_core_results(origin: str) -> None:
    """Its core calls have the same results as 2.22.0, with the server set by the environment."""
    result = run_scenario("cloud", "zep-cloud-2.22.1", origin)
    assert result["unknown"].pop("slept") == 0
    context = result.pop("context")
    assert isinstance(context, str)
    assert "Bergen" in context
    contents = ["I live in Bergen and I love skiing.", "Noted."]
    assert result == {
        "version": "2.22.1",
        "user": True,
        "session": True,
        "updated": {"a": 1, "b": 2},
        "memory": contents,
        "page": contents[1],
        "listed": ["s", "t"],
        "ended": True,
        "both": ["t", "s"],
        "deleted": "OK",
        "unknown": {"kind": "NotFoundError", "status": 404, "message": "not found"},
    }


def test_last_version_sends_empty_bodies(origin: str) -> None:
    """GET and DELETE have the body `{}`, and succeed.

    The journal keeps the length of such a body, but not the body.
    """
    run_scenario("cloud", "zep-cloud-2.22.1", origin)
    for operation, method in (("getMemory", "GET"), ("deleteMemory", "DELETE")):
        (exchange,) = exchanges(origin, operation)
        request = exchange["request"]
        sent = (request["headers"]["content-type"], request["headers"]["content-length"])
        assert (request["method"], sent) == (method, ("application/json", "2"))
        assert exchange["response"]["status"] == 200


def test_last_version_retries_after_a_conflict(origin: str) -> None:
    """It raises the conflict after five retries, without pauses, because the response says so."""
    result = run_scenario("ended", "zep-cloud-2.22.1", origin)
    for refusal in result.values():
        assert refusal.pop("slept") == 0
    assert result == {
        "update": {"kind": "ConflictError", "status": 409, "message": ENDED},
        # The client declares no 409 for memory.add: no class of its own, and a plain dict.
        "add": {"kind": "ApiError", "status": 409, "message": None},
    }
    for operation in ("updateSession", "addMemory"):
        statuses = [exchange["response"]["status"] for exchange in exchanges(origin, operation)]
        assert statuses == [409] * TRIES


def test_community_edition_client_works(origin: str) -> None:
    """All nineteen calls of zep-python work, except for two responses that it cannot read."""
    result = run_scenario("community", "zep-python-2.0.2", origin)
    calls = result.pop("calls")
    assert len(calls) == 19
    # It reads a list of lists of sessions, and a fact's deletion as a string; zep-cloud reads a
    # list and an object, and the responses are those for zep-cloud.
    failed = {name: failure["kind"] for name, failure in calls.items() if failure}
    assert failed == {
        "user.get_sessions": "ValidationError",
        "memory.delete_fact": "ValidationError",
    }
    assert result == {
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


def test_community_edition_client_sends_empty_values(origin: str) -> None:
    """Parameters that are not given are sent as `page_size=`, which counts as absent."""
    result = run_scenario("empty", "zep-python-2.0.2", origin)
    assert result == dict.fromkeys(result)
