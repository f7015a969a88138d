"""Connections that are lost, and servers that stall, refuse or die."""

from __future__ import annotations

import time
from contextlib import suppress
from threading import Thread

import pytest

from tests.support.redis_requests import (
    TABLE,
    answers,
    content,
    opened,
    put,
    record,
    run,
)
from tests.support.redis_server import RedisServer, redis_server
from tests.support.stalling_proxy import StallingProxy
from tests.support.timeouts import TIMEOUT, wait_until
from understudy.runtime.stores.database import Changes
from understudy.runtime.stores.errors import Conflict, StoreUnavailable
from understudy.runtime.stores.redis.database import RedisDatabase


def test_dead_idle_connections_are_replaced(server: RedisServer, database: RedisDatabase) -> None:
    """A session does not fail because Redis has closed a connection that nobody used."""
    put(database, a="1")
    server.run("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
    assert content(database, "a") == b"1"


def test_dead_idle_connection_is_not_written_to(
    server: RedisServer, database: RedisDatabase
) -> None:
    """A session that begins with its commit, which cannot be repeated, finds out before."""
    put(database, a="1")
    server.run("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
    time.sleep(0.2)  # a connection that was used just now is not tested
    put(database, a="2")


def test_connection_lost_between_reads_is_conflict(
    server: RedisServer, database: RedisDatabase
) -> None:
    """What was watched is lost with it; the request can be run again."""
    put(database, a="1")
    session = database.session("here")
    session.get(TABLE, "a")
    server.run("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
    with pytest.raises(Conflict):
        session.get(TABLE, "b")


def test_connection_lost_at_commit_is_unavailable(
    server: RedisServer, database: RedisDatabase
) -> None:
    """Nobody knows whether it was done; the next request works."""
    put(database, a="1")
    session = database.session("here")
    session.get(TABLE, "a")
    server.run("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
    with pytest.raises(StoreUnavailable, match="failed: "):
        session.commit(Changes(writes={(TABLE, "a"): record("2")}))
    put(database, a="3")
    assert content(database, "a") == b"3"


def test_stall_is_unavailable_soon_and_ends(proxy: StallingProxy) -> None:
    """A request fails after a second, the next ones at once, until Redis answers again."""
    with opened(f"redis://127.0.0.1:{proxy.port}") as database:
        put(database, a="1")
        session = database.session("here")
        session.get(TABLE, "a")
        proxy.stall()
        with pytest.raises(StoreUnavailable, match=r"Timeout|in time"):
            session.commit(Changes(writes={(TABLE, "a"): record("2")}))
        with pytest.raises(StoreUnavailable):
            content(database, "a")
        assert not answers(database)
        proxy.resume()
        wait_until(lambda: answers(database))
        put(database, a="3")
        assert content(database, "a") == b"3"


def test_database_that_was_closed_is_opened_again(proxy: StallingProxy) -> None:
    """As in workers, whose parent has closed it: they keep connections, and know of stalls."""
    with opened(f"redis://127.0.0.1:{proxy.port}") as database:
        database.close()
        database.open()
        put(database, a="1")
        before = proxy.accepted
        assert [content(database, "a") for _ in range(3)] == [b"1"] * 3
        assert proxy.accepted == before
        proxy.stall()
        for _ in range(2):
            with pytest.raises(StoreUnavailable, match="Timeout"):
                content(database, "a")
        assert proxy.accepted <= before + 1  # only by the thread that pings
        proxy.resume()


def test_session_lasts_for_limited_time(proxy: StallingProxy) -> None:
    """Many slow trips are as bad as one that stalls."""
    with opened(f"redis://127.0.0.1:{proxy.port}") as database:
        proxy.delay = 0.2
        session = database.session("here")
        began = time.monotonic()
        with pytest.raises(StoreUnavailable):
            [session.get(TABLE, f"{number}") for number in range(100)]
        assert time.monotonic() - began > 1  # it did not fail for another reason
        proxy.delay = 0
        wait_until(lambda: answers(database))


def test_refused_connections_end(proxy: StallingProxy) -> None:
    """A server that goes away and comes back is used again."""
    with opened(f"redis://127.0.0.1:{proxy.port}") as database:
        put(database, a="1")
        proxy.refuse()
        with pytest.raises(StoreUnavailable):
            content(database, "a")
        assert not answers(database)
        proxy.resume()
        wait_until(lambda: answers(database))
        assert content(database, "a") == b"1"


def test_messages_go_on_after_lost_connection(proxy: StallingProxy) -> None:
    """The subscriber is told that some may be missing."""
    with opened(f"redis://127.0.0.1:{proxy.port}") as database:
        received: list[tuple[str, bytes]] = []
        database.subscribe(lambda namespace, message: received.append((namespace, message)))
        run(database, lambda session: None, Changes(messages=[b"one", b"two words"]))
        expected = [("here", b"one"), ("here", b"two words")]
        wait_until(lambda: received == expected)
        proxy.refuse()
        refused = proxy.accepted
        wait_until(lambda: proxy.accepted > refused)
        proxy.resume()
        expected += [("", b"")]
        wait_until(lambda: received == expected)
        wait_until(lambda: answers(database))
        run(database, lambda session: None, Changes(messages=[b"three"]))
        wait_until(lambda: received == [*expected, ("here", b"three")])


def test_messages_go_on_after_stall(proxy: StallingProxy) -> None:
    """A connection that is silent is tested, and replaced if it does not answer."""
    with opened(f"redis://127.0.0.1:{proxy.port}") as database:
        received: list[tuple[str, bytes]] = []
        database.subscribe(lambda namespace, message: received.append((namespace, message)))
        connections = proxy.accepted
        proxy.stall()
        wait_until(lambda: proxy.accepted > connections)
        assert received == []
        proxy.resume()
        wait_until(lambda: received == [("", b"")])


def test_kill_loses_nothing_with_appendfsync_always() -> None:
    """What was committed before Redis was killed is there after it has started again."""
    with redis_server() as server, opened(server.url) as database:
        assert database.warnings == []
        committed = 0

        def write() -> None:
            nonlocal committed
            with suppress(StoreUnavailable):
                while True:
                    put(database, **{f"k{committed}": "1"})
                    committed += 1

        for _ in range(3):
            thread = Thread(target=write)
            enough = committed + 20
            thread.start()
            wait_until(lambda enough=enough: committed > enough)  # type: ignore[misc]
            server.kill()
            thread.join(TIMEOUT)
            server.start()
            wait_until(lambda: answers(database))
            session = database.session("here")
            found = {key for key, _ in session.all(TABLE)}
            session.close()
            assert {f"k{number}" for number in range(committed)} <= found


def test_full_memory_is_unavailable(server: RedisServer, database: RedisDatabase) -> None:
    """A commit that Redis refuses changes nothing, and reads go on."""
    put(database, a="1")
    server.run("CONFIG", "SET", "maxmemory", "1")
    try:
        with pytest.raises(StoreUnavailable, match="'maxmemory'"):
            put(database, a="2", b="2")
        assert content(database, "a") == b"1"
    finally:
        server.run("CONFIG", "SET", "maxmemory", "0")
    assert content(database, "b") is None
