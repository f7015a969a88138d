"""Uuids of what is derived, by the uuid of what it is derived from.

The two differ in their last twelve digits, and the uuid that is derived from the one is the other;
so nothing is stored, and what is derived can be found by its uuid.
"""

from __future__ import annotations

import re

_DIFFERENCE = 0x5EED5EED5EED
_LAST_DIGITS = re.compile(r"[0-9a-fA-F]{12}")


def derived_uuid(uuid: str, number: int = 0) -> str:
    """Return the first uuid, or another, that is derived from one; a text that is none stays."""
    if not _LAST_DIGITS.fullmatch(uuid, 24):
        return uuid
    return f"{uuid[:24].lower()}{int(uuid[24:], 16) ^ (_DIFFERENCE + number):012x}"
