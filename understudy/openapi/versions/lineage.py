"""Which operations of a version replace which ones of the version before it."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from understudy.openapi.operation import Operation
from understudy.openapi.versions.family import Family

_Keys = Callable[[Operation], Iterable[Hashable]]


class Replacement(NamedTuple):
    """An operation of one version, and the one that is in its place in a newer version. Operations
    are compared by identity only: to compare what they hold takes long."""

    before: Operation
    after: Operation


class Lineage:
    """The replacements in a family, and its operations in rows: one for those that replace each
    other, in all versions."""

    def __init__(self, family: Family) -> None:
        self.family = family
        pairs = {(id(each.before), id(each.after)): each for each in _replacements(family)}
        self.replacements = list(pairs.values())
        self.rows = _rows(family, self.replacements)
        self._row_of = {id(operation): row for row in self.rows for operation in row}
        self._versions = [set(map(id, version.operations)) for version in family.versions]

    def row_of(self, operation: Operation) -> Sequence[Operation]:
        """Return the operations that replace or are replaced by an operation, and itself."""
        return self._row_of.get(id(operation), [operation])

    def cells(self, row: Sequence[Operation]) -> list[tuple[str, list[Operation]]]:
        """Return the operations of a row by version, each version with its name."""
        return [
            (version.name, [operation for operation in row if id(operation) in members])
            for version, members in zip(self.family.versions, self._versions, strict=True)
        ]

    def replaced_by(self, operation: Operation) -> list[Operation]:
        """Return the operations of older versions that an operation replaces."""
        return [before for before, after in self.replacements if after is operation]


def _replacements(family: Family) -> Iterator[Replacement]:
    declared = list(_declared(family))
    yield from declared
    replaced = {id(each.before) for each in declared}
    replacing = {id(each.after) for each in declared}
    for old, new in pairwise(family.versions):
        kept = set(map(id, old.operations)) & set(map(id, new.operations))
        yield from _alike(
            [operation for operation in old.operations if id(operation) not in kept | replaced],
            [operation for operation in new.operations if id(operation) not in kept | replacing],
        )


def _declared(family: Family) -> Iterator[Replacement]:
    """Yield the replacements that documents declare; the newest older operation of an id counts."""
    for contract, declaration in family.declarations:
        own = {operation.id: operation for operation in contract.operations}
        for after in (own[name] for name in declaration.replaces if name in own):
            older = _older(family, after)
            for name in declaration.replaces[after.id]:
                if name in older:
                    yield Replacement(older[name], after)


def _older(family: Family, operation: Operation) -> dict[str, Operation]:
    """Return the operations of the versions before the newest that has an operation, by their ids;
    of two with one id the newer one."""
    by_id: dict[str, Operation] = {}
    older: dict[str, Operation] = {}
    for version in family.versions:
        if any(each is operation for each in version.operations):
            older = dict(by_id)
        by_id |= {each.id: each for each in version.operations if each is not operation}
    return older


def _alike(old: Sequence[Operation], new: Sequence[Operation]) -> Iterator[Replacement]:
    """Yield the operations that have the same id, else the same method of a client library, else
    the same method and path."""
    taken: set[int] = set()
    for keys in _KEYS:
        by_key = {key: o for o in reversed(old) if id(o) not in taken for key in keys(o)}
        for after in new:
            found = (by_key[key] for key in keys(after) if key in by_key)
            before = next((each for each in found if id(each) not in taken), None)
            if before is not None and id(after) not in taken:
                taken |= {id(before), id(after)}
                yield Replacement(before, after)


def _id(operation: Operation) -> Iterator[Hashable]:
    if operation.definition.get("operationId"):
        yield operation.id


def _sdk_methods(operation: Operation) -> Iterator[Hashable]:
    yield from operation.sdk_methods.items()


def _route(operation: Operation) -> Iterator[Hashable]:
    yield operation.method, re.sub(r"\{[^}]*\}", "{}", operation.path)


_KEYS: tuple[_Keys, ...] = (_id, _sdk_methods, _route)


def _rows(family: Family, replacements: Iterable[Replacement]) -> list[list[Operation]]:
    """Return the operations in groups that replacements connect; the groups, and the operations in
    them, in the order of the newest version, then of those before it."""
    ordered = [o for version in reversed(family.versions) for o in version.operations]
    group = {id(operation): [operation] for operation in ordered}
    for before, after in replacements:
        first, second = group[id(after)], group[id(before)]
        if first is not second:
            first += second
            group |= {id(operation): first for operation in second}
    position = {id(operation): at for at, operation in reversed(list(enumerate(ordered)))}
    rows = {id(row): row for row in (group[id(operation)] for operation in ordered)}
    for row in rows.values():
        row.sort(key=lambda operation: position[id(operation)])
    return list(rows.values())
