"""An API in this process whose handlers return their arguments, to see what a request means."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from understudy.app import Understudy
from understudy.client.transports.httpx_transport import Transport
from understudy.client.transports.in_process import InProcess
from understudy.http.messages import Upload
from understudy.openapi.contract import Contract
from understudy.serving.api import Api


@contextmanager
def echo(paths: dict[str, Any], components: dict[str, Any] | None = None) -> Iterator[httpx.Client]:
    """Serve `paths` of a document, until the block ends. Each operation needs an id in snake_case;
    the response to a valid request is the JSON object of its arguments."""
    app = InProcess(echo_app(echo_contract(paths, components)))
    try:
        with httpx.Client(base_url="http://echo", transport=Transport(app)) as client:
            yield client
    finally:
        app.close()


def echo_contract(paths: dict[str, Any], components: dict[str, Any] | None = None) -> Contract:
    """Return the contract of a document with these paths."""
    document = {
        "openapi": "3.0.3",
        "info": {"title": "Echo", "version": "1"},
        "paths": paths,
        "components": components or {},
    }
    return Contract("echo", document)


def echo_app(contract: Contract) -> Understudy:
    """Return the app that answers every valid request with its arguments."""
    return Understudy([Api(contract, {o.id: _handler for o in contract.operations})])


def operation(*parameters: dict[str, Any], body: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return an operation with these parameters, and a required body of these media types."""
    definition: dict[str, Any] = {
        "operationId": "echo",
        "parameters": list(parameters),
        "responses": {"200": {"description": "ok", "content": {"application/json": {}}}},
    }
    if body is not None:
        definition["requestBody"] = {"required": True, "content": body}
    return definition


def _handler(world: Any, **arguments: Any) -> Any:
    return {name: _shown(value) for name, value in arguments.items()}


def _shown(value: Any) -> Any:
    """Return a value as JSON; a file as its name, media type and text."""
    if isinstance(value, dict):
        return {name: _shown(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_shown(item) for item in value]
    if isinstance(value, Upload):
        return [value.filename, value.media_type, value.decode(errors="replace")]
    return value.decode(errors="replace") if isinstance(value, bytes) else value
