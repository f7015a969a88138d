"""Documents of a few lines, and requests to an app that serves one in this process."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx

from understudy.app import Understudy
from understudy.openapi.contract import Contract
from understudy.serving.api import Api

#: A document of one operation without a handler, as text.
PETSTORE = """\
openapi: 3.0.3
info: {title: Pets, version: "1"}
paths:
  /pets/{petId}:
    get:
      operationId: getPet
      parameters:
        - {name: petId, in: path, required: true, schema: {type: string}}
      responses:
        "200":
          description: OK
          content: {application/json: {schema: {type: object}, example: {name: Rex}}}
"""


def document(paths: dict[str, Any], *, version: str = "3.1.0", **more: Any) -> dict[str, Any]:
    """Return a document with these paths."""
    return {"openapi": version, "info": {"title": "T", "version": "1"}, "paths": paths, **more}


def operation(content: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """Return an operation that answers 200 with this content, or with nothing."""
    response: dict[str, Any] = {"description": "OK"}
    if content is not None:
        response["content"] = content
    return {"responses": {"200": response}, **more}


def send(spec: dict[str, Any], method: str, path: str, **request: Any) -> httpx.Response:
    """Return the response to one request, as httpx takes it, to an app that serves a document."""

    async def exchange() -> httpx.Response:
        transport = httpx.ASGITransport(app=Understudy([Api(Contract("api", spec))]))
        async with httpx.AsyncClient(transport=transport, base_url="http://stand-in") as client:
            return await client.request(method, path, **request)

    return asyncio.run(exchange())
