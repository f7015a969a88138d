"""What the released server says of requests about memory, rooms, audio and media that it refuses.

It looks at the ids first, then for the agent, and only then at what else was sent; media and audio
come before the agent.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from understudy import Problem, World

from ._agents import known_running_agent

Refusal = Callable[[World, dict[str, Any], Problem], Problem]

_AGENT, _AGENT_FORMAT = "Invalid agent ID", "Invalid agent ID format"
_CHANNEL = "Invalid agent ID or channel ID format"
_MEMORY = "Invalid agent ID or memory ID format"
_ROOM = "Invalid agent ID or room ID format"
_WORLD = "Invalid messageServerId (worldId) format"
_UPLOAD_CHANNEL = "Invalid channelId format"


def _in(problem: Problem, where: str, at: str = "") -> bool:
    return any(v.where == where and v.at.startswith(at) for v in problem.violations)


def _refused(problem: Problem, code: str, message: str) -> Problem:
    return Problem(400, message, code=code, violations=problem.violations)


def _of_agent(path_text: str, code: str = "", text: str = "") -> Refusal:
    """One text for the path; where the rest is wrong, another after the search for the agent."""

    def refuse(world: World, given: dict[str, Any], problem: Problem) -> Problem:
        if _in(problem, "path"):
            return _refused(problem, "INVALID_ID", path_text)
        known_running_agent(world, given["agentId"])
        for name, thing in (("channelId", "channel"), ("roomId", "room")):
            if _in(problem, "query", f"/{name}"):
                return _refused(problem, "INVALID_ID", f"Invalid {thing} ID format")
        return _refused(problem, code, text) if code else problem

    return refuse


def _first(code: str, text: str, path_text: str = _AGENT_FORMAT) -> Refusal:
    """One text for the path, another for the rest, whether or not there is such an agent."""

    def refuse(world: World, given: dict[str, Any], problem: Problem) -> Problem:
        if _in(problem, "path"):
            return _refused(problem, "INVALID_ID", path_text)
        return _refused(problem, code, text)

    return refuse


def _of_room(world: World, given: dict[str, Any], problem: Problem) -> Problem:
    """Which of the two ids is wrong is told."""
    agent = _in(problem, "path", "/agentId")
    return _refused(problem, "INVALID_ID", _AGENT if agent else "Invalid room ID")


def _of_group(world: World, given: dict[str, Any], problem: Problem) -> Problem:
    body = given.get("body")
    agents = body.get("agentIds") if isinstance(body, dict) else None
    if not isinstance(agents, list) or not agents:
        return _refused(problem, "BAD_REQUEST", "agentIds must be a non-empty array")
    return problem


def _new_room(world: World, given: dict[str, Any], problem: Problem) -> Problem:
    body = given.get("body")
    if _in(problem, "path") or (isinstance(body, dict) and body.get("name")):
        return _of_agent(_AGENT_FORMAT)(world, given, problem)
    return _of_agent("", "MISSING_PARAM", "Room name is required")(world, given, problem)


_NO_AUDIO = _first("INVALID_REQUEST", "No audio file provided")
_NO_MEDIA = _first("INVALID_REQUEST", "No media file provided")
_NO_CHANNEL_MEDIA = _first("INVALID_REQUEST", "No media file provided", _UPLOAD_CHANNEL)
_NO_TEXT = _first("INVALID_REQUEST", "Text is required for speech synthesis")

REFUSALS: dict[str, Refusal] = {
    "getAgentRooms": _of_agent(_AGENT_FORMAT),
    "createRoom": _new_room,
    "getRoom": _of_agent(_ROOM),
    "updateRoom": _of_agent(_ROOM),
    "deleteRoom": _of_agent(_ROOM),
    "getAgentMemories": _of_agent(_AGENT),
    "getMemoriesOfAgent": _of_agent(_AGENT),
    "getRoomMemories": _of_agent(_CHANNEL),
    "getMemoryRoomMemories": _of_agent(_CHANNEL),
    "updateAgentMemory": _of_agent(_MEMORY),
    "updateMemoryOfAgent": _of_agent(_MEMORY),
    "deleteMemory": _of_agent(_MEMORY),
    "deleteMemoryOfAgent": _of_agent(_MEMORY),
    "deleteAllAgentMemories": _of_agent(_AGENT),
    "clearMemoriesOfAgent": _of_agent(_AGENT),
    "deleteRoomMemories": _of_room,
    "clearRoomMemoriesOfAgent": _of_room,
    "createMemoryRoom": _new_room,
    "listAgentRooms": _of_agent(_AGENT_FORMAT),
    "getMemoryRoom": _of_agent(_ROOM),
    "createWorldFromMessageServer": _of_group,
    "deleteWorld": _of_agent(_WORLD),
    "clearWorldMemories": _of_agent(_WORLD),
    "transcribeAudio": _NO_AUDIO,
    "processAudioMessage": _NO_AUDIO,
    "sendAudioMessage": _NO_AUDIO,
    "synthesizeSpeech": _NO_TEXT,
    "generateSpeech": _NO_TEXT,
    "conversationToSpeech": _first("INVALID_REQUEST", "Text is required for conversation"),
    "uploadAgentMedia": _NO_MEDIA,
    "uploadMediaOfAgent": _NO_MEDIA,
    "uploadChannelMedia": _NO_CHANNEL_MEDIA,
    "uploadMediaOfChannel": _NO_CHANNEL_MEDIA,
    "readAgentUpload": _of_agent(_AGENT_FORMAT),
    "readChannelUpload": _of_agent("Invalid channel ID format"),
}
