"""Dates as texts of RFC 3339: written as Zep does, read, and put into order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache

from understudy import rfc3339

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@lru_cache(maxsize=16)  # a request formats the same time more than once
def timestamp(micros: int) -> str:
    """Format a time by RFC 3339 as Go does: no trailing zeros in the fraction of a second."""
    return rfc3339(micros)[:-1].rstrip("0").rstrip(".") + "Z"


def parse_date(date: str | datetime | None) -> datetime | None:
    """Return a date, in UTC if it names no time zone; None if it is none."""
    return _parsed(date or "") if isinstance(date, str | None) else date


@lru_cache(maxsize=64)  # many comparisons may ask for the same date of a record
def _parsed(date: str) -> datetime | None:
    try:
        parsed = datetime.fromisoformat(date.upper())
    except ValueError:  # a leap second, or the year 0
        return None
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def time_key(date: str | None) -> int:
    """Return the sort key of a date; what has none comes first, and what Python cannot read."""
    return ((parse_date(date) or _LONG_AGO) - _EPOCH) // _MICROSECOND
