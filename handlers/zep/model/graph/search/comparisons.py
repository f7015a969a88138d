"""Comparisons in filters, under the names of v3 (`>=`, `IS NULL`) and of v4 (`gte`, `is_null`).

Only `is_null` holds for a value that is missing. An array equals what one of its values equals.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from datetime import datetime
from typing import Any

from ...dates import parse_date
from ...metadata import comparable, equal

_NAMES = {
    "=": "eq",
    "<>": "ne",
    ">": "gt",
    "<": "lt",
    ">=": "gte",
    "<=": "lte",
    "IS NULL": "is_null",
    "IS NOT NULL": "is_not_null",
    "CONTAINS": "contains",
    "IN": "in",
}
_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "gt": operator.gt,
    "lt": operator.lt,
    "gte": operator.ge,
    "lte": operator.le,
}


def name_of(comparison: str) -> str:
    """Return the name of a comparison in v4."""
    return _NAMES.get(comparison, comparison)


def compares(name: str, known: Any, wanted: Any) -> bool:
    """Return whether a comparison, by its name in v4, holds between a value and a wanted one."""
    if name == "is_null":
        return known is None
    if known is None:
        return False
    if name in _ORDER:
        return comparable(known, wanted) and _ORDER[name](known, wanted)
    if name == "contains" and isinstance(known, str):
        return not isinstance(wanted, list | dict) and str(wanted) in known
    if name == "in":
        return not wanted.isdisjoint(members(known))
    return name == "is_not_null" or _equals(known, wanted) is (name != "ne")


def members(value: Any) -> frozenset[Any]:
    """Return what an array has but for arrays and objects, or what a value is, for `in`.

    Unlike in Python, true is not 1.
    """
    values = value if isinstance(value, list) else [value]
    scalars = (one for one in values if not isinstance(one, list | dict))
    return frozenset((isinstance(one, bool), one) for one in scalars)


def _equals(known: Any, wanted: Any) -> bool:
    if isinstance(known, list):
        return any(equal(value, wanted) for value in known)
    return equal(known, wanted)


def compares_dates(name: str, known: str | None, wanted: datetime | None) -> bool:
    """Return whether a comparison holds between a date and a wanted one.

    It never does for a date that is invalid.
    """
    if name in ("is_null", "is_not_null"):
        return (known is None) is (name == "is_null")
    date = parse_date(known)
    if date is None or wanted is None:
        return False
    if name in _ORDER:
        return _ORDER[name](date, wanted)
    return (date == wanted) is (name != "ne")
