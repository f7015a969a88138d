"""Payloads of events: which of them can be sent out as JSON again."""

from __future__ import annotations

import math
from typing import Any

#: How deeply arrays and objects may nest, and the bound of integers.
_DEEPEST = 500
_LARGEST = 2**63


def is_plain_json(value: Any) -> bool:
    """Return whether a payload can be sent as JSON.

    Bytes, numbers out of range, lone surrogates and too deep nesting cannot.
    """
    level = [value]
    for _ in range(_DEEPEST):
        if not all(map(_is_plain, level)):
            return False
        level = [
            child
            for node in level
            if isinstance(node, dict | list)
            for child in ([*node, *node.values()] if isinstance(node, dict) else node)
        ]
        if not level:
            return True
    return False


def _is_plain(value: Any) -> bool:
    if isinstance(value, str):
        return value.isascii() or not any("\ud800" <= character <= "\udfff" for character in value)
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, int):
        return -_LARGEST <= value < 2 * _LARGEST
    return value is None or isinstance(value, dict | list)
