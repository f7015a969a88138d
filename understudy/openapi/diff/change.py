"""A change of a contract, and of a part of an operation."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from understudy.openapi.diff.level import Level


class Change(NamedTuple):
    """One change: its `operation` (METHOD path), `where` in the operation ("request body /user_id",
    "response 200", "" for the operation itself), `what` changed, and its `level`.

    `rule` is the name of its kind. `pointer` is the JSON pointer to what changed, in the new
    document; in the old one if it `is_gone`.
    """

    operation: str
    where: str
    what: str
    level: Level
    rule: str
    pointer: str = ""
    is_gone: bool = False

    def __str__(self) -> str:
        return f"{self.where}: {self.what}" if self.where else self.what

    @property
    def breaks(self) -> bool:
        """Return whether it breaks clients of the old document."""
        return self.level is Level.BREAKING


class Basis(Enum):
    """The basis of a change's level: the sets of valid values alone; the sets, for a change that is
    always listed; or the change itself."""

    VALUES = 1
    LISTED = 2
    ITSELF = 3


class PartChange(NamedTuple):
    """One change of a part of an operation: where in it, what, its level, the name of its kind, and
    what decides the level.

    `steps` lead to it from the part; `place` is the JSON pointer to it, in the old document if it
    `is_gone`, as soon as that is known.
    """

    where: str
    what: str
    level: Level
    rule: str
    basis: Basis = Basis.ITSELF
    steps: tuple[str | int, ...] = ()
    is_gone: bool = False
    place: str = ""

    def below(self, where: str) -> PartChange:
        """Return the change with a place that its own is in."""
        return self._replace(where=f"{where}{self.where}")

    def of(self, part: str, inner: str | None = None) -> PartChange:
        """Return the change with the part in its kind's name: `request-body-type-changed`. A change
        of something in the part is of the `inner` part, if that is given."""
        name = inner if inner is not None and self.where else part
        return self._replace(rule=f"{name}-{self.rule}")

    def at(self, old: str, new: str) -> PartChange:
        """Return the change with its place below the old or the new part, if it has none yet."""
        return self if self.place else self._replace(place=old if self.is_gone else new)
