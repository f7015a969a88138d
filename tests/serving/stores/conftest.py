"""Servers on each database, and the control API of a namespace for each test."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.serving import test_socketio
from tests.support.server import Server, running
from tests.support.stores import serve_arguments
from understudy.client import ControlClient

#: Each database with the numbers of workers.
STORES = [("sqlite", 1), ("redis", 1), ("redis", 4)]
IDS = [f"{store}-{workers}" for store, workers in STORES]

_BODY = {"content": {"application/json": {"schema": {"type": "object"}, "example": {"n": 1}}}}

#: An API with a webhook that is tried again after an hour.
SHOP = {
    "openapi": "3.1.0",
    "info": {"title": "Shop", "version": "1"},
    "webhooks": {
        "paid": {
            "post": {
                "operationId": "paid",
                "requestBody": _BODY,
                "x-understudy-delivery": {"attempts": ["PT0S", "PT1H"]},
                "responses": {"2XX": {"description": "ok"}},
            }
        }
    },
}


@pytest.fixture(scope="module", params=STORES, ids=IDS)
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """Serve the bundled APIs on a store; Zep's fourth one has a rate limit."""
    limit = ("--rate-limit", "zep4=10/900")
    directory = tmp_path_factory.mktemp("store")
    with (
        serve_arguments(request.param[0], directory, request.param[1]) as arguments,
        running(*limit, *arguments) as started,
    ):
        yield started


@pytest.fixture(scope="module", params=STORES, ids=IDS)
def shop(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """Serve a project with Socket.IO, and with the API above."""
    project = tmp_path_factory.mktemp("project")
    test_socketio.write(project, "chat")
    (project / "specs" / "shop.json").write_text(json.dumps(SHOP))
    directory = tmp_path_factory.mktemp("store")
    with (
        serve_arguments(request.param[0], directory, request.param[1]) as arguments,
        running(str(project), *arguments) as started,
    ):
        yield started


@pytest.fixture
def control(request: pytest.FixtureRequest) -> Iterator[ControlClient]:
    """Return the control API of a namespace of its own, on the server of the test."""
    names = [name for name in ("server", "shop") if name in request.fixturenames]
    server: Server = request.getfixturevalue(names[0])
    function: Any = request.function
    with ControlClient(server.url, function.__name__.removeprefix("test_")) as client:
        yield client
        client.delete_namespace()


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """Return a directory for the files of a store."""
    path = tmp_path / "store"
    path.mkdir()
    return path
