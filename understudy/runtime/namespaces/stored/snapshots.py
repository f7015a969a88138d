"""The snapshots of a namespace in a database."""

from __future__ import annotations

from collections.abc import Mapping

from understudy.runtime.snapshots import Snapshot, check_number
from understudy.runtime.stores.store import Collection, Index, Store

_AS_ADDED = Index()
#: The sizes of snapshots are apart from their states, which are large.
SIZES = Collection("snapshot_sizes", (_AS_ADDED,))
STATES = Collection("snapshots")


class StoredSnapshots:
    """The snapshots of a namespace in one session; see `Snapshots`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, name: str) -> Snapshot | None:
        """See `Snapshots`."""
        sizes, state = self._store.get(SIZES, name), self._store.get(STATES, name)
        if sizes is None or state is None:
            return None
        return Snapshot(state["encoded"].encode(), sizes["records"])

    def records(self) -> dict[str, Mapping[str, Mapping[str, int]]]:
        """See `Snapshots`."""
        return {sizes["name"]: sizes["records"] for sizes in self._store.list(SIZES, _AS_ADDED)}

    def add(self, name: str, snapshot: Snapshot) -> None:
        """See `Snapshots`."""
        check_number(name, self.records())
        self._store.put(SIZES, name, {"name": name, "records": snapshot.records})
        self._store.put(STATES, name, {"encoded": snapshot.encoded.decode()})
        self._store.commit()

    def remove(self, name: str) -> bool:
        """See `Snapshots`."""
        self._store.delete(STATES, name)
        was_there = self._store.delete(SIZES, name)
        self._store.commit()
        return was_there

    def clear(self) -> None:
        """See `Snapshots`."""
        for name in self.records():
            self.remove(name)
