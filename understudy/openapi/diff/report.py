"""The changes between two documents, each with its place in the author's files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from understudy.openapi.diff.change import Change
from understudy.openapi.diff.level import Level
from understudy.openapi.loading.loader import analyzed
from understudy.openapi.loading.problem import DocumentProblem
from understudy.openapi.loading.retrieval import Source


@dataclass(frozen=True, slots=True)
class LocatedChange:
    """A change, and where it is: the JSON pointer in its author's words, the file or URL, and the
    line, if that is known."""

    change: Change
    pointer: str
    file: str
    line: int | None = None


@dataclass(frozen=True)
class DiffReport:
    """The changes from `old` to `new`, which are names or places of documents. `operations` are all
    that have been compared. A change fails the comparison if its level is `fail_on` or worse; with
    None, no change does. Milder changes than `mildest` are counted and not shown."""

    old: str
    new: str
    changes: Sequence[LocatedChange]
    operations: Sequence[str] = ()
    fail_on: Level | None = Level.BREAKING
    mildest: Level = Level.HARMLESS

    @property
    def shown(self) -> list[LocatedChange]:
        """The changes that are shown: those of the mildest level that is wanted, and worse."""
        return [each for each in self.changes if each.change.level.reaches(self.mildest)]

    @property
    def counts(self) -> Counter[Level]:
        """The number of changes of each level."""
        return Counter(each.change.level for each in self.changes)

    def fails_by(self, change: Change) -> bool:
        """Return whether a change fails the comparison."""
        return self.fail_on is not None and change.level.reaches(self.fail_on)

    @property
    def fails(self) -> bool:
        """Return whether any change fails the comparison."""
        return any(self.fails_by(each.change) for each in self.changes)

    def by_operation(self) -> Iterator[tuple[str, list[LocatedChange]]]:
        """Yield the operations that have changed, and other parts of the document, each with its
        changes."""
        for operation, changes in groupby(self.shown, lambda each: each.change.operation):
            yield operation, list(changes)

    def summary(self) -> str:
        """Return the numbers of changes in words."""
        if not self.changes:
            return "nothing changed that a client could notice"
        total = f"{len(self.changes)} change{'' if len(self.changes) == 1 else 's'}"
        counts = [f"{self.counts[level]} {level}" for level in Level if self.counts[level]]
        return f"{total}: {', '.join(counts)}"


def located(
    changes: Iterable[Change], old: Source, new: Source, allowed_refs: Sequence[str] = ()
) -> list[LocatedChange]:
    """Return changes with their places in the files of two documents. Raises UsageError."""
    changes = list(changes)
    sources = {True: old, False: new}
    locators = {
        is_gone: analyzed(sources[is_gone], allowed_refs=allowed_refs)[1]
        for is_gone in {change.is_gone for change in changes}
    }
    found = []
    for change in changes:
        problem = DocumentProblem(change.pointer, change.what)
        place = locators[change.is_gone].located_in_inner_form(problem)
        file = place.file or str(sources[change.is_gone])
        found.append(LocatedChange(change, place.pointer, file, place.line))
    return found


def unlocated(changes: Iterable[Change], old: str, new: str) -> list[LocatedChange]:
    """Return changes with the pointers of the inner form, and no lines."""
    return [
        LocatedChange(change, change.pointer, old if change.is_gone else new) for change in changes
    ]
