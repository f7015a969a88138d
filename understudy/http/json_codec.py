"""JSON as it comes over the wire: strict on the way in, and never more than can go out again."""

from __future__ import annotations

from math import isfinite
from typing import Any

import msgspec

from understudy.errors import Invalid, Problem, Violation

#: Levels of arrays and objects that a request may nest. The codec's own limit is near 1,000, and
#: what was read must also fit into an answer, which wraps it in a few levels more.
DEEPEST = 910

#: Whole numbers up to here are exact as floats, and written as integers by Go and JavaScript.
_EXACT = 2**53


def _number(text: str) -> int | float:
    """A number with a point or an exponent; a whole one is an integer, as schemas see it."""
    number = float(text)
    if not isfinite(number):
        raise ValueError("a number is out of range")
    return int(number) if number.is_integer() and abs(number) < _EXACT else number


encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(float_hook=_number).decode


def decode(body: bytes) -> Any:
    """The value in `body`. Raises Invalid: not UTF-8, not JSON (NaN and lone surrogates are not),
    or nested too deep."""
    try:
        value = _decode(body)
    except UnicodeDecodeError as error:
        raise _invalid(f"not valid UTF-8 at byte {error.start}") from None
    except RecursionError:
        raise _invalid(f"nested more than {DEEPEST} levels deep") from None
    except (msgspec.DecodeError, ValueError) as error:
        raise _invalid(f"malformed JSON: {error}") from None
    if body.count(b"{") + body.count(b"[") > DEEPEST and _is_too_deep(value):
        raise _invalid(f"nested more than {DEEPEST} levels deep")
    return value


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
    """A body as JSON, or else as text; ABSENT where there is none."""
    if not body:
        return ABSENT
    try:
        return decode(body)
    except Problem:
        return body.decode(errors="replace")
