"""Finds the operation of a recorded request, whatever the origin and base path its server had."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from understudy.http.messages import Request
from understudy.http.router import Router
from understudy.openapi.contract import Contract
from understudy.openapi.operation import Operation

#: The segments of a path that may be those of another base path.
_MOST_SEGMENTS = 10


class FoundOperation(NamedTuple):
    """The operation of a recorded request; the path that the request would have below the first
    base path of the document, and the undecoded values of its parameters."""

    operation: Operation
    path: bytes
    path_values: list[bytes]


class OperationFinder:
    """Finds operations of several contracts."""

    def __init__(self, contracts: Iterable[Contract]) -> None:
        contracts = list(contracts)
        self._router: Router[Operation] = Router()
        self._prefixes = tuple(
            dict.fromkeys(p.encode() for c in contracts for p in c.path_prefixes if p)
        )
        self._base_paths = tuple(dict.fromkeys(c.base_path.encode() for c in contracts))
        for operation in (o for contract in contracts for o in contract.operations):
            for base_path in operation.base_paths:
                if not self._router.has(operation.method, base_path + operation.path):
                    self._router.add(operation.method, base_path + operation.path, operation)

    def find(self, request: Request) -> FoundOperation | None:
        """Return the operation of a request, or None if no contract has one."""
        for path in self._documented_paths(request.path):
            found = self._find(request.method, path)
            if found is not None:
                return found
        for path in self._paths_below_others(request.path):
            found = self._find(request.method, path)
            # A path that begins with a parameter is any path.
            if found is not None and not found.operation.path.startswith("/{"):
                return found
        return None

    def _find(self, method: str, path: bytes) -> FoundOperation | None:
        for name in (method, "GET") if method == "HEAD" else (method,):
            target = self._router.find(name, path)
            if isinstance(target, tuple):
                return FoundOperation(target[0], path, target[1])
        return None

    def _documented_paths(self, path: bytes) -> Iterator[bytes]:
        """Yield the path, and the path without what a server has before a documented prefix."""
        yield path
        for prefix in self._prefixes:
            start = path.find(prefix + b"/")
            if start > 0:
                yield path[start:]

    def _paths_below_others(self, path: bytes) -> Iterator[bytes]:
        """Yield the path with a documented base path in the place of none, or of its own first
        segments."""
        start = 0
        for _ in range(_MOST_SEGMENTS):
            for base_path in self._base_paths:
                yield base_path + path[start:]
            start = path.find(b"/", start + 1)
            if start < 0:
                return
