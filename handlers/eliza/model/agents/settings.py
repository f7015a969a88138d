"""How changed settings come together with those that an agent has."""

from __future__ import annotations

from typing import Any

from understudy import Record


def merge_settings(settings: Record, changes: Record) -> dict[str, Any]:
    """The settings after these changes, to any depth: objects are merged, a null removes what it
    stands for, and so does an object that leaves nothing; anything else replaces."""
    whole: dict[str, Any] = {}
    todo = [_Level(whole, "", settings, changes)]
    while todo:
        level = todo[-1]
        if not level.left:
            level.close()
            todo.pop()
            continue
        name = level.left.pop()
        change = level.changes[name]
        if isinstance(change, dict):
            todo.append(_Level(level.merged, name, level.merged.get(name), change))
        elif change is None:
            level.merged.pop(name, None)
        else:
            level.merged[name] = change
    found = whole.get("", {})
    return found if isinstance(found, dict) else {}


class _Level:
    """One object of settings on its way to `holder[name]`, and the changes still to be made."""

    __slots__ = ("changes", "holder", "left", "merged", "name")

    def __init__(self, holder: dict[str, Any], name: str, old: Any, changes: Record) -> None:
        self.holder, self.name, self.changes = holder, name, changes
        self.merged: dict[str, Any] = {**old} if isinstance(old, dict) else {}
        self.left = list(changes)[::-1]

    def close(self) -> None:
        """Put it where it belongs, unless the changes have left nothing of it."""
        if self.merged or not self.changes:
            self.holder[self.name] = self.merged
        else:
            self.holder.pop(self.name, None)
