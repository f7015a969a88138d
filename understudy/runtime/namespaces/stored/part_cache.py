"""Parts of namespaces that were read before, so that they are read and decoded once."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Any


class PartCache:
    """The last parts that were read, each with its version; for several threads."""

    def __init__(self, most: int = 1000) -> None:
        self._most = most
        self._parts: OrderedDict[tuple[str, str], tuple[str, Any]] = OrderedDict()
        self._lock = Lock()

    def get(self, namespace: str, key: str, version: str) -> Any:
        """Return a part of a version, or None. It must not be changed."""
        found = self._parts.get((namespace, key))
        return None if found is None or found[0] != version else found[1]

    def put(self, namespace: str, key: str, version: str, part: Any) -> None:
        """Keep a part, in place of another version."""
        with self._lock:
            self._parts[namespace, key] = version, part
            self._parts.move_to_end((namespace, key))
            if len(self._parts) > self._most:
                self._parts.popitem(last=False)
