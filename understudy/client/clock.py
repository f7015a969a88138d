"""The clock of a namespace."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Unpack

import msgspec

from understudy.client.control_http import ControlHTTP, text_of
from understudy.client.keywords import Units, check_keywords

#: pytest does not show these frames in the traceback of a test.
__tracebackhide__ = True


class Clock:
    """The clock of a namespace. All methods return its time (UTC) after the change.

    They raise ControlError if the clock would leave the years 2 to 9998, or if a text is invalid.
    A datetime without a time zone is UTC.
    """

    def __init__(self, http: ControlHTTP) -> None:
        self._http = http

    def now(self) -> datetime:
        """Return the clock's time."""
        return self._time("GET", None)

    def freeze(self, at: datetime | str | None = None) -> datetime:
        """Stop the clock: at a time (RFC 3339 if it is a text), or at the present one."""
        return self._time("POST", {"freeze": True if at is None else text_of(at)})

    def set(self, at: datetime | str) -> datetime:
        """Set the clock to a time (RFC 3339 if it is a text); it stays frozen or running."""
        return self._time("POST", {"set": text_of(at)})

    def advance(self, by: timedelta | str | None = None, **units: Unpack[Units]) -> datetime:
        """Advance the clock: by a duration ("31m", "1h30m", or ISO 8601, "PT31M"), a timedelta, or
        the units of a timedelta (`minutes=31`)."""
        check_keywords("advance", Units, units)
        if not isinstance(by, timedelta | str | None) or (by is None) is not bool(units):
            given = "nothing" if by is None else f"{by!r} and others" if units else repr(by)
            raise TypeError(f'advance() takes one of "31m", a timedelta or minutes=31, not {given}')
        if isinstance(by, str):
            return self._time("POST", {"advance": by})
        days, rest = divmod(by or timedelta(**units), timedelta(days=1))
        if days:
            self._time("POST", {"advance": f"P{days}D"})
        return self._time("POST", {"advance": text_of(rest)})

    def resume(self) -> datetime:
        """Let a frozen clock run on from its present time."""
        return self._time("POST", {"resume": True})

    def _time(self, method: str, body: Any) -> datetime:
        return msgspec.convert(self._http.request(method, "/clock", body)["now"], datetime)
