"""Timestamps: microseconds since 1970 (UTC) as text."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def rfc3339(micros: int) -> str:
    """Return a time as `2024-09-01T12:34:56.123456Z`, always with six fractional digits."""
    seconds, fraction = divmod(micros, 1_000_000)
    return f"{_to_the_second(seconds)}.{fraction:06d}Z"


def iso_millis(micros: int) -> str:
    """Return a time as `2024-09-01T12:34:56.123Z`, as JavaScript's Date.toISOString() does."""
    seconds, fraction = divmod(micros, 1_000_000)
    return f"{_to_the_second(seconds)}.{fraction // 1000:03d}Z"


@lru_cache(maxsize=16)  # many timestamps are of the same second
def _to_the_second(seconds: int) -> str:
    return (EPOCH + timedelta(seconds=seconds)).isoformat()[:19]
