"""Errors of operations on agents, logs and the server itself."""

from __future__ import annotations

from functools import partial

from understudy import Problem, World

from ..model.agents.agent import known_running_agent
from ..model.agents.schema import schema_errors
from ..model.javascript import truthy
from ..model.persona import is_release
from ..model.validation import violates
from .violations import Arguments, Refusal, body_of

_AGENT = "Invalid agent ID format"
_AGENT_OR_LOG = "Invalid agent or log ID format"
_AGENT_OR_RUN = "Invalid agent or run ID format"
_AGENT_OR_WORLD = "Invalid agent ID or world ID format"


def _of_agent(world: World, arguments: Arguments, problem: Problem) -> Problem:
    """The agent's id is not a UUID; `worlds` is the path of the worlds, which can only be read, but
    in 1.7.2 is no path of its own."""
    if arguments["agentId"] == "worlds" and not is_release(world):
        message = "Method not allowed"
        return Problem(405, message, code="METHOD_NOT_ALLOWED", headers=(("Allow", "GET"),))
    return Problem(400, _AGENT, code="INVALID_ID")


def _of_path(message: str, world: World, arguments: Arguments, problem: Problem) -> Problem:
    """An id in the path is not a UUID; all other problems stay unchanged."""
    if violates(problem, "path"):
        return Problem(400, message, code="INVALID_ID")
    return problem


def _of_room(message: str, world: World, arguments: Arguments, problem: Problem) -> Problem:
    """An id in the path is not a UUID, no such agent runs, or the room's id is not a UUID."""
    if violates(problem, "path"):
        return Problem(400, message, code="INVALID_ID")
    if message == _AGENT:
        known_running_agent(world, arguments["agentId"])
    if violates(problem, "query", "/roomId"):
        return Problem(400, "Invalid room ID format", code="INVALID_ID")
    known_running_agent(world, arguments["agentId"])
    return problem


def _of_create(world: World, arguments: Arguments, problem: Problem) -> Problem:
    body = body_of(arguments)
    character = body.get("characterJson")
    if not truthy(character) and truthy(body.get("characterPath")):
        message = "characterPath.startsWith is not a function"
    elif truthy(character) or truthy(body.get("agent")):
        errors = schema_errors(character if truthy(character) else body["agent"])
        message = f"Character validation failed: {errors}" if errors else problem.message
    else:
        message = "No character configuration provided"
    return Problem(400, message, code="CREATE_ERROR", details=message)


def _of_update(world: World, arguments: Arguments, problem: Problem) -> Problem:
    if violates(problem, "path"):
        return _of_agent(world, arguments, problem)
    details = problem.message
    if violates(problem, "body", "/plugins"):
        details = "plugins must be an array"
    return Problem(400, "Error updating agent", code="UPDATE_ERROR", details=details)


def _of_create_world(world: World, arguments: Arguments, problem: Problem) -> Problem:
    if violates(problem, "path"):
        return Problem(400, _AGENT, code="INVALID_ID")
    known_running_agent(world, arguments["agentId"])
    if body_of(arguments).get("name"):
        return problem
    return Problem(400, "World name is required", code="BAD_REQUEST")


def _of_environment(world: World, arguments: Arguments, problem: Problem) -> Problem:
    message = 'Missing or invalid "content" in request body'
    return Problem(400, message, code="INVALID_INPUT")


def _of_logs(world: World, arguments: Arguments, problem: Problem) -> Problem:
    if violates(problem, "query", "/agentId"):
        return Problem(400, _AGENT, code="INVALID_AGENT_ID")
    return problem


REFUSALS: dict[str, Refusal] = {
    **dict.fromkeys(
        ("getAgent", "deleteAgent", "startAgent", "stopAgent", "getAgentPanels"), _of_agent
    ),
    **dict.fromkeys(("getLogs", "postLogs"), _of_logs),
    **dict.fromkeys(("updateLocalEnv", "updateLocalEnvironment"), _of_environment),
    "createAgent": _of_create,
    "updateAgent": _of_update,
    "deleteAgentLog": partial(_of_path, _AGENT_OR_LOG),
    "getAgentLogs": partial(_of_room, _AGENT),
    "listRuns": partial(_of_room, _AGENT),
    "getRun": partial(_of_room, _AGENT_OR_RUN),
    "createAgentWorld": _of_create_world,
    "updateAgentWorld": partial(_of_path, _AGENT_OR_WORLD),
}
