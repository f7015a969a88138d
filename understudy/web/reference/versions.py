"""The versions of an API side by side, and the operations that replace one another in them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from understudy.openapi.operation import Operation
from understudy.openapi.versions.changes import Difference, Differences
from understudy.openapi.versions.family import family_of
from understudy.openapi.versions.lineage import Lineage, Replacement

if TYPE_CHECKING:
    from understudy.web.reference.api_reference import ApiReference


class Place(NamedTuple):
    """An operation, and the reference that has its page."""

    reference: ApiReference
    operation: Operation


class Row(NamedTuple):
    """Operations that replace each other, in a cell for each version. `status` is "kept" if the
    oldest and the newest version have it, else "added" or "gone"."""

    cells: list[list[Place]]
    status: str


class Comparison(NamedTuple):
    """What is different from an operation of an older version, which another one replaces."""

    before: Place
    differences: list[Difference]

    @property
    def breaking(self) -> int:
        """How many of the differences break clients."""
        return sum(1 for each in self.differences if each.level == "breaking")


class VersionsView:
    """The versions of an API in the documents of some references."""

    def __init__(self, lineage: Lineage, references: Sequence[ApiReference]) -> None:
        self._lineage = lineage
        self._reference_of = {id(each.contract): each for each in references}
        self._differences = Differences()
        self.title = lineage.family.title
        self.names = [version.name for version in lineage.family.versions]
        self.counts = [len(version.operations) for version in lineage.family.versions]

    @cached_property
    def groups(self) -> dict[str, list[Row]]:
        """All rows, by the section that the newest operation of each is in."""
        groups: dict[str, list[Row]] = {}
        for operations in self._lineage.rows:
            place = self._place(operations[0])
            section = place.reference.contents.section_of(place.operation)
            groups.setdefault(section.title, []).append(self._row(operations))
        return groups

    def cells(self, operation: Operation) -> list[tuple[str, list[Place]]]:
        """Return, by the names of the versions, the operations that replace an operation or are
        replaced by it, and itself."""
        cells = self._lineage.cells(self._lineage.row_of(operation))
        return [(name, [self._place(each) for each in found]) for name, found in cells]

    def comparisons(self, operation: Operation) -> list[Comparison]:
        """Return what is different from each operation that an operation replaces."""
        return [
            Comparison(self._place(before), self._differences.of(Replacement(before, operation)))
            for before in self._lineage.replaced_by(operation)
        ]

    def _place(self, operation: Operation) -> Place:
        return Place(self._reference_of[id(operation.contract)], operation)

    def _row(self, operations: Sequence[Operation]) -> Row:
        cells = [found for _, found in self._lineage.cells(operations)]
        status = "gone" if not cells[-1] else "kept" if cells[0] else "added"
        return Row([[self._place(each) for each in found] for found in cells], status)


def versions_view(
    reference: ApiReference, references: Sequence[ApiReference]
) -> VersionsView | None:
    """Return the versions of an API that these references have, or None if there are no two."""
    family = family_of(reference.contract, [each.contract for each in references])
    return None if family is None else VersionsView(Lineage(family), references)
