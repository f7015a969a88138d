"""Channels, the messages in them, and the agent that answers."""

from __future__ import annotations

from typing import Any

from understudy import Record, World

from ._state import AGENTS, BY_TIME, CHANNELS, MESSAGES, iso


def open_channel(world: World, session: Record) -> None:
    """Make the channel that a new session talks in."""
    channel = {
        "id": session["channelId"],
        "name": f"session-{session['sessionId']}",
        "type": "DM",
        "metadata": {
            "sessionId": session["sessionId"],
            "agentId": session["agentId"],
            "userId": session["userId"],
            "timeoutConfig": session["timeoutConfig"],
            **session["metadata"],
        },
    }
    world.store.put(CHANNELS, channel["id"], channel)


def post_user_message(world: World, session: Record, body: Record, now: int) -> Record:
    """Store what the user says. It carries the metadata of the channel, then its own."""
    channel = world.store.get(CHANNELS, session["channelId"])
    metadata = {
        **(channel["metadata"] if channel else {}),
        "sessionId": session["sessionId"],
        **(body.get("metadata") or {}),
    }
    created = _next_moment(world, session["channelId"], now)
    shown = _shown(world, body["content"], session["userId"], created, metadata, is_agent=False)
    return _post(world, session["channelId"], created, shown, body.get("attachments"))


def post_answer(world: World, session: Record, question: Record) -> Record:
    """Store what the agent answers, a millisecond after the question."""
    agent_id = session["agentId"]
    agent = world.store.get(AGENTS, agent_id)
    metadata = {
        "thought": "The user said something; I repeat it to show that I listen.",
        "actions": ["REPLY"],
        "agent_id": agent_id,
        "agentName": agent["agent"]["name"] if agent else "",
    }
    created = question["created"] + 1
    said = f"You said: {question['shown']['content']}"
    shown = _shown(world, said, agent_id, created, metadata, is_agent=True)
    return _post(world, session["channelId"], created, shown, None)


def _next_moment(world: World, channel_id: str, now: int) -> int:
    """Now, or just after the last message: no two in a channel share a millisecond, so that a
    cursor never falls between them, however fast they come and even if the clock stands still."""
    last = world.store.list(MESSAGES, BY_TIME, channel_id, descending=True, limit=1)
    return max(now, last[0]["created"] + 1) if last else now


def _shown(
    world: World,
    content: str,
    author_id: str,
    created: int,
    metadata: Record,
    *,
    is_agent: bool,
) -> Record:
    return {
        "id": world.ids.uuid(),
        "content": content,
        "authorId": author_id,
        "isAgent": is_agent,
        "createdAt": iso(created),
        "metadata": metadata,
    }


def _post(world: World, channel_id: str, created: int, shown: Record, attachments: Any) -> Record:
    message = {
        "channelId": channel_id,
        "created": created,
        "shown": shown,
        "attachments": attachments,
    }
    world.store.put(MESSAGES, shown["id"], message)
    return message
