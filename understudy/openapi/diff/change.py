"""A change of a contract, and lists of changes as text and JSON."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any, NamedTuple


class Change(NamedTuple):
    """One change: its `operation` (METHOD path), `where` in the operation ("request body /user_id",
    "response 200", "" for the operation itself), `what` changed, and whether it `breaks` clients
    of the old document."""

    operation: str
    where: str
    what: str
    breaks: bool

    def __str__(self) -> str:
        return f"{self.where}: {self.what}" if self.where else self.what


def as_text(changes: Sequence[Change]) -> str:
    """Return the changes by operation, and how many of them break clients."""
    if not changes:
        return "nothing changed that a client could notice"
    lines = []
    for operation, group in groupby(changes, lambda change: change.operation):
        lines.append(operation)
        lines += [f"  {'BREAKS' if change.breaks else '      '}  {change}" for change in group]
    breaking = sum(change.breaks for change in changes)
    total = f"{len(changes)} change{'s' if len(changes) > 1 else ''}"
    lines.append(f"{total}, {breaking or 'none'} of them breaking for clients")
    return "\n".join(lines)


def as_json(changes: Sequence[Change]) -> dict[str, Any]:
    """Return the changes as plain JSON: `breaks`, and `changes` as a list of objects."""
    return {
        "breaks": any(change.breaks for change in changes),
        "changes": [change._asdict() for change in changes],
    }
