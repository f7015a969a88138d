"""How the stand-in answers as ElizaOS, in two personas.

`docs` speaks as the published reference does, `1.7` as @elizaos/server 1.7.2, its oddities
included.
"""

from __future__ import annotations

from typing import Any

from understudy import HookContext, Problem, World

from ._agents import ELIZA, add_agent
from ._errors import of_reference, of_release
from ._realtime import on_connect as on_connect
from ._realtime import on_disconnect as on_disconnect
from ._realtime import on_event as on_event
from ._refusals import told
from ._servers import add_default_server
from ._state import SERVER, SERVER_KEY

PERSONAS = ("docs", "1.7")


def error_response(problem: Problem, call: HookContext) -> tuple[int, Any]:
    """Status and body of an error, in the shape of the persona and the family of routes."""
    if call.persona == "1.7":
        return of_release(problem, call)
    return of_reference(problem, call)


def translate_violations(
    world: World, call: HookContext, given: dict[str, Any], problem: Problem
) -> Problem:
    """The problem to tell of a request that breaks the contract, in the server's own words."""
    return told(world, call.operation, given, problem)


def seed(world: World) -> None:
    """One running agent, and the moment at which the server started."""
    now = world.clock.now()
    world.store.put(SERVER, SERVER_KEY, {"started": now})
    add_default_server(world)
    add_agent(world, ELIZA, now // 1000)
