"""The snapshots of a namespace: exported states by name, encoded, because they are read rarely."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple, Protocol

import msgspec

from understudy.http import json_codec
from understudy.runtime.memory_budget import PlannedItems

#: The largest number of snapshots of a namespace.
MOST_SNAPSHOTS = 20


class Snapshot(NamedTuple):
    """An exported state as JSON, and the numbers of its records by API and collection."""

    encoded: bytes
    records: Mapping[str, Mapping[str, int]]

    @property
    def state(self) -> Any:
        """The state; numbers are as they were, 1.0 is not 1."""
        return msgspec.json.decode(self.encoded)

    @classmethod
    def of(cls, state: Any, records: Mapping[str, Mapping[str, int]]) -> Snapshot:
        """Return the snapshot of a state. Raises TypeError if something in it is not JSON."""
        return cls(json_codec.encode(state), records)


class Snapshots(Protocol):
    """The snapshots of one namespace, by name."""

    def get(self, name: str) -> Snapshot | None:
        """Return a snapshot, or None."""

    def records(self) -> dict[str, Mapping[str, Mapping[str, int]]]:
        """Return the numbers of the records of all snapshots, the oldest first."""

    def add(self, name: str, snapshot: Snapshot) -> None:
        """Keep a snapshot, in place of another one of this name. Raises OverflowError if there are
        too many others, or it is too large."""

    def remove(self, name: str) -> bool:
        """Remove a snapshot; return whether there was one."""

    def clear(self) -> None:
        """Remove all snapshots."""


class MemorySnapshots(PlannedItems[Snapshot]):
    """The snapshots of one namespace in memory; see `Snapshots`."""

    kind = "snapshot"

    __slots__ = ()

    def get(self, name: str) -> Snapshot | None:
        """See `Snapshots`."""
        return self.kept.get(name)

    def records(self) -> dict[str, Mapping[str, Mapping[str, int]]]:
        """See `Snapshots`."""
        return {name: snapshot.records for name, snapshot in self.kept.items()}

    def add(self, name: str, snapshot: Snapshot) -> None:
        """See `Snapshots`. Raises OutOfMemoryBudget if it is too large."""
        check_number(name, self.kept)
        self.keep(name, snapshot, len(snapshot.encoded))


def check_number(name: str, known: Collection[str]) -> None:
    """Raise OverflowError if a snapshot of this name would be one too many."""
    if name not in known and len(known) >= MOST_SNAPSHOTS:
        raise OverflowError(f"a namespace may have at most {MOST_SNAPSHOTS} snapshots")
