"""Fixtures: a real server, an empty database in it, and a proxy before it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.redis_requests import (
    opened,
)
from tests.support.redis_server import RedisServer, redis_server
from tests.support.stalling_proxy import StallingProxy, stalling_proxy
from understudy.runtime.stores.redis.database import RedisDatabase


@pytest.fixture(scope="module")
def server() -> Iterator[RedisServer]:
    """Run a server for the tests that do not hurt it."""
    with redis_server() as started:
        yield started


@pytest.fixture
def database(server: RedisServer) -> Iterator[RedisDatabase]:
    """Open an empty database."""
    server.run("FLUSHALL")
    with opened(server.url) as made:
        yield made


@pytest.fixture
def proxy(server: RedisServer) -> Iterator[StallingProxy]:
    """Run a proxy before the server, whose database is empty."""
    server.run("FLUSHALL")
    with stalling_proxy(server.port) as made:
        yield made
