"""Finds the operation of a recorded request, whatever the base path its server had."""

from __future__ import annotations

from collections.abc import Iterator

from understudy.http.messages import Request
from understudy.http.request.operation_finder import FoundOperation, OperationFinder

#: The segments of a path that may be those of another base path.
_MOST_SEGMENTS = 10


class RecordedOperationFinder(OperationFinder):
    """Finds operations also where the server of the recording had another base path."""

    def find(self, request: Request) -> FoundOperation | None:
        """Return the operation of a request, or None if no contract has one."""
        below_others = self._found(request.method, self._paths_below_others(request.path))
        # A path that begins with a parameter is any path.
        certain = (f for f in below_others if not f.operation.path.startswith("/{"))
        return super().find(request) or next(certain, None)

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
