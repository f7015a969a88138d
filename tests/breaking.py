"""Our app with something broken: a breakage stands between it and whoever asks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from understudy import jsontext
from understudy.app import Understudy
from understudy.project import load


class Asked(NamedTuple):
    """A request as a breakage sees it, and may change it."""

    method: str
    path: str
    body: Any


class Answered(NamedTuple):
    """An answer as a breakage sees it, and may change it."""

    status: int
    body: Any

    def saying(self, **changes: Any) -> Answered:
        """The same answer with other values."""
        return self._replace(body={**self.body, **changes})


Ask = Callable[[Asked], Awaitable[Answered]]
Breakage = Callable[[Asked, Ask], Awaitable[Answered]]


def broken(breakage: Breakage) -> Any:
    """Our app, as an ASGI app, behind a breakage."""
    app = Understudy(load([]))

    async def wrapped(scope: dict[str, Any], receive: Any, send: Any) -> None:
        async def ask(asked: Asked) -> Answered:
            return await _answer(app, scope, asked)

        body = await _taken(receive)
        asked = Asked(scope["method"], scope["path"], jsontext.decode(body) if body else None)
        status, answer = await breakage(asked, ask)
        text = isinstance(answer, str)
        kind = b"text/plain" if text else b"application/json"
        start = {"status": status, "headers": [(b"content-type", kind)]}
        await send({"type": "http.response.start", **start})
        whole = answer.encode() if text else jsontext.encode(answer)
        await send({"type": "http.response.body", "body": whole})

    return wrapped


async def _taken(receive: Any) -> bytes:
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body


async def _answer(app: Any, scope: dict[str, Any], asked: Asked) -> Answered:
    """What the app itself answers."""
    body = b"" if asked.body is None else jsontext.encode(asked.body)
    headers = [h for h in scope["headers"] if h[0] != b"content-length"]
    headers.append((b"content-length", b"%d" % len(body)))
    given = [{"type": "http.request", "body": body}]
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return given.pop() if given else {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    changed = {"method": asked.method, "path": asked.path, "raw_path": asked.path.encode()}
    await app({**scope, **changed, "headers": headers}, receive, send)
    answer = b"".join(message.get("body", b"") for message in sent[1:])
    return Answered(sent[0]["status"], jsontext.decode(answer) if answer else None)
