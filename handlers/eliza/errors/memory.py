"""Errors of operations on memory, rooms, audio and media.

The released server checks the ids first, then that the agent runs, then the rest; for media and
audio it checks the rest before the agent.
"""

from __future__ import annotations

from understudy import Problem, World

from ..model.agents.agent import known_running_agent
from ..model.media.speech import AUDIO_TYPES
from ..model.media.uploads import MEDIA_TYPES, wrong_file_type
from ..model.persona import is_release
from ..model.validation import violates
from .violations import Arguments, Refusal, body_of, refused

_AGENT, _AGENT_FORMAT = "Invalid agent ID", "Invalid agent ID format"
_CHANNEL = "Invalid agent ID or channel ID format"
_MEMORY = "Invalid agent ID or memory ID format"
_ROOM = "Invalid agent ID or room ID format"
_WORLD = "Invalid messageServerId (worldId) format"
_UPLOAD_CHANNEL = "Invalid channelId format"


def _with_agent(path_message: str, code: str = "", message: str = "") -> Refusal:
    """Return a refusal with one message for the path and, if the agent runs, one for the rest."""

    def refusal(world: World, arguments: Arguments, problem: Problem) -> Problem:
        if violates(problem, "path"):
            return refused(problem, path_message, "INVALID_ID")
        known_running_agent(world, arguments["agentId"])
        for name, kind in (("channelId", "channel"), ("roomId", "room")):
            if violates(problem, "query", f"/{name}"):
                return refused(problem, f"Invalid {kind} ID format", "INVALID_ID")
        return refused(problem, message, code) if code else problem

    return refusal


def _without_agent(code: str, message: str, path_message: str = _AGENT_FORMAT) -> Refusal:
    """Return a refusal with one message for the path and one for the rest, with any agent."""

    def refusal(world: World, arguments: Arguments, problem: Problem) -> Problem:
        if violates(problem, "path"):
            return refused(problem, path_message, "INVALID_ID")
        return refused(problem, message, code)

    return refusal


def _of_upload(
    what: str,
    allowed: tuple[str, ...],
    path_message: str = _AGENT_FORMAT,
    *,
    lists_types: bool = True,
) -> Refusal:
    """Return a refusal with one message for a missing file, and one for a file of a wrong type,
    which 1.7.2 finds before it looks at the path."""
    missing = _without_agent("INVALID_REQUEST", f"No {what} file provided", path_message)

    def refusal(world: World, arguments: Arguments, problem: Problem) -> Problem:
        of_type = any(v.at == "/file" and "Content-Type" in v.message for v in problem.violations)
        if of_type and (is_release(world) or not violates(problem, "path")):
            return wrong_file_type(world, allowed, what=what, lists_types=lists_types)
        return missing(world, arguments, problem)

    return refusal


def _of_room(world: World, arguments: Arguments, problem: Problem) -> Problem:
    """The message names the id that is wrong."""
    in_agent = violates(problem, "path", "/agentId")
    return refused(problem, _AGENT if in_agent else "Invalid room ID", "INVALID_ID")


def _of_group(world: World, arguments: Arguments, problem: Problem) -> Problem:
    agents = body_of(arguments).get("agentIds")
    if not isinstance(agents, list) or not agents:
        return refused(problem, "agentIds must be a non-empty array", "BAD_REQUEST")
    return problem


def _of_create_room(world: World, arguments: Arguments, problem: Problem) -> Problem:
    if violates(problem, "path") or body_of(arguments).get("name"):
        return _with_agent(_AGENT_FORMAT)(world, arguments, problem)
    return _with_agent("", "MISSING_PARAM", "Room name is required")(world, arguments, problem)


_NO_AUDIO = _of_upload("audio", AUDIO_TYPES)
_NO_MEDIA = _of_upload("media", MEDIA_TYPES)
_NO_CHANNEL_MEDIA = _of_upload("media", MEDIA_TYPES, _UPLOAD_CHANNEL)
_NO_TEXT = _without_agent("INVALID_REQUEST", "Text is required for speech synthesis")

REFUSALS: dict[str, Refusal] = {
    "getAgentRooms": _with_agent(_AGENT_FORMAT),
    "createRoom": _of_create_room,
    "getRoom": _with_agent(_ROOM),
    "updateRoom": _with_agent(_ROOM),
    "deleteRoom": _with_agent(_ROOM),
    "getAgentMemories": _with_agent(_AGENT),
    "getMemoriesOfAgent": _with_agent(_AGENT),
    "getRoomMemories": _with_agent(_CHANNEL),
    "getMemoryRoomMemories": _with_agent(_CHANNEL),
    "updateAgentMemory": _with_agent(_MEMORY),
    "updateMemoryOfAgent": _with_agent(_MEMORY),
    "deleteMemory": _with_agent(_MEMORY),
    "deleteMemoryOfAgent": _with_agent(_MEMORY),
    "deleteAllAgentMemories": _with_agent(_AGENT),
    "clearMemoriesOfAgent": _with_agent(_AGENT),
    "deleteRoomMemories": _of_room,
    "clearRoomMemoriesOfAgent": _of_room,
    "createMemoryRoom": _of_create_room,
    "listAgentRooms": _with_agent(_AGENT_FORMAT),
    "getMemoryRoom": _with_agent(_ROOM),
    "createWorldFromMessageServer": _of_group,
    "deleteWorld": _with_agent(_WORLD),
    "clearWorldMemories": _with_agent(_WORLD),
    "transcribeAudio": _NO_AUDIO,
    "processAudioMessage": _NO_AUDIO,
    "sendAudioMessage": _NO_AUDIO,
    "synthesizeSpeech": _NO_TEXT,
    "generateSpeech": _NO_TEXT,
    "conversationToSpeech": _without_agent("INVALID_REQUEST", "Text is required for conversation"),
    "uploadAgentMedia": _NO_MEDIA,
    "uploadMediaOfAgent": _of_upload("media", MEDIA_TYPES, lists_types=False),
    "uploadChannelMedia": _NO_CHANNEL_MEDIA,
    "uploadMediaOfChannel": _NO_CHANNEL_MEDIA,
    "readAgentUpload": _with_agent(_AGENT_FORMAT),
    "readChannelUpload": _with_agent("Invalid channel ID format"),
}
