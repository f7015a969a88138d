"""Rooms of those who watch the log: one for each level and agent that somebody may filter by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy import Record, World

from ..persona import is_release

#: What a level that the server does not know counts for: more than all others.
_BEYOND = 70


def log_room(filters: Record, levels: Mapping[str, int]) -> str:
    """The room of those who filter so; `levels` are the numbers of the levels, by their names. A
    number between two of them, or none, is as good as the next one."""
    level, agent = filters.get("level"), filters.get("agentName")
    if isinstance(level, str):
        level = 0 if level == "all" else levels.get(level.lower()) or _BEYOND
    if not isinstance(level, int | float) or isinstance(level, bool):
        level = 0
    level = min((known for known in levels.values() if known >= level), default=_BEYOND)
    return _room(level, agent if isinstance(agent, str) and agent not in ("", "all") else "")


def emit_entry(world: World, entry: Record, levels: Mapping[str, int]) -> None:
    """Tell those who watch the log of an entry, in the words of the release and the reference."""
    if world.events.listener is None:
        return
    told: dict[str, Any] = {name: value for name, value in entry.items() if name != "key"}
    for level in levels.values():
        if level > entry["level"]:
            continue
        for agent in {"", entry.get("agentName", "")}:
            room = _room(level, agent)
            world.events.emit(room, "log_stream", {"type": "log_entry", "payload": told})
            if not is_release(world):
                world.events.emit(room, "logEntry", told)


def _room(level: int, agent: str) -> str:
    return f"log entries from level {level} {agent}".rstrip()
