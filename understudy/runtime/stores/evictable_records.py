"""Records that count in the memory budget, and that it removes when they take too much."""

from __future__ import annotations

from collections.abc import Callable

from understudy.runtime.memory_budget import (
    MemoryBudget,
    OutOfMemoryBudget,
    PlannedItems,
    size_in_memory,
)
from understudy.runtime.stores.store import Collection
from understudy.runtime.stores.table import Table


class EvictableRecords(PlannedItems[Table]):
    """The records of one store that count in the memory budget, by collection and key."""

    kind = "record"

    __slots__ = ("_evict",)

    def __init__(
        self, budget: MemoryBudget, namespace: str, evict: Callable[[Collection, str], object]
    ) -> None:
        super().__init__(budget, namespace)
        self._evict = evict

    def count(self, table: Table, key: str) -> None:
        """Count a record that was written or deleted."""
        name, record = f"{table.collection.name}/{key}", table.get(key)
        if record is None:
            self.remove(name)
            return
        try:
            self.keep(name, table, size_in_memory(record))
        except OutOfMemoryBudget:
            self._evict(table.collection, key)

    def remove_oldest(self) -> str:
        """Remove the oldest record from its store; return what it was."""
        name = next(iter(self._ages))
        table = self.kept[name]
        self._evict(table.collection, name.removeprefix(f"{table.collection.name}/"))
        return super().remove_oldest()
