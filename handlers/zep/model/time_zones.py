"""Time zones, by their names of IANA."""

from __future__ import annotations

from functools import cache
from zoneinfo import available_timezones

from understudy import Problem

#: How much of a name an error repeats at most.
_LONGEST = 64


@cache  # reads the time zones of the machine, at the first one that a client names
def _names() -> frozenset[str]:
    return frozenset(available_timezones())


def refuse_unknown_zone(name: str | None, field: str = "time_zone") -> None:
    """Raise Problem 400 if a time zone is given, and IANA has none of that name."""
    if name is not None and name not in _names():
        raise Problem(400, f"bad request: {field}: {name[:_LONGEST]} is not a time zone of IANA")
