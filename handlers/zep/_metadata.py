"""Merging metadata."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

#: A key of metadata that belongs to Zep; clients cannot change that of sessions and messages.
_RESERVED = "system"


def open_to_clients(changes: Mapping[str, Any]) -> dict[str, Any]:
    """The changes, without those of what belongs to Zep."""
    return {key: value for key, value in changes.items() if key != _RESERVED}


def merged(known: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """`known` with `changes`: objects are merged at every depth, any other value is replaced.

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
