"""x"""

from __future__ import annotations

from typing import Any

from understudy import Collection, Index, Record, World

from ..clock import milliseconds
from .levels import LEVELS
from .stream import emit_entry

#: How many entries the server keeps, and how many of each agent.
MOST_KEPT = 1000


#: What the server logs, in order.
_IN_ORDER = Index()
LOGS = Collection("server logs", (_IN_ORDER,))


def log(world: World, level: str, message: str, agent: Record | None = None) -> None:
    """Write an entry into the server's log; the oldest gives way where there are too many."""
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
    """What the server has logged, oldest first."""
    return world.store.list(LOGS, _IN_ORDER)


def clear(world: World) -> None:
    """Forget what the server has logged."""
    for entry in entries(world):
        world.store.delete(LOGS, entry["key"])
