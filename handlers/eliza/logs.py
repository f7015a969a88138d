"""Logs: what the server logged, and what is logged for each agent."""

from __future__ import annotations

from typing import Any

from understudy import Problem, Record, World

from .model.agents.agent import find_agent, known_running_agent
from .model.clock import milliseconds
from .model.logs.agent_log import MODEL_USED
from .model.logs.levels import LEVELS
from .model.logs.server_log import clear, entries
from .model.persona import is_release
from .model.turns import delete_entry, entries_with_turns
from .presenters import presenter

_HOUR = 3_600_000
_DEFAULT_LIMIT = 100
_LARGEST_LIMIT = 1000
_DEFAULT_COUNT = 10


def get_logs(
    world: World,
    since: int | None,
    level: str | None,
    agent_name: str | None,
    agent_id: str | None,
    limit: int,
) -> Any:
    """List what the server logged, oldest first."""
    query = {"since": since, "level": level, "agentName": agent_name, "agentId": agent_id}
    return _select(world, {**query, "limit": limit})


def post_logs(
    world: World,
    since: int | None,
    level: str | None,
    agent_name: str | None,
    agent_id: str | None,
    limit: int,
    body: Record | None,
) -> Any:
    """List what the server logged.

    The reference has the query in the body, which release 1.7.2 does not read.
    """
    query = {"since": since, "level": level, "agentName": agent_name, "agentId": agent_id}
    if body is None or is_release(world):
        return _select(world, {**query, "limit": limit})
    given = {name: value for name, value in body.items() if value is not None}
    return _select(world, {**query, "limit": limit, **given})


def _select(world: World, query: Record) -> Any:
    return _select_of_release(world, query) if is_release(world) else _select_above(world, query)


def _select_above(world: World, query: Record) -> Any:
    """Return the entries of an agent that have at least a level, as the reference has it."""
    level = (query["level"] or "info").lower()
    logged = entries(world)
    least = 0 if level == "all" else _number_of(level)
    selected = [
        {name: value for name, value in entry.items() if name != "key"}
        for entry in logged
        if entry["level"] >= least
        and entry["time"] >= (query["since"] or 0)
        and query["agentName"] in (None, "", entry.get("agentName"))
        and query["agentId"] in (None, entry.get("agentId"))
    ]
    selected = _last(selected, query["limit"])
    return {
        "logs": selected,
        "count": len(selected),
        "total": len(logged),
        "level": level,
        "levels": list(LEVELS),
    }


def _select_of_release(world: World, query: Record) -> Any:
    """Return the entries that have exactly a level, by default those of the last hour.

    Entries name no agent there, so the agent of the query excludes none.
    """
    if query["agentId"] and find_agent(world, query["agentId"]) is None:
        raise Problem(404, "Agent not found", code="AGENT_NOT_FOUND")
    level = (query["level"] or "all").lower()
    since = query["since"] or milliseconds(world) - _HOUR
    logged = entries(world)
    selected = [
        {name: entry[name] for name in ("time", "level", "msg")}
        for entry in logged
        if entry["time"] >= since and (level == "all" or entry["level"] == _number_of(level))
    ]
    selected = _last(selected, query["limit"])
    return {
        "logs": selected,
        "count": len(selected),
        "total": len(logged),
        "requestedLevel": level,
        "agentName": query["agentName"] or "all",
        "agentId": query["agentId"] or "all",
        "levels": list(LEVELS),
    }


def _number_of(level: str) -> int:
    """Return the number of a level; that of `info` for an unknown name."""
    return LEVELS.get(level, LEVELS["info"])


def _last(selected: list[Any], limit: int) -> list[Any]:
    """Return the last `limit` items; a negative limit skips the first ones, as in JavaScript."""
    return selected[-min(limit or _DEFAULT_LIMIT, _LARGEST_LIMIT) :]


def clear_logs(world: World) -> Any:
    """Clear the server's log; the logs of agents stay."""
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
    """List the log of a running agent, newest first.

    The reference selects by time and level, release 1.7.2 by room and type.
    """
    agent = known_running_agent(world, agent_id)
    selected = [
        entry
        for entry in entries_with_turns(world, agent["id"])
        if room_id in (None, entry["roomId"]) and type_ in (None, "", MODEL_USED + entry["model"])
    ]
    selected = selected[max(offset or 0, 0) :]
    excluded = exclude_types or []
    if is_release(world):
        kept = _without_types(_first(selected, count), excluded)
        return {"success": True, "data": [_shown(world, agent, entry) for entry in kept]}
    matching = [entry for entry in selected if _matches(entry, since, until, level)]
    size = max(min(limit if count is None else count, _LARGEST_LIMIT), 0)
    logs = [_shown(world, agent, entry) for entry in _without_types(matching, excluded)[:size]]
    return {"success": True, "data": {"logs": logs, "count": len(logs)}}


def _shown(world: World, agent: Record, entry: Record) -> dict[str, Any]:
    return presenter(world).agent_log_entry(agent, entry)


def _first(selected: list[Record], count: int | None) -> list[Record]:
    """Return the first `count` entries; all if it is negative."""
    if count is None:
        return selected[:_DEFAULT_COUNT]
    return selected if count < 0 else selected[:count]


def _matches(entry: Record, since: int | None, until: int | None, level: str) -> bool:
    """Return whether the entry is of the period, and of the level or above it."""
    moment: int = entry["time"]
    in_time = (since is None or moment >= since) and (until is None or moment <= until)
    return in_time and int(entry["level"]) >= LEVELS[level]


def _without_types(selected: list[Record], types: list[str]) -> list[Record]:
    return [entry for entry in selected if not _has_type(entry, types)]


def _has_type(entry: Record, types: list[str]) -> bool:
    model = str(entry["model"])
    return MODEL_USED + model in types or any(name.upper() in model for name in types if name)


def delete_agent_log(world: World, agent_id: str, log_id: str) -> Any:
    """Delete an entry of a running agent's log; release 1.7.2 does not check that it exists."""
    agent = known_running_agent(world, agent_id)
    if not delete_entry(world, agent["id"], log_id.lower()) and not is_release(world):
        raise Problem(404, "Log not found", code="NOT_FOUND")
    return None, 204
