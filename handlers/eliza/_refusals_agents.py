"""What is wrong with a request about agents, logs or the server, in the server's own words."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from understudy import Problem, World

from ._agents import known_running_agent
from ._characters import faults
from ._javascript import truthy

Refuse = Callable[[World, dict[str, Any], Problem], Problem]

_AGENT = "Invalid agent ID format"
_AGENT_OR_LOG = "Invalid agent or log ID format"
_AGENT_OR_RUN = "Invalid agent or run ID format"
_AGENT_OR_WORLD = "Invalid agent ID or world ID format"


def _breaks(problem: Problem, where: str, at: str = "") -> bool:
    """Whether a part of the request breaks the contract."""
    return any(v.where == where and v.at.startswith(at) for v in problem.violations)


def _of_agent(world: World, given: dict[str, Any], problem: Problem) -> Problem:
    """No UUID identifies the agent; `worlds` is the path of the worlds, which can only be read."""
    if given["agentId"] == "worlds":
        message = "Method not allowed"
        return Problem(405, message, code="METHOD_NOT_ALLOWED", headers=(("Allow", "GET"),))
    return Problem(400, _AGENT, code="INVALID_ID")


def _of_path(message: str, world: World, given: dict[str, Any], problem: Problem) -> Problem:
    """An identifier in the path is no UUID; whatever else is wrong is told as it is."""
    if _breaks(problem, "path"):
        return Problem(400, message, code="INVALID_ID")
    return problem


def _of_room(message: str, world: World, given: dict[str, Any], problem: Problem) -> Problem:
    """An identifier in the path is no UUID, no such agent runs, or the room's is no UUID."""
    if _breaks(problem, "path"):
        return Problem(400, message, code="INVALID_ID")
    if message == _AGENT:
        known_running_agent(world, given["agentId"])
    if _breaks(problem, "query", "/roomId"):
        return Problem(400, "Invalid room ID format", code="INVALID_ID")
    known_running_agent(world, given["agentId"])
    return problem


def _of_create(world: World, given: dict[str, Any], problem: Problem) -> Problem:
    body = given.get("body")
    asked = body if isinstance(body, dict) else {}
    character = asked.get("characterJson")
    if not truthy(character) and truthy(asked.get("characterPath")):
        message = "characterPath.startsWith is not a function"
    elif truthy(character) or truthy(asked.get("agent")):
        wrong = faults(character if truthy(character) else asked["agent"])
        message = f"Character validation failed: {wrong}" if wrong else problem.message
    else:
        message = "No character configuration provided"
    return Problem(400, message, code="CREATE_ERROR", details=message)


def _of_update(world: World, given: dict[str, Any], problem: Problem) -> Problem:
    if _breaks(problem, "path"):
        return _of_agent(world, given, problem)
    details = problem.message
    if _breaks(problem, "body", "/plugins"):
        details = "plugins must be an array"
    return Problem(400, "Error updating agent", code="UPDATE_ERROR", details=details)


def _of_create_world(world: World, given: dict[str, Any], problem: Problem) -> Problem:
    if _breaks(problem, "path"):
        return Problem(400, _AGENT, code="INVALID_ID")
    known_running_agent(world, given["agentId"])
    body = given.get("body")
    if isinstance(body, dict) and body.get("name"):
        return problem
    return Problem(400, "World name is required", code="BAD_REQUEST")


def _of_environment(world: World, given: dict[str, Any], problem: Problem) -> Problem:
    message = 'Missing or invalid "content" in request body'
    return Problem(400, message, code="INVALID_INPUT")


def _of_logs(world: World, given: dict[str, Any], problem: Problem) -> Problem:
    if _breaks(problem, "query", "/agentId"):
        return Problem(400, _AGENT, code="INVALID_AGENT_ID")
    return problem


REFUSALS: dict[str, Refuse] = {
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
