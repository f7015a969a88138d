"""Messages of sessions: the agent's reply reaches the client by one of three transports."""

from __future__ import annotations

from typing import Any

from understudy import Content, Problem, Record, World

from ..model.agents.agent import is_running
from ..model.channels.channel import find_channel
from ..model.channels.messages import post
from ..model.javascript import spread
from ..model.messaging.replies import Reply, answer_all, content_of, is_silent, post_reply, reply_to
from ..model.persona import is_release
from ..model.servers import DEFAULT_SERVER
from ..presenters import presenter
from .streams import event, reply_events

_OLD_NAMES = {"sync": "http", "stream": "sse"}


def post_user_message(world: World, session: Record, body: Record, now: int) -> Record:
    """Store a message of the session's user, with the metadata of the channel and its own.

    Raises Problem 404 if the channel of the session is gone.
    """
    channel_id, session_id = session["channelId"], session["sessionId"]
    channel = find_channel(world, channel_id)
    if channel is None:
        message = f"Failed to send message in session '{session_id}': the channel is gone"
        raise Problem(404, message, code="MESSAGE_SEND_FAILED")
    metadata = {**channel["metadata"], "sessionId": session_id, **spread(body.get("metadata"))}
    return post(
        world,
        channel_id,
        session["userId"],
        body["content"],
        metadata=metadata,
        source_type="user",
        raw_message={name: body[name] for name in ("content", "attachments") if name in body},
        now=now,
    )


def deliver(world: World, session: Record, message: Record, body: Record, status: Any) -> Any:
    """Let the agent reply, and return the response for the transport that the body names."""
    name = body.get("transport") or body.get("mode") or "websocket"
    transport = _OLD_NAMES.get(name, name)
    if transport == "sse":
        return Content(_events(world, session, message), "text/event-stream"), 200
    reply = None
    if transport == "http":
        reply = _immediate_reply(world, session, message)
    else:
        answer_all(world, message, DEFAULT_SERVER)
    response = presenter(world).sent_session_message(message)
    if reply is not None:
        response["agentResponse"] = reply
    response["sessionStatus"] = status
    return response, 201


def _immediate_reply(world: World, session: Record, message: Record) -> dict[str, Any] | None:
    """Return the agent's reply for a client that waits, or None if the agent stays silent.

    In 1.7.2 this reply is not part of the history.
    """
    agent_id = session["agentId"]
    if not is_running(world, agent_id):
        raise Problem(404, f"Agent with ID '{agent_id}' not found", code="AGENT_NOT_FOUND")
    if is_release(world):
        reply = reply_to(world, agent_id, message["content"])
        return None if is_silent(reply) else content_of(world, reply)
    posted = post_reply(world, agent_id, message)
    return None if posted is None else content_of(world, Reply(**posted["rawMessage"]))


def _events(world: World, session: Record, message: Record) -> tuple[bytes, ...]:
    """Return the user's message, then the agent's reply in chunks and as a whole."""
    first = event("user_message", presenter(world).session_message(message))
    agent_id = session["agentId"]
    if not is_running(world, agent_id):
        return first, event("error", {"error": f"Agent {agent_id} not found in registry"})
    reply = _immediate_reply(world, session, message)
    if reply is None:
        return (first,)
    return first, *reply_events(reply)
