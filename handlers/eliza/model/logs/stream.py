"""The stream of log entries: a Socket.IO room for each level and agent to filter by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy import Record, World

from ..persona import is_release

#: The number of an unknown level: above all others.
_BEYOND = 70


def log_room(filters: Record, levels: Mapping[str, int]) -> str:
    """Return the room for these filters; `levels` are the numbers of the levels by name.

    A number between two levels, or below all, selects the next higher one.
    """
    level, agent = filters.get("level"), filters.get("agentName")
    if isinstance(level, str):
        level = 0 if level == "all" else levels.get(level.lower()) or _BEYOND
    if not isinstance(level, int | float) or isinstance(level, bool):
        level = 0
    level = min((number for number in levels.values() if number >= level), default=_BEYOND)
    return _room(level, agent if isinstance(agent, str) and agent not in ("", "all") else "")


def emit_entry(world: World, entry: Record, levels: Mapping[str, int]) -> None:
    """Send an entry to the clients whose filters it passes, as the event of the persona."""
    if world.events.listener is None:
        return
    shown: dict[str, Any] = {name: value for name, value in entry.items() if name != "key"}
    for level in levels.values():
        if level > entry["level"]:
            continue
        for agent in {"", entry.get("agentName", "")}:
            room = _room(level, agent)
            world.events.emit(room, "log_stream", {"type": "log_entry", "payload": shown})
            if not is_release(world):
                world.events.emit(room, "logEntry", shown)


def _room(level: int, agent: str) -> str:
    return f"log entries from level {level} {agent}".rstrip()
