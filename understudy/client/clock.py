"""The clock of a namespace."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import msgspec

from understudy.client.control_http import ControlHTTP, text_of


class Clock:
    """The time that the namespace believes in."""

    def __init__(self, wire: ControlHTTP) -> None:
        self._wire = wire

    def now(self) -> datetime:
        """What time it is there."""
        return self._time("GET", None)

    def freeze(self, at: datetime | str | None = None) -> datetime:
        """Stand still, at a moment or where the clock is."""
        return self._time("POST", {"freeze": True if at is None else text_of(at)})

    def set(self, at: datetime | str) -> datetime:
        """Go to a moment."""
        return self._time("POST", {"set": text_of(at)})

    def advance(self, by: timedelta | str | None = None, **units: float) -> datetime:
        """Move on: by an ISO 8601 duration, a timedelta, or its units (`minutes=31`)."""
        if isinstance(by, str):
            return self._time("POST", {"advance": by})
        days, rest = divmod(by or timedelta(**units), timedelta(days=1))
        if days:
            self._time("POST", {"advance": f"P{days}D"})
        return self._time("POST", {"advance": text_of(rest)})

    def resume(self) -> datetime:
        """Run again."""
        return self._time("POST", {"resume": True})

    def _time(self, method: str, body: Any) -> datetime:
        return msgspec.convert(self._wire.ask(method, "/clock", body)["now"], datetime)
