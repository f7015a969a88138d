"""Decodes and encodes JSON. Decoding is strict; what it accepts can be encoded again."""

from __future__ import annotations

from math import isfinite
from typing import Any

import msgspec

from understudy.errors import Invalid, Problem, Violation

#: Nested levels of arrays and objects that a request may have. The codec's own limit is near 1,000,
#: and a response may wrap what a request brought in a few more levels.
DEEPEST = 910

#: Whole numbers below this are exact as floats, and Go and JavaScript write them as integers.
_EXACT = 2**53


def _number(text: str) -> int | float:
    """Return a number with a point or an exponent; a whole one as an integer, as in schemas."""
    number = float(text)
    if not isfinite(number):
        raise ValueError("a number is out of range")
    return int(number) if number.is_integer() and abs(number) < _EXACT else number


encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(float_hook=_number).decode


def decode(body: bytes) -> Any:
    """Return the value of a body.

    Raises Invalid if it is not UTF-8, not JSON (NaN and lone surrogates are not), or nested too
    deep.
    """
    try:
        value = _decode(body)
    except RecursionError:
        raise _invalid(f"nested more than {DEEPEST} levels deep") from None
    except (msgspec.DecodeError, ValueError) as error:
        raise _invalid(_reason(body, error)) from None
    if body.count(b"{") + body.count(b"[") > DEEPEST and _is_too_deep(value):
        raise _invalid(f"nested more than {DEEPEST} levels deep")
    return value


def _reason(body: bytes, error: Exception) -> str:
    # msgspec has raised two kinds of errors for such bytes, and only one of them said where.
    try:
        body.decode()
    except UnicodeDecodeError as wrong:
        return f"not valid UTF-8 at byte {wrong.start}"
    return f"malformed JSON: {error}"


def _is_too_deep(value: Any) -> bool:
    level = [value]
    for _ in range(DEEPEST + 1):
        level = [
            child
            for node in level
            for child in (node.values() if isinstance(node, dict) else node)
            if isinstance(child, dict | list)
        ]
        if not level:
            return False
    return True


def _invalid(message: str) -> Invalid:
    return Invalid([Violation("body", "", message)])


class _Absent:
    def __repr__(self) -> str:
        return "absent"


ABSENT: Any = _Absent()


def decode_or_text(body: bytes) -> Any:
    """Return a body as JSON, or else as text; ABSENT if it is empty."""
    if not body:
        return ABSENT
    try:
        return decode(body)
    except Problem:
        return body.decode(errors="replace")
