"""Timestamps, microseconds since 1970 (UTC), and durations as text."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache

import msgspec

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


def duration(text: str) -> timedelta:
    """Read a duration: `2d`, `1h30m`, `31m`, `90s`, or ISO 8601, `PT31M`.

    Raises ValueError.
    """
    days, sign, time = text.rpartition("d")
    iso = text if text.startswith("P") else f"P{days}{sign}{time and 'T'}{time}".upper()
    try:
        return msgspec.convert(iso, timedelta)
    except msgspec.ValidationError:
        raise ValueError(not_a_duration(text)) from None


def not_a_duration(text: object) -> str:
    """Return what is wrong with a text that is no duration."""
    return f"{text!r} is not a duration: write 2d, 1h30m, 31m or 90s, or PT31M (ISO 8601)"
