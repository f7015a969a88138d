"""Media: files that are sent to agents and channels, and read again."""

from __future__ import annotations

from typing import Any

from understudy import Content, Record, Upload, World

from .model.agents.agent import known_running_agent
from .model.media.uploads import MEDIA_TYPES, checked_file, keep, kind_of, read
from .model.persona import is_release


def upload_agent_media(world: World, agent_id: str, body: Record) -> Any:
    """Store a file of an agent's, by the reference."""
    file = _checked(world, body)
    known_running_agent(world, agent_id)
    return _by_reference(world, file, keep(world, "agents", agent_id, file))


def upload_media_of_agent(world: World, agent_id: str, body: Record) -> Any:
    """Store a file of an agent's, as the released server does: no agent is too unknown for it."""
    file = _checked(world, body)
    kept = keep(world, "agents", agent_id, file)
    return {"success": True, "data": {**kept, "type": kind_of(file.media_type)}}


def upload_channel_media(world: World, channel_id: str, body: Record) -> Any:
    """Store a file of a channel's; nobody asks whether there is such a channel."""
    if is_release(world):
        return upload_media_of_channel(world, channel_id, body)
    file = _checked(world, body)
    kept = keep(world, "channels", channel_id, file)
    answer = {**_by_reference(world, file, kept), "channelId": channel_id}
    agent_id = body.get("agentId")
    return {**answer, "agentId": agent_id} if agent_id else answer


def upload_media_of_channel(world: World, channel_id: str, body: Record) -> Any:
    """Store a file of a channel's, as the released server does."""
    file = _checked(world, body)
    kept = keep(world, "channels", channel_id, file)
    return {"success": True, "data": {**kept, "type": file.media_type}}


def read_agent_upload(world: World, agent_id: str, filename: str) -> Any:
    """A file of an agent's."""
    found = read(world, "agents", agent_id, filename)
    if found is None:
        return {"error": "File does not exist!!!!!!!"}, 404
    return Content(found["body"], found["mediaType"])


def read_channel_upload(world: World, channel_id: str, filename: str) -> Any:
    """A file of a channel's. Release 1.7.2 looks for them where it does not store them."""
    found = read(world, "channels", channel_id, filename)
    if found is None or is_release(world):
        return {"error": "File not found"}, 404
    return Content(found["body"], found["mediaType"])


def _checked(world: World, body: Record) -> Upload:
    return checked_file(world, body, MEDIA_TYPES, what="media")


def _by_reference(world: World, file: Upload, kept: Record) -> dict[str, Any]:
    return {
        "id": world.ids.uuid(),
        "url": kept["url"],
        "type": kind_of(file.media_type),
        "mimeType": file.media_type,
        "size": kept["size"],
    }
