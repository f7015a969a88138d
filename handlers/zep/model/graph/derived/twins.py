"""Uuids of what is derived: the twin of the uuid of what it is derived from.

A twin differs in its last twelve digits, and the twin of a twin is the first one again; so nothing
is stored, and what has a uuid can be found by it.
"""

from __future__ import annotations

import re

_DIFFERENCE = 0x5EED5EED5EED
_LAST_DIGITS = re.compile(r"[0-9a-fA-F]{12}")


def twin(uuid: str, number: int = 0) -> str:
    """Return a twin of a uuid, the first one or another; a text that is none has only itself."""
    if not _LAST_DIGITS.fullmatch(uuid, 24):
        return uuid
    return f"{uuid[:24].lower()}{int(uuid[24:], 16) ^ (_DIFFERENCE + number):012x}"
