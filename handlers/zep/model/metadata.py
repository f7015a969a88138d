"""Metadata: merge it, and compare its values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

#: A key of metadata that belongs to Zep; clients cannot change that of sessions and messages.
_RESERVED = "system"


def without_reserved(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the changes, without the key that belongs to Zep."""
    return {key: value for key, value in changes.items() if key != _RESERVED}


def merged(known: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return `known` with `changes`: objects are merged at every depth, other values are replaced.

    Neither argument is changed. There is no recursion, because clients choose the depth.
    """
    result = dict(known)
    pending = [(result, changes)]
    while pending:
        target, news = pending.pop()
        for key, value in news.items():
            old = target.get(key)
            if isinstance(value, dict) and isinstance(old, dict):
                target[key] = copy = dict(old)
                pending.append((copy, value))
            else:
                target[key] = value
    return result


def patched(known: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return `known` with `changes` merged in, without the keys that the changes set to null."""
    together = merged(known, changes)
    return {key: together[key] for key in together if changes.get(key, key) is not None}


def equal(first: Any, second: Any) -> bool:
    """Return whether two JSON values are equal; unlike in Python, true is not 1."""
    if type(first) is type(second) and not isinstance(first, list | dict):
        return bool(first == second)  # most are plain values of one type
    pairs = [(first, second)]
    while pairs:
        left, right = pairs.pop()
        if isinstance(left, dict) and isinstance(right, dict):
            if left.keys() != right.keys():
                return False
            pairs += [(left[name], right[name]) for name in left]
        elif isinstance(left, list) and isinstance(right, list):
            if len(left) != len(right):
                return False
            pairs += zip(left, right, strict=True)
        elif isinstance(left, bool) != isinstance(right, bool) or left != right:
            return False
    return True


def comparable(left: Any, right: Any) -> bool:
    """Return whether one of two values can be less than the other: both numbers, or both text."""
    numbers = (int, float)
    if isinstance(left, bool) or isinstance(right, bool):
        return isinstance(left, bool) and isinstance(right, bool)
    if isinstance(left, numbers) and isinstance(right, numbers):
        return True
    return isinstance(left, str) and isinstance(right, str)
