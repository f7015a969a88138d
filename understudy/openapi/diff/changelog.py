"""The changelog of a document: NAME.changes.yaml beside it, newest revision first."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import msgspec
import yaml

from understudy.errors import UsageError
from understudy.openapi.diff.change import Change
from understudy.openapi.diff.level import Level
from understudy.openapi.loading.retrieval import read_data

#: Fields of a document that clients do not notice.
_TEXTS = frozenset(["description", "summary", "example", "examples", "title", "tags", "info"])

#: Fields whose keys are names that the author chose.
_NAMED = ("properties", "schemas", "paths")

#: How a change ends that clients should know of, by its level.
_MARKS = {Level.BREAKING: " (breaks clients)", Level.RISKY: " (risky)"}


class Revision(msgspec.Struct, frozen=True):
    """One revision of a document: its number, its date (ISO 8601), the `fingerprint` of what
    clients notice of it, `why` it was made, and its changes by operation."""

    revision: int
    date: str
    fingerprint: str
    why: str
    changes: dict[str, list[str]] = {}

    @property
    def breaks(self) -> bool:
        """Return whether it breaks clients of the revision before."""
        return any(
            change.endswith(_MARKS[Level.BREAKING])
            for changes in self.changes.values()
            for change in changes
        )


def read_revisions(path: Path) -> list[Revision]:
    """Return the revisions of the document at `path`, newest first; none without a changelog.

    Raises UsageError if the changelog cannot be read.
    """
    changelog = path.with_name(f"{path.stem}.changes.yaml")
    if not os.path.isfile(changelog):  # unlike the method, not an error for a name that is too long
        return []
    try:
        return msgspec.convert(read_data(changelog), list[Revision])
    except msgspec.ValidationError as error:
        raise UsageError(f"{changelog} is not a changelog: {error}") from None


def fingerprint(document: Any) -> str:
    """Return twelve hexadecimal digits of a hash of what clients notice of a document: all but
    texts, examples and extensions."""
    content = json.dumps(_without_texts(document), sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()[:12]


def as_yaml(revisions: Sequence[Revision]) -> str:
    """Return the text of a changelog."""
    plain = msgspec.to_builtins(list(revisions))
    return yaml.safe_dump(plain, sort_keys=False, allow_unicode=True, width=100)


def by_operation(changes: Iterable[Change]) -> dict[str, list[str]]:
    """Return the changes as a revision has them."""
    return {
        operation: [f"{change}{_MARKS.get(change.level, '')}" for change in group]
        for operation, group in groupby(changes, lambda change: change.operation)
    }


def _without_texts(node: Any, has_names: bool = False) -> Any:
    """Return a part of a document without texts, examples and extensions. If its keys are names
    (`has_names`), as in `properties`, all of them stay."""
    if isinstance(node, dict):
        return {
            key: _without_texts(value, has_names=key in _NAMED and not has_names)
            for key, value in node.items()
            if has_names or not (key in _TEXTS or key.startswith("x-"))
        }
    return [_without_texts(item) for item in node] if isinstance(node, list) else node
