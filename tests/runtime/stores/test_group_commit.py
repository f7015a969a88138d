"""Commits to the SQLite database that share one wait for the disk."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.sqlite_copy import copy
from understudy.runtime.stores.database import Changes, TableName, Write
from understudy.runtime.stores.errors import Conflict, StoreUnavailable
from understudy.runtime.stores.sqlite.database import SQLiteDatabase

TABLE = TableName("shop", "", "things")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[SQLiteDatabase]:
    """Return a new database, opened."""
    made = SQLiteDatabase(str(tmp_path / "state.db"), wait=0)
    made.open()
    yield made
    made.close()


def put(database: SQLiteDatabase, key: str, encoded: Any = b"1") -> None:
    """Commit a record, with an exchange and a message."""
    writes = {(TABLE, key): Write(encoded)}
    changes = Changes(writes=writes, exchanges=[key.encode()], messages=[key.encode()])
    database.session("default").commit(changes)


def keys(database: SQLiteDatabase) -> list[str]:
    """Return the keys of all records."""
    return [key for key, _ in database.session("default").all(TABLE)]


async def outcome(database: SQLiteDatabase) -> str:
    """Return what somebody is told who waits until all is lasting."""
    settled = database.settle()
    if settled is None:
        return "lasting"
    try:
        await settled
    except StoreUnavailable as error:
        return str(error)
    return "waited"


def test_commits_of_one_turn_share_a_commit(database: SQLiteDatabase, tmp_path: Path) -> None:
    """Others read them at once; nothing is in the file, and no message is sent, until all is."""
    received: list[bytes] = []
    database.subscribe(lambda _namespace, message: received.append(message))

    async def commit_two() -> None:
        put(database, "a")
        put(database, "b")
        assert keys(database) == ["a", "b"]
        killed = copy(tmp_path)
        assert (keys(killed), received) == ([], [])
        killed.close()
        told = await asyncio.gather(*[outcome(database) for _ in range(3)])
        assert told == ["waited"] * 3
        assert received == [b"a", b"b"]
        assert await outcome(database) == "lasting"

    asyncio.run(commit_two())
    killed = copy(tmp_path)
    assert keys(killed) == ["a", "b"]
    assert killed.session("default").journal_size().seen == 2
    killed.close()


def test_failing_commit_does_not_harm_the_others(database: SQLiteDatabase) -> None:
    """Nothing of it is left, not even its exchange."""

    async def commit_three() -> None:
        put(database, "a")
        with pytest.raises(StoreUnavailable):
            put(database, "b", object())
        put(database, "c")
        assert await outcome(database) == "waited"

    asyncio.run(commit_three())
    assert keys(database) == ["a", "c"]
    exchanges = database.session("default").exchanges()
    assert [exchange.encoded for exchange in exchanges] == [b"c", b"a"]


def test_group_that_cannot_be_written_leaves_nothing(database: SQLiteDatabase) -> None:
    """All who wait are told, also one that has only read; the next commit works again."""
    put(database, "first")
    received: list[bytes] = []
    database.subscribe(lambda _namespace, message: received.append(message))
    pages = database.connection.row("PRAGMA page_count")[0]

    async def fail() -> None:
        put(database, "a")
        reader = database.session("default")
        assert reader.get(TABLE, "a") is not None
        large = Changes(exchanges=[b"x" * 1_000_000])
        database.session("default").commit(large)  # written with the group, at its end
        database.connection.row(f"PRAGMA max_page_count = {pages}")
        for settled in [database.settle(), database.settle()]:
            assert settled is not None
            with pytest.raises(StoreUnavailable, match="full"):
                await settled
        with pytest.raises(Conflict):
            reader.commit(Changes())
        database.connection.row("PRAGMA max_page_count = 1000000")
        assert keys(database) == ["first"]
        put(database, "c")
        assert await outcome(database) == "waited"

    asyncio.run(fail())
    assert (keys(database), received) == (["first", "c"], [b"c"])
    exchanges = database.session("default").exchanges()
    assert [exchange.encoded for exchange in exchanges] == [b"c", b"first"]


def test_group_of_an_event_loop_that_has_ended_is_kept(database: SQLiteDatabase) -> None:
    """Work in the next event loop, or without one, goes on."""

    async def commit_one(key: str) -> None:
        put(database, key)

    for key in "ab":
        asyncio.run(commit_one(key))
    put(database, "c")
    assert keys(database) == ["a", "b", "c"]


def test_failed_disk_ends_all_work(
    database: SQLiteDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a failed fsync nobody knows what is lasting, so that nothing is answered any more."""

    def fail(_descriptor: int) -> None:
        raise OSError(5, os.strerror(5))

    monkeypatch.setattr("understudy.runtime.stores.sqlite.connection._sync", fail)

    async def commit_one() -> str:
        put(database, "a")
        return await outcome(database)

    assert asyncio.run(commit_one()) == (
        "the disk of state.db failed, start again: Input/output error"
    )
    for use in (lambda: database.session("default"), database.check):
        with pytest.raises(StoreUnavailable, match="start again"):
            use()
