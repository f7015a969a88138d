"""Every database has counters, journals, messages and namespaces."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.runtime.stores.things import (
    OF_SHAPE_BY_COLOUR,
    TABLE,
    exchanges,
    listed,
    put,
    thing,
    words,
)
from tests.support.databases import Factory
from understudy.runtime.stores.database import Changes, Database, Page
from understudy.runtime.stores.errors import Conflict


def test_counter_is_changed_at_once(database: Database) -> None:
    """Also by a session that is closed without a commit; counters of namespaces are separate."""
    first, second = database.session("default"), database.session("default")
    assert [first.add("n"), second.add("n", 5), first.add("n", -2)] == [1, 6, 4]
    first.close()
    assert second.counter("n") == 4
    assert (second.counter("m"), database.session("other").counter("n")) == (0, 0)


def test_commit_sets_counters(database: Database) -> None:
    """Counters are set, or removed; all are removed first if the commit says so."""
    session = database.session("default")
    session.add("a")
    session.add("b")
    session.commit(Changes(counters={"a": 7, "b": None}))
    session = database.session("default")
    assert (session.counter("a"), session.counter("b")) == (7, 0)
    assert session.add("a") == 8
    session.count_in_window("w", 100, 10)
    session.commit(Changes(clear_counters=True, counters={"c": 1 << 60}))
    session = database.session("default")
    assert [session.counter(name) for name in "abc"] == [0, 0, 1 << 60]
    assert session.count_in_window("w", 101, 10).began == 101


def test_window_begins_with_its_first_count(database: Database) -> None:
    """It ends after its length, or if the clock was set back further than that; requests may come
    a little out of order."""
    session = database.session("default")
    counted = [session.count_in_window("w", now, 10) for now in (100, 105, 99, 110, 101, 90, 100)]
    assert [(window.began, window.count) for window in counted] == [
        *((100, 1), (100, 2), (100, 3)),
        *((110, 1), (110, 2), (90, 1), (100, 1)),
    ]
    assert session.count_in_window("other", 100, 10).count == 1


def test_journal_has_the_newest_exchanges(database: Database) -> None:
    """Newest first, each with a number that grows over all namespaces."""
    for name in ("default", "other", "default"):
        database.session(name).commit(Changes(exchanges=[b"1", b"2"]))
    put(database)
    session = database.session("default")
    assert exchanges(session) == [b"2", b"1", b"2", b"1"]
    assert exchanges(session, 3) == [b"2", b"1", b"2"]
    mine, others = session.exchanges(), database.session("other").exchanges()
    numbers = [e.number for e in (*mine[:2], *others, *mine[2:])]
    assert numbers == sorted(set(numbers), reverse=True)
    assert session.exchanges(after=mine[2].number) == mine[:2]
    assert session.exchanges(limit=1, after=mine[3].number) == mine[:1]
    assert session.journal_size() == (4, 4)
    assert database.session("nobody").journal_size() == (0, 0)


def test_journal_is_limited(factory: Factory, tmp_path: Path) -> None:
    """The oldest exchanges are removed if there are too many, or too many bytes of them."""
    database = factory(tmp_path, most_exchanges=3, most_bytes=100)
    database.open()
    for number in range(5):
        database.session("default").commit(Changes(exchanges=[b"%d" % number]))
    session = database.session("default")
    assert exchanges(session) == [b"4", b"3", b"2"]
    assert session.journal_size() == (3, 5)
    session.commit(Changes(exchanges=[b"x" * 99], counters={"a": 1}))
    session = database.session("default")
    assert exchanges(session) == [b"x" * 99, b"4"]
    assert session.journal_size() == (2, 6)
    database.close()


def test_cleared_journal_begins_anew(database: Database) -> None:
    """The exchange of the commit that clears it is the first one; numbers go on."""
    database.session("default").commit(Changes(exchanges=[b"1", b"2"]))
    last = database.session("default").exchanges()[0].number
    database.session("default").commit(Changes(clear_journal=True, exchanges=[b"3"]))
    session = database.session("default")
    assert exchanges(session) == [b"3"]
    assert session.journal_size() == (1, 1)
    assert session.exchanges()[0].number > last


def test_state_is_there_after_a_restart(factory: Factory, tmp_path: Path) -> None:
    """Records, places, counters, windows, the journal, and where numbers go on."""
    database = factory(tmp_path)
    database.open()
    session = database.session("default")
    session.add("n", 3)
    session.count_in_window("w", 100, 10)
    session.commit(Changes(writes={(TABLE, "a"): thing("a", "red", "o")}, exchanges=[b"1"]))
    database.session("default").add("n")
    database.session("default").commit(Changes(exchanges=[b"2"]))
    before = database.session("default").exchanges()
    database.session("default").commit(Changes(exchanges=[b"3"]))
    database.close()
    database = factory(tmp_path)
    database.open()
    session = database.session("default")
    assert listed(session, OF_SHAPE_BY_COLOUR, "o") == "a"
    assert session.counter("n") == 4
    assert session.count_in_window("w", 105, 10).count == 2
    assert exchanges(session) == [b"3", b"2", b"1"]
    assert [e.number for e in session.exchanges()][1:] == [e.number for e in before]
    assert session.journal_size() == (3, 3)
    database.close()


def test_dropped_namespace_has_nothing(database: Database) -> None:
    """Its records, counters and journal are gone, and it begins like a new one."""
    for name in ("a", "b"):
        session = database.session(name)
        session.add("n")
        session.commit(Changes(writes={(TABLE, "k"): thing("k", "red")}, exchanges=[b"1"]))
    assert sorted(database.names()) == ["a", "b"]
    assert database.drop("a") is True
    assert database.drop("a") is database.drop("never") is False
    assert list(database.names()) == ["b"]
    gone, other = database.session("a"), database.session("b")
    assert (gone.tables(), gone.all(TABLE), gone.get(TABLE, "k")) == ([], [], None)
    assert (gone.counter("n"), gone.journal_size(), exchanges(gone)) == (0, (0, 0), [])
    assert (words(other.all(TABLE)), other.counter("n"), exchanges(other)) == ("k", 1, [b"1"])
    gone.commit(Changes(writes={(TABLE, "l"): thing("l", "blue")}))
    assert words(database.session("a").all(TABLE)) == "l"
    assert words(database.session("a").page(TABLE, Page("/colour", b""))) == "l"


def test_names_are_of_namespaces_that_have_something(database: Database) -> None:
    """An exchange or a counter is something, too; a session alone is nothing."""
    database.session("nothing").commit(Changes())
    database.session("journal").commit(Changes(exchanges=[b"1"]))
    database.session("counter").add("n")
    put(database, ("a", thing("a")))
    assert sorted(database.names()) == ["counter", "default", "journal"]


def test_messages_are_received_in_their_order(database: Database) -> None:
    """Those of a commit come after it, with their namespace; those of a conflict never."""
    received: list[tuple[str, bytes]] = []
    database.subscribe(lambda name, message: received.append((name, message)))
    stale = database.session("default")
    stale.get(TABLE, "a")
    put(database, ("a", thing("a")))
    with pytest.raises(Conflict):
        stale.commit(Changes(writes={(TABLE, "b"): thing("b")}, messages=[b"never"]))
    database.session("default").commit(Changes(messages=[b"1", b"2"]))
    changes = Changes(writes={(TABLE, "b"): thing("b")}, exchanges=[b"e"], messages=[b"3"])
    database.session("other").commit(changes)
    deadline = time.monotonic() + 30
    while len(received) < 3 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert received == [("default", b"1"), ("default", b"2"), ("other", b"3")]


def test_time_is_that_of_now(database: Database) -> None:
    """In nanoseconds since 1970; a database that answers passes the check."""
    assert abs(database.time_ns() - time.time_ns()) < 60_000_000_000
    database.check()
