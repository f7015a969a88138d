"""zep-langgraph 0.2.1 and 1.0.0 give an agent a memory in the stand-in, by v3 and by v4."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.clients.integrations.packages import run_program
from tests.support.server import Server

RELEASES = {
    "0.2.1": ("zep-langgraph-0.2.1", "zep-cloud-3.30.0", "langgraph-1.2.24"),
    "1.0.0": ("zep-langgraph-1.0.0", "zep-cloud-4.0.1", "langgraph-1.2.24"),
}

#: What makes users and threads: 0.2.1 makes sure that they are there, 1.0.0 always makes new ones.
PROVISIONED = {
    "0.2.1": {"made": [True, False, True, False], "hook": True},
    "1.0.0": {"made": [True, True], "hook": True},
}

FACT = "Ann: I live in Bergen."


@pytest.fixture(scope="module", params=RELEASES)
def run(request: pytest.FixtureRequest, server: Server) -> tuple[str, Any]:
    """Run all scenarios with a release; return its number and what they print.

    No request of the package breaks the contract.
    """
    origin = f"{server.url}/_ns/zep-langgraph-{request.param}"
    printed = run_program("agent.py", RELEASES[request.param], origin)
    invalid = httpx.get(f"{origin}/_understudy/requests", params={"valid": False, "limit": 1000})
    assert invalid.json()["requests"] == []
    return request.param, printed


def test_provisioning(run: tuple[str, Any]) -> None:
    """Users and threads are made, and what is to be done for a new user is done once."""
    assert run[1]["provisioning"] == PROVISIONED[run[0]]


def test_persistence(run: tuple[str, Any]) -> None:
    """Turns are in the thread with names and roles, and the answer has the context."""
    persisted = run[1]["persistence"]
    assert FACT in persisted["context"]
    assert persisted["count"] == 2 + 31
    assert persisted["first"] == [
        ["user", "Ann", "I live in Bergen."],
        ["assistant", "Guide", "Bergen has much rain."],
    ]


def test_context(run: tuple[str, Any]) -> None:
    """The message of the system has the instructions and the context."""
    assert run[1]["context"].startswith("Be brief.\n\n")
    assert FACT in run[1]["context"].partition("<ZEP_CONTEXT>")[2]


def test_tools(run: tuple[str, Any]) -> None:
    """The tool searches in all scopes, with the rerankers that a model may choose."""
    found = run[1]["tools"]
    assert found["edges"] == found["pinned"] == f"- {FACT}"
    assert found["nodes"] == f"- Ann: {FACT}\n- Bergen: {FACT}"
    assert found["episodes"] == "- I live in Bergen.\n- Bergen has much rain."
    assert found["thread_summaries"].startswith("- The conversation is about")
    assert FACT in found["auto"]


def test_store(run: tuple[str, Any]) -> None:
    """Values of the store are in the graph, and what follows from them is found."""
    assert run[1]["store"] == {
        "read": {"text": "Ann has a cat called Tom."},
        "best": {"fact": "Ann: value text is Ann has a cat called Tom.", "type": "edge"},
        "scored": True,
        "nodes": ["Ann"],
        "auto": ["context"],
    }


def test_agent(run: tuple[str, Any]) -> None:
    """An agent is told the context before its model is called, and its tool finds facts."""
    agent = run[1]["agent"]
    assert agent["system"].startswith("Be brief.\n\n")
    assert FACT in agent["system"]
    assert agent["tool"].startswith("- Ann: value text is Ann has a cat called Tom.")
    assert agent["answer"] == "Your cat is Tom."
