"""One change of a contract, and how a list of them is told."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any, NamedTuple


class Change(NamedTuple):
    """One change: the `operation` (METHOD path) that it is about, `where` in it ("request body
    /user_id", "response 200", "" for the operation itself), `what`, and whether it `breaks` clients
    that keep to the old document."""

    operation: str
    where: str
    what: str
    breaks: bool

    def __str__(self) -> str:
        return f"{self.where}: {self.what}" if self.where else self.what


def as_text(found: Sequence[Change]) -> str:
    """The changes by operation, and how many of them break clients."""
    if not found:
        return "nothing changed that a client could notice"
    lines = []
    for operation, group in groupby(found, lambda change: change.operation):
        lines.append(operation)
        lines += [f"  {'BREAKS' if change.breaks else '      '}  {change}" for change in group]
    breaking = sum(change.breaks for change in found)
    number = f"{len(found)} change{'s' if len(found) > 1 else ''}"
    lines.append(f"{number}, {breaking or 'none'} of them breaking for clients")
    return "\n".join(lines)


def as_json(found: Sequence[Change]) -> dict[str, Any]:
    """The changes as plain JSON: `breaks`, and `changes` as a list of objects."""
    return {
        "breaks": any(change.breaks for change in found),
        "changes": [change._asdict() for change in found],
    }
