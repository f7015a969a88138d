"""Finds the operations of requests that somebody else has received."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from understudy.http.messages import Request
from understudy.http.router import Router
from understudy.openapi.contract import Contract
from understudy.openapi.operation import Operation

#: Segments of a base path that are looked for, and one.
_MOST_PARTS = 6


class FoundOperation(NamedTuple):
    """The operation of a request, and the undecoded values of its path parameters."""

    operation: Operation
    path_values: list[bytes]


class OperationFinder:
    """Finds the operations of contracts by their routes, below the base paths of their servers.

    A HEAD request that has no operation of its own is one of the operation of GET. With `relative`,
    the paths of requests may also begin below the base path, as those of Pact files do.
    """

    def __init__(self, *contracts: Contract, relative: bool = False) -> None:
        prefixes = (prefix for contract in contracts for prefix in contract.path_prefixes)
        self._prefixes = tuple(dict.fromkeys(prefix.encode() for prefix in prefixes if prefix))
        self._base_paths = tuple(dict.fromkeys(c.base_path.encode() for c in contracts))
        self._relative = relative
        self._router: Router[Operation] = Router()
        for operation in (operation for contract in contracts for operation in contract.operations):
            for base_path in operation.base_paths:
                if not self._router.has(operation.method, base_path + operation.path):
                    self._router.add(operation.method, base_path + operation.path, operation)

    def find(self, request: Request) -> FoundOperation | None:
        """Return the operation of a request, or None if no contract has one."""
        return next(self._found(request.method, self._paths(request.path)), None)

    def is_below_prefix(self, request: Request) -> bool:
        """Return whether the path of a request is below one of the path prefixes."""
        path = request.path + b"/"
        return not self._prefixes or any(prefix + b"/" in path for prefix in self._prefixes)

    def other_base_path(self, request: Request) -> str | None:
        """Return what the path of a request has before that of an operation, if it is found in no
        other way: the base path of another version, perhaps. "/" is none at all."""
        parts = request.path.split(b"/")
        for number in range(1, min(len(parts), _MOST_PARTS)):
            rest = b"/" + b"/".join(parts[number:])
            for found in self._found(request.method, (base + rest for base in self._base_paths)):
                if not found.operation.path.startswith("/{"):  # that would fit any path
                    return b"/".join(parts[:number]).decode("latin-1") or "/"
        return None

    def _found(self, method: str, paths: Iterable[bytes]) -> Iterator[FoundOperation]:
        """Yield the operations that some paths have."""
        methods = (method, "GET") if method == "HEAD" else (method,)
        for path in paths:
            for name in methods:
                target = self._router.find(name, path)
                if isinstance(target, tuple):
                    yield FoundOperation(*target)

    def _paths(self, path: bytes) -> Iterator[bytes]:
        """Yield the paths that a contract may have for a request: the path itself, the path without
        what a server has before a prefix, and the path below the base paths."""
        yield path
        for prefix in self._prefixes:
            start = path.find(prefix + b"/")
            if start > 0:
                yield path[start:]
        if self._relative:
            for base_path in self._base_paths:
                yield base_path + path
