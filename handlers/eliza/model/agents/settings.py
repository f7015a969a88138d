"""Merges changes into the settings of an agent."""

from __future__ import annotations

from typing import Any

from understudy import Record


def merge_settings(settings: Record, changes: Record) -> dict[str, Any]:
    """Return the settings with the changes, merged at every depth.

    Objects are merged; a null removes a field, and so does an object that leaves nothing; other
    values replace.
    """
    holder: dict[str, Any] = {}
    levels = [_Level(holder, "", settings, changes)]
    while levels:
        level = levels[-1]
        if not level.left:
            level.close()
            levels.pop()
            continue
        name = level.left.pop()
        change = level.changes[name]
        if isinstance(change, dict):
            levels.append(_Level(level.merged, name, level.merged.get(name), change))
        elif change is None:
            level.merged.pop(name, None)
        else:
            level.merged[name] = change
    merged = holder.get("", {})
    return merged if isinstance(merged, dict) else {}


class _Level:
    """One object of settings on its way to `holder[name]`, and the changes still to be made."""

    __slots__ = ("changes", "holder", "left", "merged", "name")

    def __init__(self, holder: dict[str, Any], name: str, old: Any, changes: Record) -> None:
        self.holder, self.name, self.changes = holder, name, changes
        self.merged: dict[str, Any] = {**old} if isinstance(old, dict) else {}
        self.left = list(changes)[::-1]

    def close(self) -> None:
        """Store the object in its holder, unless the changes have left nothing of it."""
        if self.merged or not self.changes:
            self.holder[self.name] = self.merged
        else:
            self.holder.pop(self.name, None)
