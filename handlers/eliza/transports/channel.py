"""Messages of channels: the agents' replies reach the client by one of three transports."""

from __future__ import annotations

from typing import Any

from understudy import Content, Problem, Record, World

from ..model.agents.agent import is_running
from ..model.messaging.broadcasts import broadcast_user_message
from ..model.messaging.posting import named_server
from ..model.messaging.replies import answer_all, content_of, is_silent, reply_to
from ..presenters.release_messages import bus_message
from .streams import event, reply_events

#: The names of 1.7.0, which 1.7.2 still takes.
_OLD_NAMES: dict[Any, str] = {"sync": "http", "stream": "sse"}


def transport_of(body: Record) -> str:
    """Return the transport that the body names: "http", "sse" or, by default, "websocket"."""
    name = body.get("transport")
    if name is None:
        name = body.get("mode")
    return str(_OLD_NAMES.get(name, name) or "websocket")


def deliver(world: World, message: Record, body: Record, responder: str | None) -> Any:
    """Let the channel's agents reply, and return the response for the transport.

    By websocket all agents of the channel reply; else the responder does, in the response.
    """
    server_id, transport = named_server(body), transport_of(body)
    shown = bus_message(message, server_id, body)
    if transport == "websocket":
        broadcast_user_message(world, message, shown.get("author_display_name"), server_id)
        answer_all(world, message, server_id)
        return {"success": True, "userMessage": shown}, 201
    is_available = responder is not None and is_running(world, responder)
    if transport == "sse":
        return _stream(world, message, shown, responder if is_available else None), 200
    if responder is None or not is_available:
        raise Problem(404, "Failed to process message in HTTP transport", code="AGENT_NOT_FOUND")
    reply = reply_to(world, responder, message["content"])
    response = {} if is_silent(reply) else {"agentResponse": content_of(world, reply)}
    return {"success": True, "userMessage": shown, **response}, 201


def _stream(world: World, message: Record, shown: Any, responder: str | None) -> Content:
    """Return an event stream: the user's message, then the reply in chunks and as a whole."""
    events = [event("user_message", shown)]
    if responder is None:
        events.append(event("error", {"error": "Agent not found"}))
    else:
        reply = reply_to(world, responder, message["content"])
        if not is_silent(reply):
            events += reply_events(content_of(world, reply))
    return Content(tuple(events), "text/event-stream")
