"""Rate limits with a fixed window.

Responses carry the `RateLimit` headers of `draft-ietf-httpapi-ratelimit-headers`, version 6, and
`Retry-After` once the limit is reached.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from understudy.errors import Problem, UsageError, Violation

_LIMIT = re.compile(r"([1-9][0-9]{0,8})/([1-9][0-9]{0,8})")
_SECOND = 1_000_000

#: Names and values of headers as they are sent.
RawHeaders = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True, slots=True)
class Window:
    """The number of requests since `began`, in microseconds since 1970."""

    began: int
    count: int


@dataclass(frozen=True, slots=True)
class RateLimit:
    """At most `most` requests in each window of `seconds`, by the namespace's clock."""

    most: int
    seconds: int

    @classmethod
    def parse(cls, text: str) -> RateLimit:
        """Return the limit that a text such as `1000/900` describes. Raises UsageError."""
        match = _LIMIT.fullmatch(text)
        if match is None:
            raise UsageError(
                f"{text!r} is not a rate limit: give requests and seconds, as in 1000/900"
            )
        return cls(int(match[1]), int(match[2]))

    def count(self, windows: dict[str, Window], name: str, now: int) -> RawHeaders:
        """Count a request in the window `name`; return the headers that say how many are left.

        Raises Problem 429 if there are too many.
        """
        length = self.seconds * _SECOND
        window = windows.get(name)
        if window is None or not window.began <= now < window.began + length:
            window = Window(now, 0)
        window = windows[name] = Window(window.began, window.count + 1)
        reset = -(-(window.began + length - now) // _SECOND)
        headers = {
            "ratelimit-policy": f"{self.most};w={self.seconds}",
            "ratelimit-limit": str(self.most),
            "ratelimit-remaining": str(max(self.most - window.count, 0)),
            "ratelimit-reset": str(reset),
        }
        if window.count > self.most:
            raise self._exceeded({**headers, "retry-after": str(reset)})
        return tuple((name.encode(), value.encode()) for name, value in headers.items())

    def _exceeded(self, headers: dict[str, str]) -> Problem:
        message = f"more than {self.most} requests in {self.seconds} seconds"
        return Problem(
            429,
            "Too many requests. Please try again later.",
            code="RATE_LIMIT_EXCEEDED",
            headers=tuple(headers.items()),
            violations=(Violation("header", "", message),),
        )
