"""Databases of Redis for the tests of all databases: one server, and a number for each of them."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from itertools import count
from pathlib import Path

import pytest

from tests.support.redis_server import RedisServer
from understudy.runtime.stores.redis.database import RedisDatabase
from understudy.runtime.stores.redis.driver import redis_database

_NUMBERS = 16
_numbers = count()


def redis(
    directory: Path, most_exchanges: int = 1000, most_bytes: int = 16_000_000
) -> RedisDatabase:
    """Return the database of a directory; after sixteen others its number is used anew. Skip the
    test if there is no Redis."""
    url = f"redis://127.0.0.1:{_server().port}/{_number(directory)}"
    return redis_database(url, most_exchanges, most_bytes)


@cache
def _server() -> RedisServer:
    """Start the server that all tests of this process share; it ends with the process."""
    if shutil.which("redis-server") is None:
        pytest.skip("redis-server is not installed: run scripts/redis")
    directory = Path(tempfile.mkdtemp(prefix="us-"))
    server = RedisServer(directory, appendfsync="no")
    server.start()
    atexit.register(shutil.rmtree, directory)  # what is registered last is called first
    atexit.register(server.kill)
    return server


@cache
def _number(directory: Path) -> int:
    """Return the number of a database that is empty now."""
    number = next(_numbers) % _NUMBERS
    _server().run_in(number, "FLUSHDB")
    return number
