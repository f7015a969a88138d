"""JavaScript's conversions of JSON values, for what the released server leaves to the language."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from json.encoder import encode_basestring
from typing import Any

_BLANKS = "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009" + (
    "\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
)
_DECIMAL = re.compile(r"[+-]?(?:Infinity|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)")
_PREFIXED = re.compile(r"0(?:[xX][0-9a-fA-F]+|[oO][0-7]+|[bB][01]+)")
_LEADING_INTEGER = re.compile(f"[{_BLANKS}]*([+-]?[0-9]+)")
#: A number with more digits is infinite in JavaScript.
_MOST_DIGITS = 308
_LARGEST_EXACT = 2**53


def number(value: Any) -> float:
    """Return `Number(value)`, which may be NaN. A list converts by its text."""
    in_list = isinstance(value, list)
    while isinstance(value, list):
        if len(value) > 1:
            return math.nan
        value = value[0] if value else None
    if value is None:
        return 0.0
    if isinstance(value, bool):
        return math.nan if in_list else float(value)
    if isinstance(value, str):
        return _number_of_text(value.strip(_BLANKS))
    return float(value) if isinstance(value, int | float) else math.nan


def _number_of_text(text: str) -> float:
    if not text:
        return 0.0
    if _DECIMAL.fullmatch(text):
        return float(text)
    if not _PREFIXED.fullmatch(text):
        return math.nan
    try:
        return float(int(text, 0))
    except OverflowError:
        return math.inf


def plain(value: float) -> int | float:
    """Return the number as `JSON.stringify()` writes it: without a fraction that is zero."""
    return int(value) if value.is_integer() and abs(value) <= _LARGEST_EXACT else value


def parse_int(text: str) -> int | None:
    """Return `parseInt(text, 10)`: the digits that the text begins with, or None if not finite."""
    match = _LEADING_INTEGER.match(text)
    if match is None:
        return None
    digits = match[1]
    return int(digits) if len(digits.lstrip("+-").lstrip("0")) <= _MOST_DIGITS else None


def as_text(value: Any) -> str:
    """Return `String(value)` of a scalar; empty for null and false."""
    if value is None or isinstance(value, bool):
        return {None: "", True: "true", False: ""}[value]
    return value if isinstance(value, str) else str(plain(float(value)))


def spread(value: Any) -> dict[str, Any]:
    """Return `{...value}`: strings and arrays have their indexes as names, numbers have nothing."""
    if isinstance(value, dict):
        return value
    if isinstance(value, str | list):
        return {str(place): item for place, item in enumerate(value)}
    return {}


def truthy(value: Any) -> bool:
    """Return `Boolean(value)`: unlike in Python, every object and every array is true."""
    return isinstance(value, dict | list) or bool(value)


def utf16_length(text: str) -> int:
    """Return `text.length`: a character beyond the Basic Multilingual Plane counts twice."""
    if text.isascii():
        return len(text)
    return len(text) + sum(character > "\uffff" for character in text)


def json_length(value: Any) -> int:
    """Return `JSON.stringify(value).length` without writing it, for any depth."""
    length = 0
    values = [value]
    while values:
        item = values.pop()
        if isinstance(item, dict):
            length += 2 + max(len(item) - 1, 0) + sum(_text_length(key) + 1 for key in item)
            values.extend(item.values())
        elif isinstance(item, list):
            length += 2 + max(len(item) - 1, 0)
            values.extend(item)
        else:
            length += _scalar_length(item)
    return length


def _scalar_length(value: Any) -> int:
    if isinstance(value, str):
        return _text_length(value)
    if value is None or value is True:
        return 4
    return 5 if value is False else _number_length(float(value))


def _text_length(text: str) -> int:
    return utf16_length(encode_basestring(text))


def _number_length(value: float) -> int:
    """Return the length of a number as text.

    JavaScript writes exponents from 1e21 on and below 1e-6; Python does so sooner.
    """
    size = abs(value)
    if value.is_integer() and size < 1e21:
        return len(str(int(value)))
    if 1e-6 <= size < 1e21:
        return len(f"{Decimal(repr(value)):f}")
    return len(repr(value).replace("e-0", "e-"))


def defined(**values: Any) -> dict[str, Any]:
    """Return the values that are not None: JSON leaves out what is undefined in JavaScript."""
    return {name: value for name, value in values.items() if value is not None}
