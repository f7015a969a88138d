"""Finds the operation of a request that somebody else has received, by a contract."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from understudy.http.messages import Request
from understudy.http.router import Router
from understudy.openapi.contract import Contract
from understudy.openapi.operation import Operation


class FoundOperation(NamedTuple):
    """The operation of a request, and the undecoded values of its path parameters."""

    operation: Operation
    path_values: list[bytes]


class OperationFinder:
    """Finds the operations of a contract by their routes, below the base paths of its servers.

    A HEAD request that has no operation of its own is one of the operation of GET. With `relative`,
    the paths of requests may also begin below the base path, as those of Pact files do.
    """

    def __init__(self, contract: Contract, *, relative: bool = False) -> None:
        self._base_path = contract.base_path.encode()
        self._relative = relative
        self._prefixes = tuple(prefix.encode() for prefix in contract.path_prefixes if prefix)
        self._router: Router[Operation] = Router()
        for operation in contract.operations:
            for base_path in operation.base_paths:
                if not self._router.has(operation.method, base_path + operation.path):
                    self._router.add(operation.method, base_path + operation.path, operation)

    def find(self, request: Request) -> FoundOperation | None:
        """Return the operation of a request, or None if the contract has none."""
        methods = (request.method, "GET") if request.method == "HEAD" else (request.method,)
        for path in self._paths(request.path):
            for method in methods:
                target = self._router.find(method, path)
                if isinstance(target, tuple):
                    return FoundOperation(*target)
        return None

    def is_below_prefix(self, request: Request) -> bool:
        """Return whether the path of a request is below one of the API's path prefixes."""
        path = request.path + b"/"
        return not self._prefixes or any(prefix + b"/" in path for prefix in self._prefixes)

    def _paths(self, path: bytes) -> Iterator[bytes]:
        """Yield the paths that the contract may have for a request: the path itself, the path
        without what a server has before a prefix, and the path below the base path."""
        yield path
        for prefix in self._prefixes:
            start = path.find(prefix + b"/")
            if start > 0:
                yield path[start:]
        if self._relative:
            yield self._base_path + path
