"""Counters and windows: changed in memory at once, and written with the next transaction."""

from __future__ import annotations

from understudy.runtime.rate_limit import Window
from understudy.runtime.stores.sqlite.connection import Connection
from understudy.runtime.stores.sqlite.schema import as_bytes
from understudy.runtime.stores.sqlite.tables import Tables

_PUT = (
    "INSERT INTO counters (namespace, name, value, began) VALUES (?1, ?2, ?3, ?4)"
    " ON CONFLICT (namespace, name) DO UPDATE SET value = ?3, began = ?4"
)


class Counters:
    """The counters of all namespaces. A window is a counter, too, with the time when it began."""

    __slots__ = ("_changed", "_connection", "_tables", "has_new_numbers")

    def __init__(self, connection: Connection, tables: Tables) -> None:
        self._connection = connection
        self._tables = tables
        self._changed: dict[tuple[str, str], tuple[int, int | None]] = {}
        #: Whether `add` has returned numbers that are not written, so that a process that is
        #: killed now would return them again.
        self.has_new_numbers = False

    def __len__(self) -> int:
        """Return how many counters are not written."""
        return len(self._changed)

    def value(self, namespace: str, name: str) -> int:
        """Return the value of a counter."""
        return self._read(namespace, name)[0]

    def add(self, namespace: str, name: str, amount: int) -> int:
        """Add to a counter; return its value."""
        value = self._read(namespace, name)[0] + amount
        self._changed[namespace, name] = value, None
        self.has_new_numbers = True
        return value

    def count_in_window(self, namespace: str, name: str, now: int, length: int) -> Window:
        """Count one in a window; see `Session.count_in_window`."""
        count, began = self._read(namespace, name)
        if began is None or not abs(now - began) < length:
            count, began = 0, now
        self._changed[namespace, name] = count + 1, began
        return Window(began, count + 1)

    def write(self) -> None:
        """Write what was changed, in a transaction; call `written` when it is done."""
        for (namespace, name), (value, began) in self._changed.items():
            owner = self._tables.new_namespace(namespace)
            self._connection.run(_PUT, (owner, as_bytes(name), value, began))

    def written(self) -> None:
        """Forget what was changed, because it is written."""
        self._changed.clear()
        self.has_new_numbers = False

    def put(self, namespace_id: int, name: str, value: int | None) -> None:
        """Set a counter, or remove it, in a transaction."""
        if value is None:
            sql = "DELETE FROM counters WHERE namespace = ? AND name = ?"
            self._connection.run(sql, (namespace_id, as_bytes(name)))
        else:
            self._connection.run(_PUT, (namespace_id, as_bytes(name), value, None))

    def clear(self, namespace_id: int) -> None:
        """Remove all counters of a namespace, in a transaction."""
        self._connection.run("DELETE FROM counters WHERE namespace = ?", (namespace_id,))

    def _read(self, namespace: str, name: str) -> tuple[int, int | None]:
        changed = self._changed.get((namespace, name))
        if changed is not None:
            return changed
        owner = self._tables.namespace(namespace)
        if owner is None:
            return 0, None
        found = self._connection.row(
            "SELECT value, began FROM counters WHERE namespace = ? AND name = ?",
            (owner, as_bytes(name)),
        )
        return (0, None) if found is None else found
