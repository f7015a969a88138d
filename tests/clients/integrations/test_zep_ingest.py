"""zep-ingest 0.3.0 and 0.4.0 fill graphs of the stand-in, by v3 and by v4, to the same effect."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.clients.integrations.packages import run_program
from tests.support.server import Server

RELEASES = {
    "0.3.0": ("zep-ingest-0.3.0", "zep-cloud-3.30.0"),
    "0.4.0": ("zep-ingest-0.4.0", "zep-cloud-4.0.1"),
}


@pytest.fixture(scope="module", params=RELEASES)
def run(
    request: pytest.FixtureRequest, server: Server, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, Any]:
    """Run all scenarios with a release; return the URL of their namespace and what they print."""
    origin = f"{server.url}/_ns/zep-ingest-{request.param}"
    files = str(tmp_path_factory.mktemp("files"))
    return origin, run_program("ingest.py", RELEASES[request.param], origin, files)


def succeeded(method: str, submitted: int) -> dict[str, Any]:
    """Return what the package says of a run without errors, whose end it was told."""
    return {
        "method": method,
        "status": "succeeded",
        "submitted": submitted,
        "untracked": 0,
        "errors": [],
    }


def test_documents(run: tuple[str, Any]) -> None:
    """Files become episodes with their metadata, by a batch whose end is waited for."""
    assert run[1]["documents"] == {
        **succeeded("batch", 2),
        "episodes": [
            [text, {"source_type": "document", "file_name": name}, True]
            for name, text in (
                ("rope.md", "The rope holds 90 kg."),
                ("tent.md", "The tent is green."),
            )
        ],
    }


def test_records(run: tuple[str, Any]) -> None:
    """Records become episodes of JSON, one call each."""
    episodes = run[1]["records"]["episodes"]
    assert run[1]["records"] == {**succeeded("sequential", 2), "episodes": episodes}
    for (content, metadata, processed), name, shop in zip(
        episodes, ("Rope", "Tent"), ("Oslo", "Bergen"), strict=True
    ):
        assert f'"name": "{name}"' in content
        assert metadata == {
            "source_type": "json_record",
            "file_name": "records.jsonl",
            "shop": shop,
        }
        assert processed


def test_transcripts(run: tuple[str, Any]) -> None:
    """What was said is found, and batches are there without being asked for."""
    found = ["Ann: The tent leaks.", "Bob: We order another one."]
    assert run[1]["transcripts"] == {**succeeded("batch", 1), "found": found}


def test_messages(run: tuple[str, Any]) -> None:
    """Conversations have names, roles and metadata, by a batch as by calls."""
    messages = [
        {
            "role": "user",
            "name": "Ann",
            "content": "I live in Bergen.",
            "metadata": {"channel": "chat"},
        },
        {
            "role": "assistant",
            "name": "Guide",
            "content": "Bergen has much rain.",
            "metadata": None,
        },
    ]
    assert run[1]["messages"] == {
        method: {**succeeded(method, 2), "messages": messages} for method in ("batch", "sequential")
    }


def test_nodes_and_triples(run: tuple[str, Any]) -> None:
    """Nodes and facts are as given, and their tasks name the new UUIDs."""
    assert run[1]["nodes_and_triples"] == {
        "nodes": succeeded("sequential", 2),
        "named": [
            {
                "name": "Ann",
                "summary": "A climber.",
                "labels": ["Entity", "Person"],
                "attributes": {},
            },
            {
                "name": "Rope",
                "summary": "Ann owns a rope",
                "labels": ["Entity"],
                "attributes": {"metres": 60},
            },
        ],
        "facts": succeeded("sequential", 1),
        "edge": {
            "fact": "Ann owns a rope",
            "name": "OWNS",
            "valid_at": "2026-01-05T09:00:00Z",
            "attributes": {"since": 2026},
        },
        "ends": True,
        "resumed": [True, True],
    }


def test_refusals(run: tuple[str, Any]) -> None:
    """Without batches it adds one by one, and waits as long as a 429 says."""
    warnings = run[1]["refused"]["warnings"]
    assert warnings[0].startswith("Zep Batch API not available on this deployment")
    assert run[1]["refused"] == {
        **succeeded("sequential", 1),
        "warnings": warnings,
        "pauses": [7],
    }


def test_delayed_work(run: tuple[str, Any]) -> None:
    """Work that takes 25 s is not done at first, and is seen by the third poll after 10 s each."""
    assert run[1]["later"] == {
        "batch": ["queued", 0, [10, 10, 10], "succeeded", 1],
        "sequential": ["processing", 1, [10, 10, 10], "succeeded", 2],
    }


def test_failing_work(run: tuple[str, Any]) -> None:
    """A batch that fails says so, with its item."""
    assert run[1]["failing"] == ["IngestFailedError", "failed"]


def test_requests_are_valid(run: tuple[str, Any]) -> None:
    """No request of the package breaks the contract."""
    query = {"valid": False, "limit": 1000}
    assert httpx.get(f"{run[0]}/_understudy/requests", params=query).json()["requests"] == []
