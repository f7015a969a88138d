"""What the released server says of requests about message servers and channels that it refuses.

Its texts do not tell which part of a request was wrong; the violations, which are kept, do.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from understudy import Problem, World

Refusal = Callable[[World, Any, Problem], Problem]

_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_NO_SERVER = "Invalid message_server_id format"
_NO_CHANNEL = (
    "Invalid payload. Required: name, message_server_id (UUID), participantCentralUserIds "
    "(array of UUIDs). Optional: type, metadata."
)


def _saying(message: str, path_message: str | None = None) -> Refusal:
    """Refuses with one text, or with another where the path is wrong."""

    def refuse(world: World, given: Any, problem: Problem) -> Problem:
        in_path = any(violation.where == "path" for violation in problem.violations)
        return _problem(path_message or message if in_path else message, problem, in_path=in_path)

    return refuse


def _channel(world: World, given: Any, problem: Problem) -> Problem:
    """The server looks at the message server first."""
    body = given.get("body")
    named = body if isinstance(body, dict) else {}
    ids = (named.get("message_server_id") or named.get("server_id"), named.get("serverId"))
    known = any(isinstance(some, str) and _UUID.fullmatch(some) for some in ids)
    return _problem(_NO_CHANNEL if known else _NO_SERVER, problem, in_path=False)


def _problem(message: str, problem: Problem, *, in_path: bool) -> Problem:
    code = "INVALID_ID" if in_path else "VALIDATION_ERROR"
    return Problem(400, message, code=code, violations=problem.violations)


_CHANNEL_ID = _saying("Invalid channelId")
_CHANNEL_ID_FORMAT = _saying("Invalid channelId format")
_CHANNEL_OR_AGENT = _saying("Invalid channelId or agentId format")
_SERVER_ID = _saying("Invalid messageServerId")
_SERVER_ID_FORMAT = _saying("Invalid messageServerId format")
_SERVER_OR_AGENT = _saying("Invalid messageServerId or agentId format")
_SERVER = _saying("Missing required fields: name, sourceType")
_CHANGES = _saying("Failed to update channel", "Invalid channelId")
_TITLE = _saying("Valid agent ID is required", "Invalid channel ID format")

REFUSALS: dict[str, Refusal] = {
    "createServer": _SERVER,
    "createMessageServer": _SERVER,
    "getServerAgents": _SERVER_ID_FORMAT,
    "getMessageServerAgents": _SERVER_ID_FORMAT,
    "addAgentToServer": _SERVER_OR_AGENT,
    "addAgentToMessageServer": _SERVER_OR_AGENT,
    "removeAgentFromServer": _SERVER_OR_AGENT,
    "removeAgentFromMessageServer": _SERVER_OR_AGENT,
    "getAgentMessageServers": _saying("Invalid agentId format"),
    "getServerChannels": _SERVER_ID,
    "getCentralServerChannels": _SERVER_ID,
    "getMessageServerChannels": _SERVER_ID,
    "createChannel": _channel,
    "createCentralChannel": _channel,
    "getDmChannel": _saying("Missing targetUserId or currentUserId"),
    "getChannelInfo": _CHANNEL_ID,
    "getChannelDetails": _CHANNEL_ID,
    "getMessageChannelDetails": _CHANNEL_ID,
    "updateChannel": _CHANGES,
    "updateMessageChannel": _CHANGES,
    "deleteChannel": _CHANNEL_ID,
    "deleteMessageChannel": _CHANNEL_ID,
    "getChannelParticipants": _CHANNEL_ID,
    "getMessageChannelParticipants": _CHANNEL_ID,
    "getChannelAgents": _CHANNEL_ID_FORMAT,
    "getCentralChannelAgents": _CHANNEL_ID_FORMAT,
    "addAgentToChannel": _CHANNEL_OR_AGENT,
    "addAgentToMessageChannel": _CHANNEL_OR_AGENT,
    "removeAgentFromChannel": _CHANNEL_OR_AGENT,
    "removeAgentFromCentralChannel": _CHANNEL_OR_AGENT,
    "generateChannelTitle": _TITLE,
    "generateCentralChannelTitle": _TITLE,
}
