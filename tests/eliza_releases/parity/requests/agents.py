"""Agents, their panels, runs, logs and worlds."""

from __future__ import annotations

from tests.eliza_releases.parity.comparison import Comparison
from tests.eliza_releases.parity.requests.common import ANY_AGENT, SESSIONS

_AGENTS = "/api/agents"
_ADA = _AGENTS + "/{ada}"


def agents(compare: Comparison) -> None:
    """Read agents; create, change, start, stop and delete one."""
    compare("GET", _AGENTS)
    for agent in ANY_AGENT:
        _read(compare, f"{_AGENTS}/{agent}")
    compare("GET", f"{_AGENTS}/worlds")
    _create(compare)
    _change(compare)
    _start_and_stop(compare)
    for agent in ANY_AGENT:
        _worlds(compare, f"{_AGENTS}/{agent}/worlds")
    for agent in ("{ada}", "{ada}", "{absent}", "nope"):
        compare("DELETE", f"{_AGENTS}/{agent}")
    compare("GET", _AGENTS)


def _read(compare: Comparison, path: str) -> None:
    """Read an agent. That response of a release holds the environment of its process, and logs
    hold texts of its own: only the status counts."""
    compare("GET", path, status_only=True)
    compare("GET", f"{path}/panels")
    compare("GET", f"{path}/runs", shape_only=True)
    compare("GET", f"{path}/runs/nope")
    compare("GET", f"{path}/logs", status_only=True)


def _create(compare: Comparison) -> None:
    invalid = [{}, {"characterJson": {}}, {"characterJson": {"bio": ["x"]}}, {"characterPath": ""}]
    compare.each("POST", _AGENTS, invalid)
    ada = {"characterJson": {"name": "Ada", "bio": ["The first to write a program"]}}
    compare("POST", _AGENTS, ada, save={"ada": "/data/id"}, shape_only=True)
    compare.table(
        ("GET", _AGENTS),
        ("POST", SESSIONS, {"agentId": "{ada}", "userId": "{user}"}),
        ("GET", f"{_ADA}/panels"),
        ("GET", "/api/memory/{ada}/rooms"),
    )


def _change(compare: Comparison) -> None:
    compare("PATCH", _ADA, {"name": "Ada L."}, status_only=True)
    compare("PATCH", f"{_AGENTS}/nope", {"name": "Ada L."})
    compare("PATCH", _AGENTS + "/{absent}", {"name": "Ada L."})


def _start_and_stop(compare: Comparison) -> None:
    for action in ("start", "start", "stop", "stop"):
        compare("POST", f"{_ADA}/{action}")
        compare("GET", _AGENTS)
    for action in ("start", "stop"):
        compare("POST", f"{_AGENTS}/nope/{action}")
        compare("POST", f"{_AGENTS}/{{absent}}/{action}")


def _worlds(compare: Comparison, path: str) -> None:
    compare("POST", path, {"name": "Home"}, save={"world": "/data/world/id"})
    compare("PATCH", path + "/{world}", {"name": "Garden"})
    compare("PATCH", path + "/{absent}", {"name": "Garden"})
