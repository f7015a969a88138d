"""Requests that ask Zep and Eliza for much take bounded work and memory.

The sizes are such that a step that grows with a square misses the bounds by far, and one that does
not is done at once, however busy the machine is.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from handlers.zep.model.graph.search.metadata_filters import metadata_filter
from tests.support.server import ROOT, Server, running

#: Seconds for what takes some milliseconds.
_LONG = 30.0
_MEGABYTE = 1024

WORDS = " ".join(f"w{number}" for number in range(150_000))
AGENT = "11111111-1111-4111-8111-111111111111"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server of its own, whose memory is measured; one that hangs is killed."""
    with running() as started:
        yield started


@pytest.fixture
def client(server: Server, request: pytest.FixtureRequest) -> Iterator[httpx.Client]:
    """A client of Zep in a namespace of the test."""
    name = re.sub(r"\W+", "-", request.node.name)[:40].strip("-")
    url = f"{server.url}/_ns/{name}"
    with httpx.Client(
        base_url=url, headers={"Authorization": "Api-Key k"}, timeout=_LONG
    ) as opened:
        try:
            yield opened
        finally:
            opened.delete(f"{server.url}/_understudy/namespaces/{name}")


@contextmanager
def memory(server: Server, most: int) -> Iterator[None]:
    """Assert that a block costs the server at most so many kB, as the system counts them."""
    process = Path(f"/proc/{server.process.pid}")
    (process / "clear_refs").write_text("5")  # the peak is what it has now
    before = _peak(process)
    yield
    assert _peak(process) - before < most


def _peak(process: Path) -> int:
    found = re.search(r"VmHWM:\s+(\d+)", (process / "status").read_text())
    assert found
    return int(found[1])


def post(server: Server, client: httpx.Client, path: str, body: Any) -> Any:
    """Send a request that must not hang; return its answer."""
    try:
        response = client.post(f"/api/v2{path}", json=body)
    except httpx.TimeoutException:
        server.process.kill()  # nothing else ends a hang in a library
        raise
    assert response.is_success, response.text[:500]
    return response.json()


@pytest.fixture
def collection(server: Server, client: httpx.Client) -> str:
    """A path of an empty collection of documents."""
    post(server, client, "/collections/things", {})
    return "/collections/things"


@pytest.mark.parametrize("kind", ["similarity", "mmr"])
@pytest.mark.parametrize("text", [WORDS, "w1"])
def test_long_texts_are_searched(
    server: Server, client: httpx.Client, collection: str, kind: str, text: str
) -> None:
    """Of a query and of a text only the beginning counts, in MMR as well."""
    added = [{"content": f"{number} {WORDS}"} for number in range(3)]
    post(server, client, f"{collection}/documents", added)
    found = post(server, client, f"{collection}/search", {"text": text, "search_type": kind})
    assert found["result_count"] == len(added)


def test_many_vectors_are_ordered_by_variety(
    server: Server, client: httpx.Client, collection: str
) -> None:
    """MMR reorders the best ones only; the others follow by their scores."""
    documents = [{"content": "", "embedding": [1, number]} for number in range(8000)]
    post(server, client, f"{collection}/documents", documents)
    asked = {"embedding": [1, 0], "search_type": "mmr"}
    found = post(server, client, f"{collection}/search?limit=8000", asked)["results"]
    assert len(found) == len(documents)
    rest = [result["score"] for result in found[50:]]
    assert rest == sorted(rest, reverse=True)


def test_documents_are_read_once(server: Server, client: httpx.Client, collection: str) -> None:
    """An id that a request repeats is looked up once, however many documents have it."""
    documents = [{"content": "x", "document_id": "same"}] * 1000
    post(server, client, f"{collection}/documents", documents)
    asked = {"document_ids": ["same"] * 30_000}
    with memory(server, 100 * _MEGABYTE):
        [found] = post(server, client, f"{collection}/documents/batchGet", asked)
    assert len(found) == len(documents)


def test_long_path_in_metadata(server: Server, client: httpx.Client) -> None:
    """A filter that reads too many values is refused; a short one reads the same metadata."""
    post(server, client, "/users", {"user_id": "u"})
    post(server, client, "/sessions", {"session_id": "s", "user_id": "u"})
    message = {"role_type": "user", "content": "hi", "metadata": {"a": list(range(10_000))}}
    post(server, client, "/sessions/s/memory", {"messages": [message]})

    def found(path: str) -> httpx.Response:
        where = {"jsonpath": f"{path} ? (@.a == 7)"}
        return client.post(
            "/api/v2/sessions/s/search", json={"text": "hi", "metadata": {"where": where}}
        )

    assert len(found("$").json()) == 1
    refused = found("$.a" + "[*]" * 300_000)
    assert refused.status_code == 400
    assert "too many steps" in refused.json()["message"]
    conditions: dict[str, Any] = {"where": {"or": [{}] * 1001}}
    refused = client.post("/api/v2/sessions/s/search", json={"text": "hi", "metadata": conditions})
    assert refused.status_code == 400
    assert "at most 1000 conditions" in refused.json()["message"]


def test_long_name_is_not_repeated(server: Server, client: httpx.Client) -> None:
    """Each fact has the name of the owner, of which only the beginning counts."""
    post(server, client, "/users", {"user_id": "u", "first_name": "L" * 2_000_000})
    data = {"user_id": "u", "type": "json", "data": str([*range(1000)])}
    with memory(server, 50 * _MEGABYTE):
        post(server, client, "/graph", data)
        edges = post(server, client, "/graph/edge/user/u", {"limit": 100})
    assert len(edges) == 50


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/users", {"user_id": "i" * 501}),
        ("/groups", {"group_id": "i" * 501}),
        ("/graph-batch", {"group_id": "g", "episodes": [{"type": "text", "data": "x"}] * 21}),
    ],
)
def test_limits_of_the_document(client: httpx.Client, path: str, body: Any) -> None:
    """What is longer than Zep allows is refused."""
    client.post("/api/v2/groups", json={"group_id": "g"})
    assert client.post(f"/api/v2{path}", json=body).status_code == 400


def test_faulty_character_is_told_in_short(client: httpx.Client) -> None:
    """The answer names the first faults of a character, not all."""
    character = {"name": "x", "bio": "y", "topics": [1] * 50_000}
    response = client.post("/api/agents", json={"characterJson": character})
    assert response.status_code == 400
    assert "topics.0: Invalid input" in response.text
    assert len(response.content) < 50_000


EXPANDED = """
import json
from handlers.zep.model.graph.learning.data import facts_in
data = json.dumps({"k" * 100_000: {str(number): number for number in range(20_000)}})
assert len(facts_in("json", data, "Ann")) == 50
"""
NO_QUESTION = """
from handlers.zep.model.intelligence.conversation import question_about
assert question_about(["a? " + "x" * 1_000_000]) == "a?"
"""


@pytest.mark.parametrize("program", [EXPANDED, NO_QUESTION])
def test_data_are_read_once(program: str) -> None:
    """What is read for some results neither expands all data, nor reads them again and again."""
    measured = "from tests.support.memory import peak_memory\nprint(peak_memory())\n"
    done = subprocess.run(
        [sys.executable, "-c", f"{program}{measured}"],
        capture_output=True,
        text=True,
        timeout=_LONG,
        cwd=ROOT,
        check=True,
    )
    assert int(done.stdout) < 200_000_000


def test_deep_filter_of_metadata() -> None:
    """Groups hold as their parts do, at any depth, and a group without parts holds."""
    seven = {"property_name": "n", "comparison_operator": "=", "property_value": 7}
    tree: dict[str, Any] = {"type": "or", "filters": [seven], "groups": None}
    for kind in ["and", "or"] * 200:
        tree = {"type": kind, "filters": [seven], "groups": [tree]}
    matches = metadata_filter(tree)
    assert matches({"n": 7})
    assert not matches({"n": 8})
    assert metadata_filter({"type": "or", "groups": [{"type": "and"}, tree]})({})
    assert not metadata_filter({"type": "and", "groups": [{"type": "or"}, tree]})({})
