"""The timeouts that an agent's settings ask for, in place of the server's defaults."""

from __future__ import annotations

from typing import Any

from understudy import Collection, Record, World

from ..clock import MINUTE
from ..javascript import as_text, parse_int, truthy
from ..persona import is_release
from .timeouts import DEFAULTS, LONGEST_DURATION, LONGEST_TIMEOUT, SHORTEST_TIMEOUT

#: What was read of the settings of agents, by the agent's id.
AGENT_TIMEOUTS = Collection("agent timeouts")

#: So long the reference says that the settings of an agent are remembered; 1.7.2 never forgets.
_REMEMBERED = 5 * MINUTE

_NUMBERS = {
    "timeoutMinutes": ("SESSION_TIMEOUT_MINUTES", SHORTEST_TIMEOUT, LONGEST_TIMEOUT),
    "maxDurationMinutes": ("SESSION_MAX_DURATION_MINUTES", SHORTEST_TIMEOUT, LONGEST_DURATION),
    "warningThresholdMinutes": ("SESSION_WARNING_THRESHOLD_MINUTES", 1, LONGEST_TIMEOUT),
}


def timeouts_of(world: World, agent: Record, now: int) -> Record:
    """The defaults for sessions with an agent, as its settings were when they were read."""
    known = world.store.get(AGENT_TIMEOUTS, agent["id"])
    if known is not None and (is_release(world) or 0 <= now - known["at"] < _REMEMBERED):
        config: Record = known["config"]
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
    """The reference means what it says. 1.7.2 reads "true" as a boolean, which then is not the
    text "true", and takes every false for no setting: so any setting that counts says no."""
    value = _setting(agent, "SESSION_AUTO_RENEW")
    if is_release(world):
        return not truthy(False if value == "false" else value)
    return value is None or value in (True, "true")


def _setting(agent: Record, key: str) -> Any:
    """The setting, of the agent's secrets first."""
    settings = agent.get("settings")
    nested = settings.get("secrets") if isinstance(settings, dict) else None
    found = None
    for place in (agent.get("secrets"), settings, nested):
        if isinstance(place, dict) and place.get(key) is not None:
            found = place[key]
            if truthy(found):
                break
    return found if isinstance(found, str | bool | int | float) and found != "" else None
