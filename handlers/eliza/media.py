"""Media: files that clients send to agents and channels, and read again."""

from __future__ import annotations

from typing import Any

from understudy import Content, Record, Upload, World

from .model.agents.agent import known_running_agent
from .model.media.uploads import MEDIA_TYPES, checked_file, keep, kind_of, read
from .model.persona import is_release


def upload_agent_media(world: World, agent_id: str, body: Record) -> Any:
    """Store a file of an agent, as the reference has it."""
    file = _checked(world, body)
    known_running_agent(world, agent_id)
    return _reference_upload(world, file, keep(world, "agents", agent_id, file))


def upload_media_of_agent(world: World, agent_id: str, body: Record) -> Any:
    """Store a file of an agent, as 1.7.2 does: the agent need not exist."""
    file = checked_file(world, body, MEDIA_TYPES, what="media", lists_types=False)
    upload = keep(world, "agents", agent_id, file)
    return {"success": True, "data": {**upload, "type": kind_of(file.media_type)}}


def upload_channel_media(world: World, channel_id: str, body: Record) -> Any:
    """Store a file of a channel; the channel need not exist."""
    if is_release(world):
        return upload_media_of_channel(world, channel_id, body)
    file = _checked(world, body)
    upload = keep(world, "channels", channel_id, file)
    response = {**_reference_upload(world, file, upload), "channelId": channel_id}
    agent_id = body.get("agentId")
    return {**response, "agentId": agent_id} if agent_id else response


def upload_media_of_channel(world: World, channel_id: str, body: Record) -> Any:
    """Store a file of a channel, as 1.7.2 does."""
    file = _checked(world, body)
    upload = keep(world, "channels", channel_id, file)
    return {"success": True, "data": {**upload, "type": file.media_type}}


def read_agent_upload(world: World, agent_id: str, filename: str) -> Any:
    """Return a file of an agent."""
    upload = read(world, "agents", agent_id, filename)
    if upload is None:
        return {"error": "File does not exist!!!!!!!"}, 404
    return Content(upload["body"], upload["mediaType"])


def read_channel_upload(world: World, channel_id: str, filename: str) -> Any:
    """Return a file of a channel; 1.7.2 does not find any, as it stores them elsewhere."""
    upload = read(world, "channels", channel_id, filename)
    if upload is None or is_release(world):
        return {"error": "File not found"}, 404
    return Content(upload["body"], upload["mediaType"])


def _checked(world: World, body: Record) -> Upload:
    return checked_file(world, body, MEDIA_TYPES, what="media")


def _reference_upload(world: World, file: Upload, upload: Record) -> dict[str, Any]:
    return {
        "id": world.ids.uuid(),
        "url": upload["url"],
        "type": kind_of(file.media_type),
        "mimeType": file.media_type,
        "size": upload["size"],
    }
