"""What is said in a session, and the ways in which its agent's answer reaches the client."""

from __future__ import annotations

from typing import Any

from understudy import Content, Problem, Record, World

from ._agents import is_running
from ._channels import find_channel
from ._javascript import spread
from ._messages import post
from ._replies import Reply, answer, answer_all, content_of, is_silent, reply_to
from ._servers import DEFAULT_SERVER
from ._streams import event, pieces

_OLD_NAMES = {"sync": "http", "stream": "sse"}


def say(world: World, session: Record, body: Record, now: int) -> Record:
    """Store what the user says. It carries the metadata of the channel, then its own."""
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
    """Let the agent answer, and answer the client, by the transport that it wished for."""
    wished = body.get("transport") or body.get("mode") or "websocket"
    transport = _OLD_NAMES.get(wished, wished)
    if transport == "sse":
        return Content(_events(world, session, message), "text/event-stream"), 200
    response = None
    if transport == "http":
        response = _answered_at_once(world, session, message)
    else:
        answer_all(world, message, DEFAULT_SERVER)
    return _sent(world, message, response, status), 201


def _sent(world: World, message: Record, response: Any, status: Any) -> dict[str, Any]:
    """The message as the answer shows it: flat in the reference, in an envelope since 1.7.0."""
    if world.persona == "1.7":
        sent = {"success": True, "userMessage": _on_the_bus(message)}
    else:
        sent = _flat(message)
    if response is not None:
        sent["agentResponse"] = response
    sent["sessionStatus"] = status
    return sent


def _flat(message: Record) -> dict[str, Any]:
    return {
        "id": message["id"],
        "content": message["content"],
        "authorId": message["authorId"],
        "createdAt": message["inHistory"]["createdAt"],
        "metadata": message["metadata"],
    }


def _on_the_bus(message: Record) -> dict[str, Any]:
    """As the parts of 1.7.2 hand messages to each other."""
    return {
        "id": message["id"],
        "channel_id": message["channelId"],
        "message_server_id": DEFAULT_SERVER,
        "author_id": message["authorId"],
        "content": message["content"],
        "created_at": message["createdAt"],
        "source_type": message["sourceType"],
        "raw_message": message["rawMessage"],
        "metadata": message["metadata"],
    }


def _answered_at_once(world: World, session: Record, message: Record) -> dict[str, Any] | None:
    """What the agent answers to a client that waits; None where it says nothing. In 1.7.2 the
    answer then is not in the history."""
    agent_id = session["agentId"]
    if not is_running(world, agent_id):
        raise Problem(404, f"Agent with ID '{agent_id}' not found", code="AGENT_NOT_FOUND")
    if world.persona == "1.7":
        reply = reply_to(world, agent_id, message["content"])
        return None if is_silent(reply) else content_of(world, reply)
    said = answer(world, agent_id, message)
    return None if said is None else content_of(world, Reply(**said["rawMessage"]))


def _events(world: World, session: Record, message: Record) -> tuple[bytes, ...]:
    """The user's message, the agent's answer in pieces, and once more whole."""
    shown = _on_the_bus(message) if world.persona == "1.7" else _flat(message)
    begun = event("user_message", shown)
    agent_id = session["agentId"]
    if not is_running(world, agent_id):
        return begun, event("error", {"error": f"Agent {agent_id} not found in registry"})
    response = _answered_at_once(world, session, message)
    if response is None:
        return (begun,)
    return begun, *pieces(response)
