"""Errors of operations on message servers and channels.

The messages of the released server do not say which part of a request is wrong; the violations,
which are kept, do.
"""

from __future__ import annotations

from understudy import Problem, World

from ..model.validation import is_uuid, violates
from .violations import Arguments, Refusal, body_of, refused

_NO_SERVER = "Invalid message_server_id format"
_NO_CHANNEL = (
    "Invalid payload. Required: name, message_server_id (UUID), participantCentralUserIds "
    "(array of UUIDs). Optional: type, metadata."
)


def _refuse_with(message: str, path_message: str | None = None) -> Refusal:
    """Return a refusal with one message, or with another if the path is wrong."""

    def refusal(world: World, arguments: Arguments, problem: Problem) -> Problem:
        in_path = violates(problem, "path")
        return refused(problem, path_message if path_message and in_path else message)

    return refusal


def _of_create(world: World, arguments: Arguments, problem: Problem) -> Problem:
    """The server checks the id of the message server first."""
    body = body_of(arguments)
    ids = (body.get("message_server_id") or body.get("server_id"), body.get("serverId"))
    return refused(problem, _NO_CHANNEL if any(map(is_uuid, ids)) else _NO_SERVER)


_CHANNEL_ID = _refuse_with("Invalid channelId")
_CHANNEL_ID_FORMAT = _refuse_with("Invalid channelId format")
_CHANNEL_OR_AGENT = _refuse_with("Invalid channelId or agentId format")
_SERVER_ID = _refuse_with("Invalid messageServerId")
_SERVER_ID_FORMAT = _refuse_with("Invalid messageServerId format")
_SERVER_OR_AGENT = _refuse_with("Invalid messageServerId or agentId format")
_SERVER = _refuse_with("Missing required fields: name, sourceType")
_CHANGES = _refuse_with("Failed to update channel", "Invalid channelId")
_TITLE = _refuse_with("Valid agent ID is required", "Invalid channel ID format")

REFUSALS: dict[str, Refusal] = {
    "createServer": _SERVER,
    "createMessageServer": _SERVER,
    "getServerAgents": _SERVER_ID_FORMAT,
    "getMessageServerAgents": _SERVER_ID_FORMAT,
    "addAgentToServer": _SERVER_OR_AGENT,
    "addAgentToMessageServer": _SERVER_OR_AGENT,
    "removeAgentFromServer": _SERVER_OR_AGENT,
    "removeAgentFromMessageServer": _SERVER_OR_AGENT,
    "getAgentMessageServers": _refuse_with("Invalid agentId format"),
    "getServerChannels": _SERVER_ID,
    "getCentralServerChannels": _SERVER_ID,
    "getMessageServerChannels": _SERVER_ID,
    "createChannel": _of_create,
    "createCentralChannel": _of_create,
    "getDmChannel": _refuse_with("Missing targetUserId or currentUserId"),
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
