"""The stores that whole servers are tested with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.redis_server import redis_server

#: Each store by its name, with the numbers of workers that are tested on it.
STORES_AND_WORKERS = [("memory", 1), ("sqlite", 1), ("redis", 1), ("redis", 4)]

#: Those that keep what they acknowledge when all processes of the server are killed.
DURABLE: list[tuple[str, int]] = [one for one in STORES_AND_WORKERS if one[0] != "memory"]


@contextmanager
def serve_arguments(store: str, directory: Path, workers: int = 1) -> Iterator[list[str]]:
    """Yield the arguments of `understudy serve` for a store, which keeps its files in a directory;
    a store that is a program runs until the block ends."""
    shared = [] if workers == 1 else ["--workers", str(workers)]
    if store == "memory":
        yield shared
    elif store == "sqlite":
        yield [*shared, "--store", f"sqlite:///{directory / 'state.db'}"]
    elif store == "redis":
        with redis_server(appendfsync="no") as server:
            yield [*shared, "--store", server.url]
    else:
        with redis_server() as server:
            yield [*shared, "--store", server.url]
