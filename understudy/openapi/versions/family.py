"""The versions of one API, the oldest first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from understudy.openapi.contract import Contract
from understudy.openapi.operation import Operation
from understudy.openapi.versions.declaration import VersionsDeclaration, declaration_of


@dataclass(frozen=True, eq=False, slots=True)
class Version:
    """A version of an API: its name, the document that describes it, and its operations."""

    name: str
    contract: Contract
    operations: tuple[Operation, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Family:
    """The versions of one API, the oldest first, and what its documents declare of them."""

    title: str
    versions: tuple[Version, ...]
    declarations: tuple[tuple[Contract, VersionsDeclaration], ...]


def family_of(contract: Contract, contracts: Iterable[Contract]) -> Family | None:
    """Return the versions of an API that are in these documents; None if there are no two, or if
    two have one name, as documents of different APIs may that were never given a title."""
    declared = [(each, declaration_of(each)) for each in contracts]
    title = declaration_of(contract).family
    members = [(each, declaration) for each, declaration in declared if declaration.family == title]
    versions = [version for each, declaration in members for version in _of(each, declaration)]
    if len(versions) < 2 or len({version.name for version in versions}) < len(versions):
        return None
    versions.sort(key=lambda version: _order(version.name))
    return Family(title, tuple(versions), tuple(members))


def _of(contract: Contract, declaration: VersionsDeclaration) -> Iterator[Version]:
    """Yield the versions that a document describes."""
    limited = frozenset().union(*declaration.only.values())
    for name in declaration.names:
        own = declaration.only.get(name, frozenset())
        operations = (o for o in contract.operations if o.id in own or o.id not in limited)
        yield Version(name, contract, tuple(operations))


def _order(name: str) -> list[tuple[int, int, str]]:
    """Return a key that sorts the numbers in names of versions as numbers: v2 before v10."""
    parts = re.findall(r"[0-9]+|[^0-9.]+", name)
    return [(1, int(p[:18]), "") if p.isdecimal() else (0, 0, p) for p in parts]
