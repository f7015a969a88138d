"""Pages of a channel's messages, newest first, between moments."""

from __future__ import annotations

import re
from datetime import date

from understudy import Record, World

from ._state import BY_TIME, MESSAGES

LARGEST_PAGE = 100
#: Looking forward, the server goes back so many pages, and at most so many messages.
_PAGES_BACK = 20
_MESSAGES_BACK = 1000

_ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:Z|([+-])(\d\d):(\d\d))",
    re.IGNORECASE,
)
_EPOCH_DAY = date(1970, 1, 1).toordinal()


def page_size(limit: int) -> int:
    """What a wish for `limit` messages gets: it is moved to the nearest bound, never refused."""
    return max(1, min(limit, LARGEST_PAGE))


def page(
    world: World, channel_id: str, size: int, before: int | None, after: int | None
) -> list[Record]:
    """The newest messages between the bounds; with `after` alone, those that follow it next."""
    forward = after is not None and before is None
    messages = world.store.list(
        MESSAGES,
        BY_TIME,
        channel_id,
        descending=True,
        limit=min(size * _PAGES_BACK, _MESSAGES_BACK) if forward else size,
        above=after,
        below=before,
    )
    return messages[-size:] if forward else messages


def moment(text: str | None) -> int | None:
    """The milliseconds since 1970 that a cursor means: a number of them, or an ISO date-time."""
    if not text:
        return None
    found = _ISO.fullmatch(text)
    return _milliseconds_of(found) if found else int(text)


def _milliseconds_of(found: re.Match[str]) -> int:
    """By arithmetic, so that 30 February is 2 March, as in JavaScript, and nothing overflows."""
    year, month, day, hour, minute, second = (int(found[part]) for part in range(1, 7))
    days = date(year, month, 1).toordinal() - _EPOCH_DAY + day - 1
    minutes = (days * 24 + hour) * 60 + minute
    if found[8]:
        offset = int(found[9]) * 60 + int(found[10])
        minutes += offset if found[8] == "-" else -offset
    fraction = int((found[7] or "").ljust(3, "0")[:3])
    return (minutes * 60 + second) * 1000 + fraction
