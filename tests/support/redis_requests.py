"""Requests to a namespace in Redis, for tests of what only Redis has."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from understudy.runtime.stores.database import Changes, Page, Place, TableName, Write
from understudy.runtime.stores.errors import Conflict, StoreUnavailable
from understudy.runtime.stores.places import sort_key
from understudy.runtime.stores.redis.database import RedisDatabase
from understudy.runtime.stores.redis.driver import redis_database
from understudy.runtime.stores.redis.session import RedisSession

TABLE = TableName("zep", "default", "sessions")

#: An index by insertion, for each user.
BY_USER = "user/"


@contextmanager
def opened(url: str) -> Iterator[RedisDatabase]:
    """Open a database, until the block ends."""
    database = redis_database(url)
    database.open()
    try:
        yield database
    finally:
        database.close()


def record(content: str, user: str = "ann") -> Write:
    """Return a record of a user."""
    return Write(content.encode(), (Place(BY_USER, sort_key(user), b""),))


def of_user(user: str = "ann") -> Page:
    """Return the page of all records of a user."""
    return Page(BY_USER, sort_key(user))


def put(database: RedisDatabase, **contents: str) -> None:
    """Write records by key in the namespace `here`, however often it takes."""
    writes = {(TABLE, key): record(content) for key, content in contents.items()}
    run(database, lambda session: None, Changes(writes=writes))


def run(database: RedisDatabase, read: Callable[[RedisSession], object], changes: Changes) -> int:
    """Run a request in the namespace `here` until it is done; return how often it was run."""
    reads = None
    for attempt in range(1, 1000):
        session = None
        try:
            session = database.session("here", reads)
            read(session)
            session.commit(changes)
        except Conflict:
            reads = session and session.reads
        else:
            return attempt
    raise AssertionError("the requests never end")


def content(database: RedisDatabase, key: str) -> bytes | None:
    """Return the JSON of a record."""
    session = database.session("here")
    try:
        found = session.get(TABLE, key)
        return None if found is None else found.encoded
    finally:
        session.close()


def answers(database: RedisDatabase) -> bool:
    """Return whether the database answers."""
    try:
        database.check()
    except StoreUnavailable:
        return False
    return True
