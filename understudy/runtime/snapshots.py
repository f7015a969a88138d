"""The snapshots of a namespace: exported states by name, encoded, because they are read rarely."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

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


class Snapshots(PlannedItems[Snapshot]):
    """The snapshots of one namespace, by name."""

    kind = "snapshot"

    __slots__ = ()

    def add(self, name: str, state: Any, records: Mapping[str, Mapping[str, int]]) -> None:
        """Keep a state under a name.

        Raises OverflowError if there are too many others, OutOfMemoryBudget if it is too large, and
        TypeError if something in it is not JSON.
        """
        if name not in self.kept and len(self.kept) >= MOST_SNAPSHOTS:
            raise OverflowError(f"a namespace may have at most {MOST_SNAPSHOTS} snapshots")
        snapshot = Snapshot(json_codec.encode(state), records)
        self.keep(name, snapshot, len(snapshot.encoded))
