"""Requests that are refused cost next to nothing: no body is read, and nothing is kept."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from understudy.app import Understudy
from understudy.http.control_access import ControlAccess
from understudy.runtime.rate_limit import RateLimit
from understudy.serving.project import load

KEY = (b"authorization", b"Api-Key test")


def refused(app: Understudy, path: str, *headers: tuple[bytes, bytes]) -> int:
    """Return the status of a POST whose body must not be read."""
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        raise AssertionError("the body was read")

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(b"host", b"localhost"), (b"content-length", b"5000"), *headers],
    }
    asyncio.run(app(scope, receive, send))
    status: int = sent[0]["status"]
    return status


@pytest.mark.parametrize("with_fault", [False, True])
def test_body_is_not_read_before_key_guard_and_rate_limit(with_fault: bool) -> None:
    """Not even where a fault rule waits for other requests."""
    apis = load([])
    zep = next(api for api in apis if api.name == "zep")
    app = Understudy(apis, control_access=ControlAccess("127.0.0.1", "secret"))
    if with_fault:
        fault = {"when": {"operation": "getUser"}, "then": {"status": 503}}
        for name in ("default", "other"):
            app.namespaces.get(name).faults.add(fault, "seed")
    assert refused(app, "/api/v2/users") == 401
    assert refused(app, "/_ns/other/api/v2/users") == 401
    assert refused(app, "/_understudy/faults") == 403
    zep.limit = RateLimit(1, 60)
    zep.count_request(app.namespaces.get("default"))
    assert refused(app, "/api/v2/users", KEY) == 429


def test_refused_requests_make_no_namespace() -> None:
    """Only those of the default one are kept."""
    app = Understudy(load([]), control_access=ControlAccess("127.0.0.1", "secret"))
    for number in range(20):
        assert refused(app, f"/_ns/n{number}/api/v2/users") == 401
        assert refused(app, f"/_ns/n{number}/_understudy/faults") == 403
    kept = app.namespaces.for_each(lambda namespace: namespace.name, 100)
    assert kept in ([], ["default"])
