"""The store on which all servers of the tests run, chosen by an environment variable; see
`scripts/stores`."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Sequence
from functools import cache
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.support.redis_server import RedisServer

#: The variable, and what it may be: a store, and the number of workers.
VARIABLE = "TEST_STORE"
CHOICES = {"memory": 1, "sqlite": 1, "redis": 1, "redis-4": 4}

CHOSEN = os.environ.get(VARIABLE, "memory")

#: Why a test of polling clients of Socket.IO needs one worker.
POLLING = "several workers refuse polling clients"

_DATABASES = 2000
_numbers = count()


def needs_memory(reason: str) -> pytest.MarkDecorator:
    """Return the mark of a test that another store cannot pass, with a sentence that says why."""
    return pytest.mark.skipif(CHOSEN != "memory", reason=f"{VARIABLE}={CHOSEN}: {reason}")


def needs_one_worker(reason: str) -> pytest.MarkDecorator:
    """Return the mark of a test that several workers cannot pass, and why."""
    return pytest.mark.skipif(CHOICES[CHOSEN] > 1, reason=f"{VARIABLE}={CHOSEN}: {reason}")


def store_arguments(arguments: Sequence[str]) -> list[str]:
    """Return arguments of `understudy serve` for an empty database of the chosen store, unless the
    given ones choose one themselves."""
    if CHOSEN == "memory" or {"--store", "--workers"}.intersection(arguments):
        return []
    if CHOSEN == "sqlite":
        return ["--store", f"sqlite:///{_directory() / f'{next(_numbers)}.db'}"]
    number = next(_numbers)
    assert number < _DATABASES, "raise the number of databases"
    url = f"redis://127.0.0.1:{_redis().port}/{number}"
    return ["--store", url, "--workers", str(CHOICES[CHOSEN])]


@cache
def _directory() -> Path:
    """Make a directory that is removed when the tests of this process have ended."""
    directory = Path(tempfile.mkdtemp(prefix="us-"))
    atexit.register(shutil.rmtree, directory)
    return directory


@cache
def _redis() -> RedisServer:
    """Start the server that the tests of this process share; it ends with the process."""
    from tests.support.redis_server import RedisServer  # which imports `server`, and that this one

    server = RedisServer(_directory(), "--databases", str(_DATABASES))
    server.start()
    atexit.register(server.kill)  # what is registered last is called first
    return server
