"""Limits how often something is said."""

from __future__ import annotations

import math
from time import monotonic


class Throttle:
    """Permits something once in so many seconds, such as a warning that a flood would repeat."""

    __slots__ = ("_permitted_at", "_seconds")

    def __init__(self, seconds: float = 60) -> None:
        self._seconds = seconds
        self._permitted_at = -math.inf

    def permits(self) -> bool:
        """Return whether it is the first time in so many seconds, and count it if so."""
        now = monotonic()
        if now - self._permitted_at <= self._seconds:
            return False
        self._permitted_at = now
        return True
