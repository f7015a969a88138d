"""The timeouts in an agent's settings, which replace the server's defaults."""

from __future__ import annotations

from typing import Any

from understudy import Collection, Record, World

from ..clock import MINUTE
from ..javascript import as_text, parse_int, truthy
from ..persona import is_release
from ..record_types import AgentTimeoutsRecord
from .timeouts import DEFAULTS, LONGEST_DURATION, LONGEST_TIMEOUT, SHORTEST_TIMEOUT

#: The timeouts in the settings of agents, by the agent's id, and when they were read.
AGENT_TIMEOUTS = Collection("agent timeouts", record=AgentTimeoutsRecord)

#: For how long the reference caches them, in milliseconds; 1.7.2 caches them for ever.
_REMEMBERED = 5 * MINUTE

_NUMBERS = {
    "timeoutMinutes": ("SESSION_TIMEOUT_MINUTES", SHORTEST_TIMEOUT, LONGEST_TIMEOUT),
    "maxDurationMinutes": ("SESSION_MAX_DURATION_MINUTES", SHORTEST_TIMEOUT, LONGEST_DURATION),
    "warningThresholdMinutes": ("SESSION_WARNING_THRESHOLD_MINUTES", 1, LONGEST_TIMEOUT),
}


def timeouts_of(world: World, agent: Record, now: int) -> Record:
    """Return the default timeouts of sessions with an agent, from its cached settings."""
    remembered = world.store.get(AGENT_TIMEOUTS, agent["id"])
    if remembered is not None and (is_release(world) or 0 <= now - remembered["at"] < _REMEMBERED):
        config: Record = remembered["config"]
        return config
    config = _read(world, agent)
    world.store.put(AGENT_TIMEOUTS, agent["id"], {"config": config, "at": now})
    return config


def _read(world: World, agent: Record) -> Record:
    config: dict[str, Any] = {"timeoutMinutes": 0, "autoRenew": _auto_renew(world, agent)}
    for name, (key, least, most) in _NUMBERS.items():
        value = parse_int(as_text(_setting(agent, key)))
        config[name] = DEFAULTS[name] if value is None else max(least, min(value, most))
    return config


def _auto_renew(world: World, agent: Record) -> bool:
    """Return whether sessions renew themselves.

    1.7.2 reads "true" as a boolean, which then is not the text "true", and takes every false for a
    missing setting: so any other setting says no.
    """
    value = _setting(agent, "SESSION_AUTO_RENEW")
    if is_release(world):
        return not truthy(False if value == "false" else value)
    return value is None or value in (True, "true")


def _setting(agent: Record, key: str) -> Any:
    """Return a setting, from the agent's secrets first."""
    settings = agent.get("settings")
    nested = settings.get("secrets") if isinstance(settings, dict) else None
    value = None
    for source in (agent.get("secrets"), settings, nested):
        if isinstance(source, dict) and source.get(key) is not None:
            value = source[key]
            if truthy(value):
                break
    return value if isinstance(value, str | bool | int | float) and value != "" else None
