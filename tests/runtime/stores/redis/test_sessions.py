"""Sessions: conflicts, reads that are repeated, scripts and names."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from threading import Thread

import pytest

from tests.support.redis_requests import (
    BY_USER,
    TABLE,
    content,
    of_user,
    opened,
    put,
    record,
    run,
)
from tests.support.redis_server import RedisServer
from tests.support.timeouts import TIMEOUT
from understudy.runtime.stores.database import Changes, TableName, Write
from understudy.runtime.stores.errors import Conflict
from understudy.runtime.stores.places import sort_key
from understudy.runtime.stores.redis.database import RedisDatabase
from understudy.runtime.stores.redis.session import RedisSession

READS: dict[str, Callable[[RedisSession], object]] = {
    "get": lambda session: session.get(TABLE, "a"),
    "missing": lambda session: session.get(TABLE, "c"),
    "page": lambda session: session.page(TABLE, of_user()),
    "empty page": lambda session: session.page(TABLE, of_user("bob")),
    "count": lambda session: session.count(TABLE, BY_USER, sort_key("ann")),
    "all": lambda session: session.all(TABLE),
    "tables": lambda session: session.tables(),
}

OTHER = TableName("zep", "default", "users")

CHANGES = {
    "get": Changes(writes={(TABLE, "a"): record("2")}),
    "missing": Changes(writes={(TABLE, "c"): record("2")}),
    "page": Changes(writes={(TABLE, "b"): record("2")}),
    "empty page": Changes(writes={(TABLE, "c"): record("2", "bob")}),
    "count": Changes(writes={(TABLE, "a"): Write(None)}),
    "all": Changes(dropped=[TABLE]),
    "tables": Changes(writes={(OTHER, "a"): record("2")}),
}


@pytest.mark.parametrize("name", READS)
def test_commit_conflicts_with_change_of_what_was_read(database: RedisDatabase, name: str) -> None:
    """A page also conflicts with a listed record that is replaced in the same place."""
    put(database, a="1", b="1")
    session = database.session("here")
    READS[name](session)
    run(database, lambda other: None, CHANGES[name])
    with pytest.raises(Conflict):
        session.commit(Changes(writes={(TABLE, "z"): record("3")}))
    assert content(database, "z") is None


@pytest.mark.parametrize("name", READS)
def test_commit_ignores_other_changes(database: RedisDatabase, name: str) -> None:
    """What was not read may change, also in another namespace."""
    put(database, a="1", b="1")
    session = database.session("here")
    READS[name](session)
    run(database, lambda other: None, Changes(writes={(TABLE, "y"): record("2", "eve")})) if (
        name != "all"
    ) else None
    elsewhere = database.session("elsewhere")
    elsewhere.commit(CHANGES[name])
    session.commit(Changes(writes={(TABLE, "z"): record("3")}))
    assert content(database, "z") == b"3"


def test_two_reads_are_validated_without_writes(database: RedisDatabase) -> None:
    """They are not of one moment; one read is, and needs no validation."""
    put(database, a="1", b="1")
    for keys, conflicts in (("a", False), ("ab", True)):
        session = database.session("here")
        for key in keys:
            session.get(TABLE, key)
        put(database, a="2")
        if conflicts:
            with pytest.raises(Conflict):
                session.commit(Changes(exchanges=[b"x"]))
        else:
            session.commit(Changes(exchanges=[b"x"]))


def test_reads_of_attempt_before_are_of_one_moment(database: RedisDatabase) -> None:
    """The second attempt only reads and needs no validation, whatever changes."""
    put(database, a="1", b="1")
    first = database.session("here")
    first.get(TABLE, "a")
    first.page(TABLE, of_user())
    first.close()
    second = database.session("here", first.reads)
    put(database, a="2", b="2")
    assert second.get(TABLE, "a") == first.get(TABLE, "a")
    assert [found.encoded for _, found in second.page(TABLE, of_user())] == [b"1", b"1"]
    second.commit(Changes(exchanges=[b"x"]))


def test_reads_of_attempt_before_are_validated_with_writes(database: RedisDatabase) -> None:
    """What is written may follow from them."""
    put(database, a="1")
    first = database.session("here")
    first.get(TABLE, "a")
    first.close()
    second = database.session("here", first.reads)
    put(database, a="2")
    with pytest.raises(Conflict):
        second.commit(Changes(writes={(TABLE, "b"): record("1")}))


def test_same_read_is_made_once(server: RedisServer, database: RedisDatabase) -> None:
    """A session sees one value, and asks for it once."""
    put(database, a="1")
    session = database.session("here")
    session.get(TABLE, "a")
    before = server.run("INFO", "commandstats")["cmdstat_get"]["calls"]
    put(database, b="1")
    session.get(TABLE, "a")
    assert server.run("INFO", "commandstats")["cmdstat_get"]["calls"] == before + 1  # by the put
    session.close()


def test_increments_of_many_threads_are_all_counted(database: RedisDatabase) -> None:
    """Requests that read and write one record are run again until each has counted."""
    put(database, a="0")

    def increment() -> None:
        for _ in range(25):
            reads = None
            while True:
                with suppress(Conflict):
                    session = database.session("here", reads)
                    reads = session.reads or reads
                    found = session.get(TABLE, "a")
                    reads = session.reads
                    assert found is not None
                    number = str(int(found.encoded) + 1)
                    session.commit(Changes(writes={(TABLE, "a"): record(number)}))
                    break

    threads = [Thread(target=increment) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert content(database, "a") == b"100"


def test_session_that_assumes_what_has_changed_counts_nothing(database: RedisDatabase) -> None:
    """A request that is run again for that may not count what it counted in vain."""
    put(database, a="1")
    known = database.session("here").get(TABLE, "a")
    session = database.session("here")
    assert session.get_as_known(TABLE, "a", known) == known
    assert session.add("n") == 1
    put(database, a="2")
    with pytest.raises(Conflict):
        session.add("n")
    session.close()
    assert database.session("here").counter("n") == 1


def test_watch_of_session_before_does_not_conflict(database: RedisDatabase) -> None:
    """A connection that is used again has forgotten what the session before has read."""
    put(database, a="1")
    session = database.session("here")
    session.get(TABLE, "a")
    session.close()
    put(database, a="2")
    session = database.session("here")
    session.get(TABLE, "b")
    session.commit(Changes(writes={(TABLE, "b"): record("1")}))


def test_scripts_are_loaded_again(server: RedisServer, database: RedisDatabase) -> None:
    """Redis may forget them at any time: outside of a transaction and in it."""
    put(database, a="1")
    server.run("SCRIPT", "FLUSH")
    put(database, a="2")
    server.run("SCRIPT", "FLUSH")
    session = database.session("here")
    assert len(session.page(TABLE, of_user())) == 1
    server.run("SCRIPT", "FLUSH")
    with pytest.raises(Conflict):
        session.commit(Changes(writes={(TABLE, "a"): record("3")}))
    assert content(database, "a") == b"2"
    assert run(database, lambda s: s.get(TABLE, "a"), CHANGES["get"]) == 1


def test_namespace_is_named_again_after_flush(server: RedisServer, database: RedisDatabase) -> None:
    """A process that has named it once notices that its name is gone."""
    put(database, a="1")
    assert database.names() == ["here"]
    server.run("FLUSHALL")
    assert database.names() == []
    put(database, a="1")
    assert database.names() == ["here"]


def test_namespace_is_named_again_after_drop_by_another_process(
    server: RedisServer, database: RedisDatabase
) -> None:
    """Nothing is left of it in Redis, and what is written afterwards has its name again."""
    put(database, a="1")
    run(database, lambda session: session.add("n"), Changes(exchanges=[b"x"]))
    with opened(server.url) as other:
        assert other.drop("here")
        assert not other.drop("here")
    assert server.run("DBSIZE") == 0
    put(database, a="1")
    assert database.names() == ["here"]


def test_all_and_drop_of_many_records(server: RedisServer, database: RedisDatabase) -> None:
    """More records than one step reads or removes are all read, and all removed."""
    for first in range(0, 12_000, 3000):
        writes = {(TABLE, f"{n}"): record("1", f"{n % 7}") for n in range(first, first + 3000)}
        run(database, lambda session: None, Changes(writes=writes))
    session = database.session("here")
    assert [key for key, _ in session.all(TABLE)] == [f"{number}" for number in range(12_000)]
    session.commit(Changes())
    assert database.drop("here")
    assert server.run("DBSIZE") == 0


def test_clock_is_that_of_redis(server: RedisServer, database: RedisDatabase) -> None:
    """The difference to the engine's time is small."""
    seconds, microseconds = server.run("TIME")
    there = (int(seconds) * 1_000_000 + int(microseconds)) * 1000
    assert abs(database.time_ns() - there) < TIMEOUT * 1e9
