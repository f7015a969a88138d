"""How a breakage of an Eliza server is said: which requests it meets, and what it does to them."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import parse_qsl, urlencode

from tests.mutants.mutated_app import Answered, Ask, Asked, Breakage

ID = "[^/]+"
SESSIONS = "/api/messaging/sessions"
SESSION = f"{SESSIONS}/(?!health$){ID}"
MESSAGES = f"{SESSION}/messages"
INFOS = f"{SESSION}(?:/renew|/heartbeat|/timeout)?"
AGENTS = "/api/agents"
AGENT = f"{AGENTS}/{ID}"
ROOMS = f"/api/(?:agents|memory)/{ID}/rooms"
CHANNELS = "/api/messaging/(?:central-)?channels"
CHANNEL = f"{CHANNELS}/{ID}"
SPOKEN = f"{CHANNEL}/messages"
SERVERS = "/api/messaging/(?:central-|message-)?servers"
MEMORIES = f"/api/(?:agents|memory)/{ID}/memories"
ROOM_MEMORIES = f"/api/(?:agents|memory)/{ID}/rooms/{ID}/memories"
JOBS = "/api/messaging/jobs"


def error(status: int, code: str, message: str = "No.") -> Answered:
    """An error as the documentation has it."""
    return Answered(status, {"success": False, "error": {"code": code, "message": message}})


def breaks(method: str, path: str) -> Callable[[Breakage], Breakage]:
    """A breakage of these requests (both are regular expressions); all others are passed on."""

    def made(broken: Breakage) -> Breakage:
        @wraps(broken)
        async def breakage(asked: Asked, ask: Ask) -> Answered:
            meant = re.fullmatch(path, asked.path) and re.fullmatch(method, asked.method)
            return await (broken(asked, ask) if meant else ask(asked))

        return breakage

    return made


def answers(
    method: str, path: str, status: int = 0
) -> Callable[[Callable[[Answered], Any]], Breakage]:
    """A breakage of answers with the status (of all successes with a body, unless told)."""

    def made(changed: Callable[[Answered], Any]) -> Breakage:
        @breaks(method, path)
        @wraps(changed)
        async def breakage(asked: Asked, ask: Ask) -> Answered:
            answer = await ask(asked)
            meant = answer.status == status if status else 200 <= answer.status < 300
            if not meant or (not status and not isinstance(answer.body, dict)):
                return answer
            return made_of(answer, changed(answer))

        return breakage

    return made


def made_of(answer: Answered, change: Any) -> Answered:
    """An answer of a change: another answer, or another body for this one."""
    return change if isinstance(change, Answered) else answer._replace(body=change)


def hears(method: str, path: str) -> Callable[[Callable[[Asked], Asked]], Breakage]:
    """A breakage that hears something else than was asked."""

    def made(misheard: Callable[[Asked], Asked]) -> Breakage:
        @breaks(method, path)
        @wraps(misheard)
        async def breakage(asked: Asked, ask: Ask) -> Answered:
            return await ask(misheard(asked))

        return breakage

    return made


def without(asked: Asked, *names: str) -> Asked:
    """The request without these members of its body."""
    if not isinstance(asked.body, dict):
        return asked
    return asked._replace(body={k: v for k, v in asked.body.items() if k not in names})


def query_of(asked: Asked) -> dict[str, str]:
    """The parameters of a query."""
    return dict(parse_qsl(asked.query, keep_blank_values=True))


def asking(asked: Asked, **parameters: str) -> Asked:
    """The request with these parameters in its query, too."""
    return asked._replace(query=urlencode(query_of(asked) | parameters))


def unasked(asked: Asked, *names: str) -> Asked:
    """The request without these parameters of its query."""
    kept = {name: value for name, value in query_of(asked).items() if name not in names}
    return asked._replace(query=urlencode(kept))


def read(path: str) -> Asked:
    """A request to read a path."""
    return Asked("GET", path)


def last_part(asked: Asked, back: int = 1) -> str:
    """The last part of a path, or the one so far from its end."""
    return asked.path.split("/")[-back]


def listed(body: Any, *names: str) -> list[Any]:
    """The list in a body: its data, or what bears one of the names there or at the top."""
    data = body.get("data", body)
    if isinstance(data, list):
        return data
    found: Any = next((data[name] for name in names if name in data), [])
    assert isinstance(found, list)
    return found


def one(body: Any, *names: str) -> dict[str, Any]:
    """The thing in a body: what bears one of the names in its data, or its data, or itself."""
    data = body.get("data", body)
    found: Any = next((data[name] for name in names if name in data), data)
    assert isinstance(found, dict)
    return found
