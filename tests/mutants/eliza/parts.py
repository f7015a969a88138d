"""Paths, errors and functions for bodies that ElizaOS's mutants share."""

from __future__ import annotations

from typing import Any

from tests.mutants.mutant import Request, Response

SESSIONS = "/api/messaging/sessions"
SESSION = f"{SESSIONS}/!(health)"
MESSAGES = f"{SESSION}/messages"
SESSION_INFO = SESSION + "{,/renew,/heartbeat,/timeout}"
AGENTS = "/api/agents"
AGENT = f"{AGENTS}/*"
ROOMS = "/api/{agents,memory}/*/rooms"
CHANNELS = "/api/messaging/{central-,}channels"
CHANNEL = f"{CHANNELS}/*"
CHANNEL_MESSAGES = f"{CHANNEL}/messages"
SERVERS = "/api/messaging/{central-,message-,}servers"
MEMORIES = "/api/{agents,memory}/*/memories"
ROOM_MEMORIES = "/api/{agents,memory}/*/rooms/*/memories"
JOBS = "/api/messaging/jobs"

#: A UUID that no resource has.
NOBODY = "00000000-0000-0000-0000-000000000007"

#: The same, as a UUID of version 4.
SOMEBODY = "00000000-0000-4000-8000-000000000007"

DONE = Response(200, {"success": True})
EMPTY = Response(204, None)


#: Why a mutant survives.
RELEASED = "release 1.7.2 does the same"
HARMFUL = "to try it would destroy what the server holds"
TOO_MANY = "it takes more of them than a check should leave behind"


def success(data: Any) -> Response:
    """Return the response that carries data."""
    return Response(200, {"success": True, "data": data})


def done(message: str) -> Response:
    """Return the response that carries a message."""
    return Response(200, {"success": True, "message": message})


def error(status: int, code: str, message: str) -> Response:
    """Return an error as the documentation has it."""
    return Response(status, {"success": False, "error": {"code": code, "message": message}})


def items_of(body: Any, *names: str) -> list[Any]:
    """Return the list in a body: its data, or the field that has one of the names there or in the
    body itself."""
    data = body.get("data", body)
    if isinstance(data, list):
        return data
    items: Any = next((data[name] for name in names if name in data), [])
    assert isinstance(items, list)
    return items


def item_of(body: Any, name: str) -> dict[str, Any]:
    """Return the object in a body: the field of that name in its data, or its data, or the body."""
    data = body.get("data", body)
    item: Any = data.get(name, data)
    assert isinstance(item, dict)
    return item


def is_object(request: Request) -> bool:
    """Return whether the body of a request is a JSON object."""
    return isinstance(request.body, dict)
