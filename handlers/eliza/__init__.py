"""ElizaOS in two personas: the hooks of the API; its operations are in the modules beside.

`docs` responds as the published reference says, `1.7` as @elizaos/server 1.7.2, its oddities
included. What operations share is in `model`; `presenters` shape records for responses, `errors`
shape problems, `transports` deliver agents' replies, and `realtime` holds the events of Socket.IO.
"""

from __future__ import annotations

from typing import Any

from understudy import HookContext, Problem, World

from .errors.responses import reference_error, release_error
from .errors.translation import translate
from .model import COLLECTIONS as COLLECTIONS
from .model.agents.agent import ELIZA, add_agent
from .model.clock import record_start
from .model.messaging.replies import replies
from .model.persona import PERSONAS as PERSONAS
from .model.persona import is_release
from .model.servers import add_default_server
from .realtime.hooks import on_connect as on_connect
from .realtime.hooks import on_disconnect as on_disconnect
from .realtime.hooks import on_event as on_event

#: What tests may do to this API through the control API.
ACTIONS = {"replies": replies}


def error_response(problem: Problem, context: HookContext) -> tuple[int, Any]:
    """Return status and body of an error, in the shape of the persona and the operation's tag."""
    return (release_error if is_release(context) else reference_error)(problem, context)


def translate_violations(
    world: World, context: HookContext, arguments: dict[str, Any], problem: Problem
) -> Problem:
    """Return the error of the server for a request that violates the contract."""
    return translate(world, context, arguments, problem)


def seed(world: World) -> None:
    """Start with one running agent on the default message server."""
    now = world.clock.now()
    record_start(world, now)
    add_default_server(world)
    add_agent(world, ELIZA, now // 1000)
