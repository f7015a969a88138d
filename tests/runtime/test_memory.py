"""Dropped namespaces use no memory."""

from __future__ import annotations

import gc
import tracemalloc

import httpx

from understudy.app import Understudy
from understudy.client.transports.httpx_transport import Transport
from understudy.client.transports.in_process import InProcess
from understudy.serving.project import load

HEADERS = {"Authorization": "Api-Key test"}


def use_and_drop(client: httpx.Client, count: int) -> int:
    """Make namespaces, use both APIs in each, and drop them; return the memory before the drop."""
    for number in range(count):
        namespace = f"/_ns/n{number}"
        client.post(f"{namespace}/api/v2/users", json={"user_id": "ann"})
        client.post(f"{namespace}/api/v2/sessions", json={"session_id": "s", "user_id": "ann"})
        client.get(f"{namespace}/api/agents")
        client.post(f"{namespace}/_understudy/faults", json={"then": {"status": 503}})
        client.put(f"{namespace}/_understudy/snapshots/base")
    held = tracemalloc.get_traced_memory()[0]
    for number in range(count):
        assert client.delete(f"/_understudy/namespaces/n{number}").status_code == 204
    return held


def test_dropped_namespaces_use_no_memory() -> None:
    """After a thousand namespaces the memory is the same as before, within 10 per cent.

    It is measured by what Python has allocated, because the allocator decides how much memory the
    process returns to the system.
    """
    tracemalloc.start()
    try:
        in_process = InProcess(Understudy(load([])))
        with httpx.Client(
            base_url="http://localhost", headers=HEADERS, transport=Transport(in_process)
        ) as client:
            use_and_drop(client, 20)
            gc.collect()
            before = tracemalloc.get_traced_memory()[0]
            held = use_and_drop(client, 990)
            gc.collect()
            after = tracemalloc.get_traced_memory()[0]
            assert held > 1.5 * before
            assert abs(after - before) < 0.1 * before
        in_process.close()
    finally:
        tracemalloc.stop()
