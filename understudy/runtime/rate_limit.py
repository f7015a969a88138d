"""Limits on how many requests an API takes, told in the `RateLimit` headers of the IETF's draft
(`draft-ietf-httpapi-ratelimit-headers`, version 6) and, once reached, `Retry-After`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from understudy.errors import Problem, UsageError, Violation

_LIMIT = re.compile(r"([1-9][0-9]{0,8})/([1-9][0-9]{0,8})")
_SECOND = 1_000_000

#: Names and values as they are sent.
RawHeaders = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True, slots=True)
class Window:
    """The requests that were counted since `began`, in microseconds."""

    began: int
    count: int


@dataclass(frozen=True, slots=True)
class RateLimit:
    """At most `most` requests in each window of `seconds`, by the namespace's own clock."""

    most: int
    seconds: int

    @classmethod
    def of(cls, text: str) -> RateLimit:
        """The limit that `1000/900` stands for. Raises UsageError."""
        found = _LIMIT.fullmatch(text)
        if found is None:
            raise UsageError(
                f"{text!r} is no rate limit: give requests and seconds, as in 1000/900"
            )
        return cls(int(found[1]), int(found[2]))

    def count(self, windows: dict[str, Window], name: str, now: int) -> RawHeaders:
        """Count one more request; the headers that tell how many are left. Raises Problem 429."""
        length = self.seconds * _SECOND
        window = windows.get(name)
        if window is None or not window.began <= now < window.began + length:
            window = Window(now, 0)
        window = windows[name] = Window(window.began, window.count + 1)
        reset = -(-(window.began + length - now) // _SECOND)
        told = {
            "ratelimit-policy": f"{self.most};w={self.seconds}",
            "ratelimit-limit": str(self.most),
            "ratelimit-remaining": str(max(self.most - window.count, 0)),
            "ratelimit-reset": str(reset),
        }
        if window.count > self.most:
            raise self._exceeded({**told, "retry-after": str(reset)})
        return tuple((name.encode(), value.encode()) for name, value in told.items())

    def _exceeded(self, headers: dict[str, str]) -> Problem:
        message = f"more than {self.most} requests in {self.seconds} seconds"
        return Problem(
            429,
            "Too many requests. Please try again later.",
            code="RATE_LIMIT_EXCEEDED",
            headers=tuple(headers.items()),
            violations=(Violation("header", "", message),),
        )
