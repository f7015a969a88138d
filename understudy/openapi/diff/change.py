"""A change of a contract, and lists of changes as text and JSON."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
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


class Basis(Enum):
    """The basis on which a change breaks clients: the sets of valid values alone; the sets, for a
    change that is always listed; or the change itself."""

    VALUES = 1
    LISTED = 2
    ITSELF = 3


class PartChange(NamedTuple):
    """One change of a part of an operation: where in it, what, whether it breaks clients, and what
    decides that."""

    where: str
    what: str
    breaks: bool
    basis: Basis = Basis.ITSELF

    def below(self, where: str) -> PartChange:
        """Return the change with a place that its own is in."""
        return self._replace(where=f"{where}{self.where}")


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
