"""Every operation of persona 1.7 with what a server refuses: bodies, ids, paths and methods."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from tests.eliza_releases.parity.comparison import Comparison
from understudy.openapi.operation import Operation
from understudy.openapi.personas import has_operation
from understudy.serving.project import find_contract

_JSON = {"content-type": "application/json"}
_ORIGIN = {"origin": "http://localhost:5173"}

#: Bodies and headers of requests.
_BODIES: tuple[tuple[bytes | None, dict[str, str]], ...] = (
    (b'{"a":}', _JSON),
    (b'{"a": 1, "b": tru, "c": "a text that is longer"}', _JSON),
    (b'"text"', _JSON),
    (b"{} x", _JSON),
    (None, {}),
    (b"a=b", {"content-type": "text/plain"}),
    (b"{}", {}),
    (b"a=b", {"content-type": "application/x-www-form-urlencoded"}),
    (b"a=b", {"content-type": "multipart/form-data"}),
    (b"{}", {"content-type": "application/json; charset=latin1"}),
    (b"{}", {**_JSON, "content-encoding": "nope"}),
    (b"{}", {**_JSON, "content-encoding": "gzip"}),
)

#: Ids in paths, as they are sent.
_IDS = ("nope", "%E0%A4%A", "%", "%FF", "a%2Fb", "..", "%2e%2e", "%20")

#: Operations whose answers depend on what the server did before, and one that ends it.
_UNSTEADY = frozenset({"getLogs", "postLogs", "getAgentLogs", "getAgent", "stopServer"})
#: Lists of what the families before have made, in an order that depends on the time; only their
#: statuses are compared.
_LISTS = frozenset(
    {
        *("getAgentRooms", "listAgentRooms", "listRuns", "listJobs", "getJobsHealth"),
        *("getMessageServerChannels", "getCentralServerChannels"),
    }
)
#: Operations that would end or change the agent of the comparison.
_OF_AGENTS = frozenset({"deleteAgent", "startAgent", "stopAgent", "updateAgent"})


def refusals(compare: Comparison) -> None:
    """Send each operation what it refuses, and each path a method that it does not have."""
    operations = [o for o in find_contract("eliza").operations if has_operation(o, "1.7")]
    methods: dict[str, set[str]] = {}
    for operation in operations:
        methods.setdefault(operation.path, set()).add(operation.method)
    for operation in operations:
        if operation.id not in _UNSTEADY:
            _refuse_bodies(compare, operation)
            _refuse_paths(compare, operation)
    for path, known in methods.items():
        if path.startswith("/api/"):  # elsewhere the release serves its web pages
            _refuse_methods(compare, path, known)
    _large(compare)


def _refuse_bodies(compare: Comparison, operation: Operation) -> None:
    if operation.body is None:
        return
    for content, headers in _BODIES:
        compare(operation.method, _path(operation), content=content, headers=headers)


def _refuse_paths(compare: Comparison, operation: Operation) -> None:
    empty: dict[str, Any] = {"content": b"{}", "headers": _JSON} if operation.body else {}
    for path in _odd_paths(operation):
        status_only = operation.id in _LISTS
        compare(operation.method, path, raw=True, status_only=status_only, **empty)


def _odd_paths(operation: Operation) -> Iterator[str]:
    path = _path(operation)
    yield f"{path}/"
    if "central-" not in path and "/servers/" not in path:  # there, the release recurses endlessly
        yield re.sub(r"/[a-z-]+", lambda segment: segment[0].upper(), path)
    if "{" in operation.path:
        yield from (re.sub(r"\{\w+\}", value, operation.path) for value in _IDS)


def _refuse_methods(compare: Comparison, path: str, known: set[str]) -> None:
    filled = _filled(path, "absent")
    for method in sorted({"PUT", "PATCH", "PROPFIND"} - known):
        compare(method, filled, with_headers=True)
    compare("HEAD", filled, status_only=True)
    compare("OPTIONS", filled, with_headers=True)
    asked = {"access-control-request-method": "PUT", "access-control-request-headers": "x-a"}
    compare("OPTIONS", filled, headers={**_ORIGIN, **asked})
    compare("PUT", filled, headers=_ORIGIN, with_headers=True)


def _large(compare: Comparison) -> None:
    """Send JSON of 2 MiB, which is read, and JSON that is larger."""
    for spaces in (2 * 1024 * 1024 - 2, 2 * 1024 * 1024 - 1):
        content = b"{" + b" " * spaces + b"}"
        compare("POST", "/api/messaging/sessions", content=content, headers=_JSON)


def _path(operation: Operation) -> str:
    return _filled(operation.path, "absent" if operation.id in _OF_AGENTS else "agent")


def _filled(path: str, agent: str) -> str:
    """Return a path with names of saved values for its parameters."""
    names = {"agentId": agent, "serverId": "server", "messageServerId": "server"}
    return re.sub(r"\{(\w+)\}", lambda name: f"{{{names.get(name[1], 'absent')}}}", path)
