"""The changelog of a document: NAME.changes.yaml beside it, newest revision first."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import msgspec
import yaml

from understudy.errors import UsageError
from understudy.openapi.diff.change import Change
from understudy.openapi.document import read_as_it_is

#: What of a document no client notices, as long as the rest is the same.
_TEXTS = frozenset(["description", "summary", "example", "examples", "title", "tags", "info"])

_MARK = " (breaks clients)"


class Revision(msgspec.Struct, frozen=True):
    """One state of a document: its number, its day (ISO 8601), the `fingerprint` of what clients
    notice of it, why it came to be, and what changed, by operation."""

    revision: int
    date: str
    fingerprint: str
    why: str
    changes: dict[str, list[str]] = {}

    @property
    def breaks(self) -> bool:
        """Whether it breaks clients of the revision before."""
        return any(told.endswith(_MARK) for group in self.changes.values() for told in group)


def read_revisions(path: Path) -> list[Revision]:
    """The revisions of the document at `path`, newest first; none where no changelog lies beside
    it. Raises UsageError where that cannot be read."""
    beside = path.with_name(f"{path.stem}.changes.yaml")
    if not beside.is_file():
        return []
    try:
        return msgspec.convert(read_as_it_is(beside), list[Revision])
    except msgspec.ValidationError as error:
        raise UsageError(f"{beside} is no changelog: {error}") from None


def fingerprint(document: Any) -> str:
    """Twelve hexadecimal digits that stand for what clients notice of a document: neither its
    texts and examples, nor extensions."""
    kept = json.dumps(_noticed(document), sort_keys=True)
    return hashlib.sha256(kept.encode()).hexdigest()[:12]


def as_yaml(revisions: Sequence[Revision]) -> str:
    """The changelog as it lies beside the document."""
    plain = msgspec.to_builtins(list(revisions))
    return yaml.safe_dump(plain, sort_keys=False, allow_unicode=True, width=100)


def by_operation(found: Iterable[Change]) -> dict[str, list[str]]:
    """Changes as a revision keeps them."""
    return {
        operation: [f"{change}{_MARK if change.breaks else ''}" for change in group]
        for operation, group in groupby(found, lambda change: change.operation)
    }


def _noticed(node: Any, named: bool = False) -> Any:
    """What is noticed of a part of a document; where its keys are `named` by the author, as in
    `properties`, all of them are kept."""
    if isinstance(node, dict):
        return {
            key: _noticed(value, named=key in ("properties", "schemas", "paths") and not named)
            for key, value in node.items()
            if named or not (key in _TEXTS or key.startswith("x-"))
        }
    return [_noticed(item) for item in node] if isinstance(node, list) else node
