"""What is different from one operation to the one that replaces it."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from understudy.openapi.contract import Contract
from understudy.openapi.diff.level import Level
from understudy.openapi.loading import document_cache
from understudy.openapi.versions.lineage import Replacement

if TYPE_CHECKING:
    from understudy.openapi.diff.operations.comparison import OperationComparison

#: Changes with what the cache keeps of them.
_FORMAT = "1"


class Difference(NamedTuple):
    """A difference: where and what it is, and what it means for clients of the older operation."""

    text: str
    level: Level


class Differences:
    """Compares operations that replace each other. The results are cached, for the comparison of
    large schemas takes longer than a page."""

    def __init__(self) -> None:
        self._comparison = cache(_comparison)
        self._fingerprint = cache(_fingerprint)
        self._known: dict[tuple[int, int], list[Difference]] = {}
        #: A comparison keeps schemas that it is not done with: no other thread may see them.
        self._lock = Lock()

    def of(self, replacement: Replacement) -> list[Difference]:
        """Return what is different, but for the operationId."""
        key = id(replacement.before), id(replacement.after)
        with self._lock:
            if key not in self._known:
                self._known[key] = self._cached(replacement)
            return self._known[key]

    def _cached(self, replacement: Replacement) -> list[Difference]:
        before, after = replacement
        fingerprints = [self._fingerprint(each.contract) for each in replacement]
        key = document_cache.key("changes", _FORMAT, *fingerprints, before.place, after.place)
        kept = document_cache.read(key, list[Difference]) if all(fingerprints) else None
        if kept is not None:
            return kept
        found = self._compared(replacement)
        if all(fingerprints):
            document_cache.write(key, found)
        return found

    def _compared(self, replacement: Replacement) -> list[Difference]:
        from understudy.openapi.diff.contracts import changes_between

        before, after = replacement
        comparison = self._comparison(before.contract, after.contract)
        return [
            Difference(str(change), change.level)
            for change in changes_between(comparison, before, after)
            if not change.rule.startswith("operation-id-")
        ]


def _comparison(old: Contract, new: Contract) -> OperationComparison:
    # imported here: pages whose differences are cached need it not
    from understudy.openapi.diff.operations.comparison import OperationComparison

    return OperationComparison(old, new)


def _fingerprint(contract: Contract) -> str:
    """Return a hash of a document, or nothing if it has values that JSON has not."""
    try:
        return sha256(msgspec.json.encode(contract.document)).hexdigest()
    except (TypeError, ValueError, RecursionError):
        return ""
