"""Logs: what the server wrote down, and what it wrote down for each agent."""

from __future__ import annotations

from typing import Any

from understudy import Problem, Record, World

from ._agents import find_agent, known_running_agent
from ._logs import LEVELS, MODEL_USED, clear, entries
from ._logs import agent_entry as _by_reference
from ._logs import agent_entry_1_7 as _by_release
from ._logs_of_agent import delete_entry, entries_with_turns
from ._state import milliseconds

_HOUR = 3_600_000
_USUAL_SIZE = 100
_LARGEST_SIZE = 1000
_USUAL_COUNT = 10


def get_logs(
    world: World,
    since: int | None,
    level: str | None,
    agent_name: str | None,
    agent_id: str | None,
    limit: int,
) -> Any:
    """What the server logged, oldest first."""
    asked = {"since": since, "level": level, "agentName": agent_name, "agentId": agent_id}
    return _told(world, {**asked, "limit": limit})


def post_logs(
    world: World,
    since: int | None,
    level: str | None,
    agent_name: str | None,
    agent_id: str | None,
    limit: int,
    body: Record | None,
) -> Any:
    """What the server logged; the reference puts the question into the body, which release 1.7.2
    does not read."""
    asked = {"since": since, "level": level, "agentName": agent_name, "agentId": agent_id}
    if world.persona != "1.7" and body is not None:
        told = {name: value for name, value in body.items() if value is not None}
        return _told(world, {**asked, "limit": limit, **told})
    return _told(world, {**asked, "limit": limit})


def _told(world: World, asked: Record) -> Any:
    return _told_1_7(world, asked) if world.persona == "1.7" else _told_by_reference(world, asked)


def _told_by_reference(world: World, asked: Record) -> Any:
    """Entries of at least that level, of that agent."""
    level = (asked["level"] or "info").lower()
    everything = entries(world)
    least = 0 if level == "all" else _number_of(level)
    found = [
        {name: value for name, value in entry.items() if name != "key"}
        for entry in everything
        if entry["level"] >= least
        and entry["time"] >= (asked["since"] or 0)
        and asked["agentName"] in (None, "", entry.get("agentName"))
        and asked["agentId"] in (None, entry.get("agentId"))
    ]
    found = _last(found, asked["limit"])
    return {
        "logs": found,
        "count": len(found),
        "total": len(everything),
        "level": level,
        "levels": list(LEVELS),
    }


def _told_1_7(world: World, asked: Record) -> Any:
    """Entries of exactly that level, of the last hour; they name no agent, and so none is left out
    for one's sake."""
    if asked["agentId"] and find_agent(world, asked["agentId"]) is None:
        raise Problem(404, "Agent not found", code="AGENT_NOT_FOUND")
    level = (asked["level"] or "all").lower()
    since = asked["since"] or milliseconds(world) - _HOUR
    everything = entries(world)
    found = [
        {name: entry[name] for name in ("time", "level", "msg")}
        for entry in everything
        if entry["time"] >= since and (level == "all" or entry["level"] == _number_of(level))
    ]
    found = _last(found, asked["limit"])
    return {
        "logs": found,
        "count": len(found),
        "total": len(everything),
        "requestedLevel": level,
        "agentName": asked["agentName"] or "all",
        "agentId": asked["agentId"] or "all",
        "levels": list(LEVELS),
    }


def _number_of(level: str) -> int:
    """What no level is called counts as `info`."""
    return LEVELS.get(level, LEVELS["info"])


def _last(found: list[Any], limit: int) -> list[Any]:
    """The last so many; a negative number leaves so many out, as in JavaScript."""
    return found[-min(limit or _USUAL_SIZE, _LARGEST_SIZE) :]


def clear_logs(world: World) -> Any:
    """Forget what the server logged; the logs of agents stay."""
    clear(world)
    return {"status": "success", "message": "Logs cleared successfully"}


def get_agent_logs(
    world: World,
    agent_id: str,
    since: int | None,
    until: int | None,
    level: str,
    limit: int,
    room_id: str | None,
    type_: str | None,
    count: int | None,
    offset: int | None,
    exclude_types: list[str] | None,
) -> Any:
    """What is logged for a running agent, newest first. The reference asks by time and level,
    release 1.7.2 by room and type."""
    agent = known_running_agent(world, agent_id)
    found = [
        entry
        for entry in entries_with_turns(world, agent["id"])
        if room_id in (None, entry["roomId"]) and type_ in (None, "", MODEL_USED + entry["model"])
    ]
    found = found[max(offset or 0, 0) :]
    excluded = exclude_types or []
    if world.persona == "1.7":
        kept = _not_excluded(_first(found, count), excluded)
        return {"success": True, "data": [_by_release(agent, entry) for entry in kept]}
    meant = [entry for entry in found if _is_meant(entry, since, until, level)]
    size = max(min(limit if count is None else count, _LARGEST_SIZE), 0)
    logs = [_by_reference(agent, entry) for entry in _not_excluded(meant, excluded)[:size]]
    return {"success": True, "data": {"logs": logs, "count": len(logs)}}


def _first(found: list[Record], count: int | None) -> list[Record]:
    """So many of them; a negative number stands for all."""
    if count is None:
        return found[:_USUAL_COUNT]
    return found if count < 0 else found[:count]


def _is_meant(entry: Record, since: int | None, until: int | None, level: str) -> bool:
    """Whether the entry is of the period, and of the level or above it."""
    moment: int = entry["time"]
    in_time = (since is None or moment >= since) and (until is None or moment <= until)
    return in_time and int(entry["level"]) >= LEVELS[level]


def _not_excluded(found: list[Record], types: list[str]) -> list[Record]:
    return [entry for entry in found if not _is_excluded(entry, types)]


def _is_excluded(entry: Record, types: list[str]) -> bool:
    model = str(entry["model"])
    return MODEL_USED + model in types or any(name.upper() in model for name in types if name)


def delete_agent_log(world: World, agent_id: str, log_id: str) -> Any:
    """Delete an entry of a running agent's log; release 1.7.2 does not ask whether there is one."""
    agent = known_running_agent(world, agent_id)
    if not delete_entry(world, agent["id"], log_id.lower()) and world.persona != "1.7":
        raise Problem(404, "Log not found", code="NOT_FOUND")
    return None, 204
