"""Rate limits with a fixed window.

Responses carry the `RateLimit` headers of `draft-ietf-httpapi-ratelimit-headers`, version 6, those
of `X_HEADERS` that the API declares, and `Retry-After` once the limit is reached.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from understudy.errors import Problem, UsageError, Violation

_LIMIT = re.compile(r"([1-9][0-9]{0,8})/([1-9][0-9]{0,8})")
_SECOND = 1_000_000

#: Older headers, which many APIs have: the reset is a time in seconds since 1970, the increment is
#: what the request costs.
X_HEADERS = frozenset(
    [
        *("x-ratelimit-limit", "x-ratelimit-remaining"),
        *("x-ratelimit-reset", "x-ratelimit-increment"),
    ]
)

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

    @property
    def length(self) -> int:
        """The length of a window in microseconds."""
        return self.seconds * _SECOND

    def headers(self, window: Window, now: int, declared: Collection[str] = ()) -> RawHeaders:
        """Return the headers that say how many requests are left in a window, with those of
        `X_HEADERS` that are `declared`.

        Raises Problem 429 if there were too many.
        """
        end = window.began + self.length
        limit, remaining = str(self.most), str(max(self.most - window.count, 0))
        reset = str(-(-(end - now) // _SECOND))
        older = {
            "x-ratelimit-limit": limit,
            "x-ratelimit-remaining": remaining,
            "x-ratelimit-reset": str(-(-end // _SECOND)),
            "x-ratelimit-increment": "1",
        }
        headers = {
            "ratelimit-policy": f"{self.most};w={self.seconds}",
            "ratelimit-limit": limit,
            "ratelimit-remaining": remaining,
            "ratelimit-reset": reset,
            **{name: older[name] for name in declared},
        }
        if window.count > self.most:
            raise self._exceeded({**headers, "retry-after": reset})
        return tuple((name.encode(), value.encode()) for name, value in headers.items())

    def _exceeded(self, headers: dict[str, str]) -> Problem:
        message = f"the rate limit of {self.most} in {self.seconds} s is exceeded"
        return Problem(
            429,
            "Too many requests. Please try again later.",
            code="RATE_LIMIT_EXCEEDED",
            headers=tuple(headers.items()),
            violations=(Violation("header", "", message),),
        )
