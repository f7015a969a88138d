"""The log of the server as a whole. Only the last entries are kept."""

from __future__ import annotations

from typing import Any

from understudy import Collection, Index, Record, World

from ..clock import milliseconds
from ..record_types import ServerLogRecord
from .levels import LEVELS
from .stream import emit_entry

#: How many entries the server keeps.
MOST_KEPT = 1000

#: Entries, oldest first.
_IN_ORDER = Index()
LOGS = Collection("server logs", (_IN_ORDER,), record=ServerLogRecord, key="key")


def log(world: World, level: str, message: str, agent: Record | None = None) -> None:
    """Add an entry; if there are too many, delete the oldest."""
    key = str(world.store.serial(LOGS))
    entry: dict[str, Any] = {
        "key": key,
        "level": LEVELS[level],
        "time": milliseconds(world),
        "msg": message,
    }
    if agent is not None:
        entry |= {"agentId": agent["id"], "agentName": agent["name"]}
    if world.store.count(LOGS, _IN_ORDER) >= MOST_KEPT:
        world.store.delete(LOGS, world.store.list(LOGS, _IN_ORDER, limit=1)[0]["key"])
    world.store.put(LOGS, key, entry)
    emit_entry(world, entry, LEVELS)


def entries(world: World) -> list[Record]:
    """Return all entries, oldest first."""
    return world.store.list(LOGS, _IN_ORDER)


def clear(world: World) -> None:
    """Delete all entries."""
    for entry in entries(world):
        world.store.delete(LOGS, entry["key"])
