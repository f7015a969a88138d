"""The memory of all namespaces together is bounded, whatever clients send to however many."""

from __future__ import annotations

import json
import logging
import select
import socket
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.memory import peak_memory
from tests.support.server import Server, run, running
from tests.support.timeouts import TIMEOUT
from understudy.http.messages import Exchange, Request, Response
from understudy.runtime.journal import MemoryJournal
from understudy.runtime.memory_budget import MemoryBudget, OutOfMemoryBudget, size_in_memory
from understudy.runtime.namespaces.namespace import Namespace, Shared
from understudy.runtime.snapshots import Snapshot
from understudy.runtime.stores.memory_store import MemoryStore
from understudy.runtime.stores.store import Collection, Index

MB = 1_000_000

#: What the server takes besides: without requests, and for the largest one at a time.
ROOM = 200 * MB


@pytest.fixture
def small_server() -> Iterator[Server]:
    """Serve with the smallest budget."""
    with running("--max-memory", "32MB") as started:
        yield started


def memory(server: Server) -> dict[str, int]:
    """Return what the server says of its memory."""
    used: dict[str, int] = httpx.get(f"{server.url}/_understudy/health").json()["memory"]
    return used


def state_of_users(server: Server, number: int) -> dict[str, Any]:
    """Return a state with so many users of the key `k`."""
    headers = {"Authorization": "Api-Key k"}
    with httpx.Client(base_url=f"{server.url}/_ns/template", headers=headers) as client:
        client.post("/api/v2/users", json={"user_id": "u"})
        state: dict[str, Any] = client.get("/_understudy/state").json()
        client.delete(f"{server.url}/_understudy/namespaces/template")
    users = next(iter(state["apis"]["zep"].values()))["users"]
    [(key, user)] = users["records"].items()
    users["records"] = {
        key.replace("u", f"u{n}", 1): {**user, "user_id": f"u{n}"} for n in range(number)
    }
    return state


def test_journals_of_many_namespaces_are_bounded_together(small_server: Server) -> None:
    """The oldest exchanges are removed over all namespaces; the newest ones stay."""
    body = {"user_id": 7, "metadata": {"long": "x" * 3_900_000}}
    headers = {"Authorization": "Api-Key test"}
    with httpx.Client(base_url=small_server.url, headers=headers) as client:
        for number in range(80):
            assert client.post(f"/_ns/n{number}/api/v2/users", json=body).status_code == 400
        assert client.get("/_ns/n0/_understudy/requests").json()["removed"] == 1
        assert "removed" not in client.get("/_ns/n79/_understudy/requests").json()
    used = memory(small_server)
    assert used["most"] == 32 * MB
    assert 4 * MB < used["used"] <= 32 * MB
    assert peak_memory(small_server.process.pid) < 32 * MB + ROOM


@pytest.mark.parametrize("kind", ["fault body", "fault matcher", "schedule", "snapshot"])
def test_plans_of_many_namespaces_are_bounded_together(small_server: Server, kind: str) -> None:
    """Each takes about its size in JSON, and the oldest ones are removed."""
    small = [{"a": 1}] * 150_000  # 1.2 MB of JSON, 40 MB as Python has it
    state = state_of_users(small_server, 8_000) if kind == "snapshot" else {}
    with httpx.Client(base_url=small_server.url) as client:
        for number in range(12):
            root = f"/_ns/n{number}/_understudy"
            if kind == "fault body":
                response = client.post(
                    f"{root}/faults", json={"then": {"status": 200, "body": small}}
                )
            elif kind == "fault matcher":
                fault = {"when": {"body": small[:20_000]}, "then": {"status": 500}}
                response = client.post(f"{root}/faults", json=fault)
            elif kind == "schedule":
                request = {"method": "POST", "path": "/api/agents", "body": small}
                response = client.post(f"{root}/schedule", json={"in": "PT1H", "request": request})
            else:
                assert client.put(f"{root}/state", json=state).status_code == 200
                response = client.put(f"{root}/snapshots/base")
                client.put(f"{root}/state", json={"apis": {"zep": {}}})
            assert response.status_code in (200, 201), response.text
    assert memory(small_server)["used"] <= 16 * MB
    assert peak_memory(small_server.process.pid) < 32 * MB + ROOM


def test_bodies_that_are_being_received_are_bounded_together(small_server: Server) -> None:
    """Beyond a quarter of the budget an unfinished body is refused with 503; then all is as
    before."""
    head = (
        b"POST /api/messaging/central-channels HTTP/1.1\r\nHost: localhost\r\n"
        b"Content-Type: application/json\r\nContent-Length: 4900000\r\n\r\n"
    )
    host, port = small_server.url.removeprefix("http://").split(":")
    answers = b""
    with ExitStack() as stack:
        connections = [
            stack.enter_context(socket.create_connection((host, int(port)), TIMEOUT))
            for _ in range(40)
        ]
        for connection in connections:
            with suppress(OSError):  # the server closes it after the refusal
                connection.sendall(head + b"[" + b"7," * 1_000_000)
        for connection in select.select(connections, [], [], TIMEOUT)[0]:
            with suppress(OSError):
                answers += connection.recv(10_000)
        assert memory(small_server)["used"] <= 10 * MB
    assert b"HTTP/1.1 503" in answers
    assert b"retry-after: 1" in answers.lower()
    assert peak_memory(small_server.process.pid) < 32 * MB + ROOM


def test_files_of_many_namespaces_are_bounded_together(small_server: Server) -> None:
    """Records that are evictable, such as uploads, give way to those of other namespaces."""
    agent = "b850bc30-45f8-0041-a00a-83df46d8555d"
    files = {"file": ("large.txt", b"a" * 4_900_000, "text/plain")}
    urls = []
    with httpx.Client(base_url=small_server.url) as client:
        for number in range(20):
            path = f"/_ns/n{number}/api/media/agents/{agent}/upload-media"
            url = client.post(path, files=files).json()["data"]["url"]
            urls.append(f"/_ns/n{number}{url}")
        assert [client.get(urls[0]).status_code, client.get(urls[-1]).status_code] == [404, 200]
        assert memory(small_server)["used"] <= 32 * MB
        assert peak_memory(small_server.process.pid) < 32 * MB + ROOM
        for number in range(20):
            client.delete(f"/_understudy/namespaces/n{number}")
    assert memory(small_server)["used"] < MB


FILES = Collection("files", (Index(),), evictable=True)


def test_evictable_records_count_as_they_are_written_and_deleted() -> None:
    """What is rolled back does not count; what is too large is removed at once."""
    budget = MemoryBudget(100_000)
    store = MemoryStore()
    store.count_evictable(budget, "n")
    store.put(FILES, "a", {"body": "x" * 10_000})
    store.rollback()
    assert budget.used == 0
    for size in (20_000, 10_000):
        store.put(FILES, "a", {"body": "x" * size})
        store.commit()
    assert 10_000 < budget.used < 11_000
    for key in ("b", "c", "d", "e"):
        store.put(FILES, key, {"body": "x" * 15_000})
        store.commit()
    assert [store.get(FILES, key) is None for key in "abcde"] == [True, True, False, False, False]
    store.put(FILES, "f", {"body": "x" * 60_000})
    store.commit()
    assert store.get(FILES, "f") is None
    assert len(store.list(FILES, Index())) == 3
    store.delete(FILES, "c")
    store.commit()
    copy = store.share()
    copy.count_evictable(MemoryBudget(), "other")
    store.close()
    assert budget.used == 0


def test_initial_state_is_shared_until_it_is_written_to(tmp_path: Path) -> None:
    """Namespaces with a large state cost nothing before they change it, and do not see the changes
    of each other."""
    with running() as server:
        exported = state_of_users(server, 5_000)
    path = tmp_path / "state.json"
    path.write_text(json.dumps(exported))
    with running("--state", str(path)) as server:
        headers = {"Authorization": "Api-Key k"}
        with httpx.Client(base_url=server.url, headers=headers) as client:
            for number in range(100):
                url = f"/_ns/n{number}/api/v2/users/u7"
                assert client.get(url).status_code == 200
            assert client.delete("/_ns/n1/api/v2/users/u7").status_code == 200
            assert client.get("/_ns/n1/api/v2/users/u7").status_code == 404
            assert client.get("/_ns/n2/api/v2/users/u7").status_code == 200
            assert client.get("/_ns/new/api/v2/users/u7").status_code == 200
        assert peak_memory(server.process.pid) < ROOM


def test_state_with_many_generated_ids_is_imported_at_once(http: httpx.Client) -> None:
    """To go on after billions of ids takes no longer than after one."""
    assert http.put("/_understudy/state", json={"seed": "s", "drawn": 2**53 - 1}).status_code == 200
    assert http.get("/_understudy/state").json()["drawn"] == 2**53 - 1


def exchange(size: int) -> Exchange:
    """Return an exchange with a response of so many bytes."""
    return Exchange(0, 0, None, None, Request("GET", b"/", b"", {}), Response(200, b"x" * size))


def test_large_response_leaves_the_journal_as_it_is() -> None:
    """Its body is left out, and the exchange says why."""
    journal = MemoryJournal()
    journal.add(exchange(10))
    journal.add(exchange(20 * MB))
    large, small = journal.newest()
    assert (large.response.body, small.response.body) == (b"", b"x" * 10)
    assert "20000000 bytes" in large.missing_bodies["response"]


def test_headers_count_in_journals() -> None:
    """Many small headers take more memory than their text, and that is what counts."""
    budget = MemoryBudget()
    headers = {b"%d" % number: b"" for number in range(10_000)}
    request = Request("GET", b"/", b"", headers, size=50_000)
    MemoryJournal(budget=budget).add(Exchange(0, 0, None, None, request, Response(431)))
    assert budget.used > size_in_memory(headers)


def test_oldest_are_removed_and_said(caplog: pytest.LogCaptureFixture) -> None:
    """What a namespace planned first goes first, whatever kind it is; a larger one is refused."""
    shared = Shared(budget=MemoryBudget(100_000))
    first, second = Namespace("a", shared), Namespace("b", shared)
    fault: dict[str, Any] = {"then": {"status": 500, "body": "x" * 16_000}}
    first.faults.add(fault, "seed")
    second.snapshots.add("base", Snapshot.of({"apis": {"x": "x" * 10_000}}, {}))
    with caplog.at_level(logging.WARNING, logger="understudy"):
        second.faults.add(fault, "seed")
    assert (len(first.faults.kept), len(second.snapshots.records())) == (0, 1)
    assert "removed the fault 1 of the namespace a" in caplog.text
    assert "--max-memory" in caplog.text
    with pytest.raises(OutOfMemoryBudget):
        second.faults.add({"then": {"body": "x" * 60_000}}, "seed")
    second.close()
    assert shared.budget.used == 0


def test_plan_is_refused_where_deliveries_leave_no_room() -> None:
    """Callbacks and webhooks under way are not removed for it."""
    shared = Shared(budget=MemoryBudget(100_000))
    shared.budget.add_planned(60_000)
    with pytest.raises(OutOfMemoryBudget):
        Namespace("n", shared).faults.add({"then": {"status": 500}}, "seed")
    assert Namespace("n", shared).deliveries.is_full


@pytest.mark.parametrize("size", ["", "1MB", "64", "64XB", "1e9"])
def test_wrong_size_is_refused(size: str) -> None:
    """One sentence, and the exit code 2."""
    ended = run("serve", "--max-memory", size)
    assert ended.returncode == 2
    assert "is not a size of at least 32MB, as in 64MB or 1GB" in ended.stderr
