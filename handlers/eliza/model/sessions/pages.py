"""Pages of a channel's messages, newest first, between two times."""

from __future__ import annotations

import re
from datetime import date

from understudy import Problem, Record, World

from ..channels.messages import messages_of
from ..javascript import parse_int
from ..persona import is_release

LARGEST_PAGE = 100
USUAL_PAGE = 50
#: With `after` alone, the server reads so many pages back, and at most so many messages.
_PAGES_BACK = 20
_MESSAGES_BACK = 1000

#: The furthest moment from 1970 that JavaScript's Date knows, in milliseconds.
_FURTHEST = 8_640_000_000_000_000

_ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)"
    r"(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(?:Z|([+-])(\d\d):(\d\d))?)?",
    re.IGNORECASE | re.ASCII,
)
_EPOCH_DAY = date(1970, 1, 1).toordinal()


def page_size(limit: int | str) -> int:
    """Return the size of a page: the nearest one to `limit` that is allowed.

    A limit that is not a number counts as none.
    """
    size = parse_int(limit) if isinstance(limit, str) else limit
    return USUAL_PAGE if size is None else max(1, min(size, LARGEST_PAGE))


def page(
    world: World, channel_id: str, size: int, before: int | None, after: int | None
) -> list[Record]:
    """Return the newest messages between the bounds; with `after` alone, those that come next."""
    forward = after is not None and before is None
    limit = min(size * _PAGES_BACK, _MESSAGES_BACK) if forward else size
    messages = messages_of(world, channel_id, limit=limit, before=before, after=after)
    return messages[-size:] if forward else messages


def checked_moment(world: World, name: str, text: str | None) -> int | None:
    """Return the time of a cursor, in milliseconds since 1970.

    A cursor is a number of milliseconds or, but for 1.7.2, an ISO date-time. Raises the server's
    own Problem if it is neither.
    """
    if not text:
        return None
    match = None if is_release(world) else _ISO.fullmatch(text)
    millis = parse_int(text) if match is None else _milliseconds_of(match)
    if millis is None:
        raise _invalid(name, text, "Must be a valid timestamp")
    if abs(millis) > _FURTHEST:
        raise _invalid(name, text, "Invalid date from timestamp")
    return millis


def _invalid(name: str, text: str, reason: str) -> Problem:
    return Problem(
        400,
        f"Invalid pagination parameter '{name}': {reason}",
        code="VALIDATION_ERROR",
        details={"parameter": name, "value": text, "reason": reason},
    )


def _milliseconds_of(match: re.Match[str]) -> int | None:
    """Convert a date by arithmetic, so that 30 February is 2 March, as in JavaScript."""
    year, month, day = (int(match[part]) for part in (1, 2, 3))
    hour, minute, second = (int(match[part] or 0) for part in (4, 5, 6))
    if year == 0 or not 1 <= month <= 12 or day > 31:
        return None
    days = date(year, month, 1).toordinal() - _EPOCH_DAY + day - 1
    minutes = (days * 24 + hour) * 60 + minute
    if match[8]:
        offset = int(match[9]) * 60 + int(match[10])
        minutes += offset if match[8] == "-" else -offset
    fraction = int((match[7] or "").ljust(3, "0")[:3])
    return (minutes * 60 + second) * 1000 + fraction
