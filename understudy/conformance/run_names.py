"""What is random in a check: all of it derives from the seed, but for the names of a run."""

from __future__ import annotations

import re
import secrets
import time
from hashlib import blake2b
from uuid import UUID

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
#: The digits of an id: of the seconds since 2020, which suffice until 2088, and of chance; there is
#: a check digit after them.
_TIME, _CHANCE, _START = 6, 2, 1_577_836_800
#: What may be an id of a run; no word of a language begins so.
_ID = re.compile(r"r[0-3][0-9a-z]{8}")
#: Before these seconds there were no such ids: 2026.
_FIRST = 189_388_800


class RunNames:
    """The names of one run: new to a server that earlier runs have used, and else always the same.

    All have `id` in them, or derive from it (`uuid`). It decides nothing: it has a fixed length,
    and comes after those of earlier runs where a server sorts. In what is reported, `settled` puts
    a fixed word in its place.
    """

    #: What reports have in the place of an id.
    WORD = "r000000000"

    def __init__(self, run: str = "") -> None:
        self.id = run or _new_id()
        self._uuids: dict[str, str] = {}

    def uuid(self, name: str) -> str:
        """Return the UUID that stands for a name in this run."""
        own, settled = _uuid(f"{self.id} {name}"), _uuid(f"{self.WORD} {name}")
        self._uuids[own] = settled
        return own

    def is_of_run(self, text: str) -> bool:
        """Return whether a text is a name of this run."""
        return self.id in text or text in self._uuids

    def is_of_earlier_run(self, text: str) -> bool:
        """Return whether names of earlier runs are in a text."""
        found = {match[0] for match in _ID.finditer(text) if _is_id(match[0])}
        return bool(found - {self.id, self.WORD})

    def settled(self, text: str) -> str:
        """Return a text as it would be if the id were the fixed word, that of earlier runs too."""
        return _ID.sub(lambda match: self.WORD if _is_id(match[0]) else match[0], text)

    def settled_uuid(self, text: str) -> str | None:
        """Return what a UUID of this run would be then; None if it is not of this run."""
        return self._uuids.get(text)


def _new_id() -> str:
    """Return a text that no other run has."""
    number, digits = int(time.time()) - _START, ""
    for _ in range(_TIME):
        number, digit = divmod(number, len(_DIGITS))
        digits = _DIGITS[digit] + digits
    digits += "".join(secrets.choice(_DIGITS) for _ in range(_CHANCE))
    return f"r{digits}{_check_digit(digits)}"


def _check_digit(digits: str) -> str:
    return _DIGITS[sum(map(_DIGITS.index, digits)) % len(_DIGITS)]


def _is_id(text: str) -> bool:
    """Return whether a text is an id of a run: its time has been, and its check digit is right."""
    seconds = int(text[1 : 1 + _TIME], len(_DIGITS))
    is_past = _FIRST <= seconds <= time.time() - _START + 60
    return is_past and text[-1] == _check_digit(text[1:-1])


def _uuid(text: str) -> str:
    return str(UUID(bytes=blake2b(text.encode(), digest_size=16).digest(), version=4))
