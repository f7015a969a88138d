"""ASGI messages that the app sends for a fault rule."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx

from understudy.app import Understudy
from understudy.serving.project import load

AGENTS = "/api/agents"


def test_drip_sends_each_chunk_by_itself() -> None:
    """Each chunk is an ASGI message; a client may read several of them at once."""
    app, sent = Understudy(load([])), list[bytes]()
    then = {"status": 200, "body": "x" * 8, "drip": {"bytes": 2, "every": 0}}

    async def receive() -> dict[str, Any]:
        return {"type": "http.request"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message.get("body", b""))

    async def get_agents() -> None:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            await client.post("/_understudy/faults", json={"then": then})
            request = client.build_request("GET", AGENTS)
        scope = {
            "type": "http",
            "method": "GET",
            "path": AGENTS,
            "raw_path": AGENTS.encode(),
            "query_string": b"",
            "headers": request.headers.raw,
        }
        await app(scope, receive, send)

    asyncio.run(get_agents())
    assert list(filter(None, sent)) == [b'"x', b"xx", b"xx", b"xx", b'x"']
