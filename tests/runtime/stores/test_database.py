"""Every database keeps records and their places, commits them, and refuses what conflicts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from tests.runtime.stores.things import (
    ADDED,
    BY_COLOUR,
    OF_SHAPE,
    OF_SHAPE_BY_COLOUR,
    OTHER,
    TABLE,
    listed,
    put,
    thing,
    words,
)
from tests.support.databases import Factory
from understudy.runtime.stores.database import Changes, Database, Page, Session, TableName, Write
from understudy.runtime.stores.errors import Conflict
from understudy.runtime.stores.places import index_name, places_of, sort_key
from understudy.runtime.stores.store import Collection, Index


def test_record_is_found_by_its_key(database: Database) -> None:
    """A committed record is returned as it was written, whatever the characters of its key."""
    for key in ("a", "", "a\0b", "%?#/ü\U0001f600", "\ud800", "x" * 5000):
        write = Write(key.encode(errors="surrogatepass") + b" is any bytes")
        put(database, (key, write))
        found = database.session("default").get(TABLE, key)
        assert found is not None
        assert found.encoded == write.encoded
        assert key in [k for k, _ in database.session("default").all(TABLE)]
    assert database.session("default").get(TABLE, "b") is None


def test_tables_are_separate(database: Database) -> None:
    """Namespaces, APIs, tenants and collections each have records of their own."""
    names = [TableName(*"abc"), TableName(*"xbc"), TableName(*"axc"), TableName(*"abx")]
    for space in ("one", "two"):
        for number, name in enumerate(names):
            write = Write(f"{space} {number}".encode())
            database.session(space).commit(Changes(writes={(name, "key"): write}))
    found = [database.session(s).get(n, "key") for s in ("one", "two") for n in names]
    assert [f and f.encoded for f in found] == [
        f"{s} {n}".encode() for s in ("one", "two") for n in range(4)
    ]


def test_position_is_that_of_the_first_put(database: Database) -> None:
    """A record keeps its position when it is replaced; after a deletion it has a new one."""

    def position(key: str) -> int:
        found = database.session("default").get(TABLE, key)
        assert found is not None
        return found.position

    put(database, ("a", thing("a")), ("b", thing("b")), ("c", thing("c")))
    first = [position(key) for key in "abc"]
    assert first == sorted(set(first))
    put(database, ("b", thing("b", "red")))
    assert [position(key) for key in "abc"] == first
    put(database, ("b", Write(None)))
    put(database, ("b", thing("b")))
    assert position("b") > first[2]


def test_position_of_deleted_record_is_never_given_again(factory: Factory, tmp_path: Path) -> None:
    """Not even if the newest record was deleted, and the database was closed since then."""
    positions = []
    for key in "abc":
        database = factory(tmp_path)
        database.open()
        put(database, (key, thing(key)))
        found = database.session("default").get(TABLE, key)
        assert found is not None
        positions.append(found.position)
        put(database, (key, Write(None)))
        database.close()
    assert positions == sorted(set(positions))


def test_page_has_the_order_of_its_index(database: Database) -> None:
    """Records are sorted by insertion, a field or groups; equal values by insertion, null first."""
    put(
        database,
        *(("a", thing("a", "red", "o")), ("b", thing("b", "blue", "x"))),
        *(("c", thing("c", None, "o")), ("d", thing("d", "blue", "o"))),
    )
    session = database.session("default")
    assert listed(session, ADDED) == "abcd"
    assert listed(session, ADDED, descending=True) == "dcba"
    assert listed(session, BY_COLOUR) == "cbda"
    assert listed(session, BY_COLOUR, descending=True) == "adbc"
    assert listed(session, OF_SHAPE, "o") == "acd"
    assert listed(session, OF_SHAPE_BY_COLOUR, "o", descending=True) == "adc"
    assert listed(session, OF_SHAPE, "nothing") == ""
    assert listed(session, Index(order="no such index")) == ""


def test_page_has_offset_and_limit(database: Database) -> None:
    """Pages neither lose nor repeat records, forwards, backwards, and beyond the end."""
    put(database, *((chr(97 + n), thing("x", "red", "o")) for n in range(10)))
    session = database.session("default")
    for index, group in ((ADDED, None), (BY_COLOUR, None), (OF_SHAPE, "o")):
        pages = [listed(session, index, group, offset=n, limit=4) for n in (0, 4, 8, 12)]
        assert pages == ["abcd", "efgh", "ij", ""]
        pages = [
            listed(session, index, group, offset=n, limit=4, descending=True) for n in (0, 4, 8)
        ]
        assert pages == ["jihg", "fedc", "ba"]
    assert listed(session, ADDED, limit=0) == ""
    assert listed(session, ADDED, offset=7) == "hij"


def test_page_has_strict_limits(database: Database) -> None:
    """`above` and `below` exclude the values, or positions, that they name."""
    put(database, *((k, thing(k, c, "o")) for k, c in zip("abcd", (1, 2, 2, 3), strict=True)))
    session = database.session("default")
    assert listed(session, BY_COLOUR, above=sort_key(1)) == "bcd"
    assert listed(session, BY_COLOUR, above=sort_key(1), below=sort_key(3), offset=1) == "c"
    assert listed(session, OF_SHAPE_BY_COLOUR, "o", below=sort_key(2)) == "a"
    first, second, *_, last = (record.position for _, record in session.all(TABLE))
    assert listed(session, ADDED, above=first, below=last) == "bc"
    assert listed(session, OF_SHAPE, "o", above=second, descending=True) == "dc"
    assert listed(session, ADDED, above=last) == ""


def test_places_follow_their_record(database: Database) -> None:
    """A replaced record is where its new values are, a deleted one nowhere."""
    put(database, ("a", thing("a", "red", "o")), ("b", thing("b", "blue", "o")))
    put(database, ("a", thing("a", "amber", "x")))
    session = database.session("default")
    assert listed(session, BY_COLOUR) == "ab"
    assert (listed(session, OF_SHAPE, "o"), listed(session, OF_SHAPE, "x")) == ("b", "a")
    assert [session.count(TABLE, "shape/", sort_key(shape)) for shape in "oxy"] == [1, 1, 0]
    put(database, ("a", Write(None)), ("never there", Write(None)))
    session = database.session("default")
    assert listed(session, ADDED) == listed(session, BY_COLOUR) == words(session.all(TABLE)) == "b"
    assert session.count(TABLE, "/", b"") == 1


def test_count_follows_a_large_group(database: Database) -> None:
    """The number of a thousand records is right after each of several commits."""
    put(database, *((f"{n}", thing("x", "red", "o")) for n in range(1000)))
    assert database.session("default").count(TABLE, "shape/", sort_key("o")) == 1000
    put(
        database, ("5", Write(None)), ("6", thing("6", "red", "x")), ("new", thing("x", "red", "o"))
    )
    assert database.session("default").count(TABLE, "shape/", sort_key("o")) == 999
    assert database.session("default").count(TABLE, "/", b"") == 1000
    database.session("default").commit(Changes(dropped=[TABLE]))
    assert database.session("default").count(TABLE, "shape/", sort_key("o")) == 0


def test_dropped_table_loses_its_records_first(database: Database) -> None:
    """What the same commit writes stays, and so do other tables."""
    put(database, ("a", thing("a")), ("b", thing("b")))
    put(database, ("a", thing("a")), table=OTHER)
    changes = Changes(dropped=[TABLE, TableName("", "", "none")])
    changes.writes[TABLE, "c"] = thing("c", "red")
    database.session("default").commit(changes)
    session = database.session("default")
    assert (words(session.all(TABLE)), listed(session, ADDED)) == ("c", "c")
    assert words(session.all(OTHER)) == "a"
    assert sorted(session.tables()) == sorted([TABLE, OTHER])


def test_session_reads_only_what_is_committed(database: Database) -> None:
    """A session that is closed has written nothing."""
    session = database.session("default")
    assert session.get(TABLE, "a") is None
    assert session.tables() == []
    session.close()
    assert list(database.names()) == []


def test_change_of_what_was_read_is_a_conflict(database: Database) -> None:
    """A commit writes nothing if a record, a page, or a count that it has read was changed."""
    put(database, ("a", thing("a", "red", "o")))
    reads: list[Callable[[Session], object]] = [
        lambda session: session.get(TABLE, "a"),
        lambda session: session.page(TABLE, Page("shape/", sort_key("o"))),
        lambda session: session.count(TABLE, "shape/", sort_key("o")),
        lambda session: session.all(TABLE),
    ]
    for number, read in enumerate(reads):
        session = database.session("default")
        read(session)
        put(database, ("a", Write(None)))
        put(database, ("a", thing("a", "red", "o")))
        with pytest.raises(Conflict):
            session.commit(Changes(writes={(TABLE, f"b{number}"): thing("b")}))
        again = database.session("default", session.reads)
        read(again)
        again.commit(Changes(writes={(TABLE, f"c{number}"): thing("c")}))
    found = words(database.session("default").all(TABLE))
    assert "b" not in found
    assert found.count("c") == 4


def test_commit_without_changes_checks_what_was_read(database: Database) -> None:
    """A request that only reads is told that its reads are not of one moment."""
    session = database.session("default")
    assert session.get(TABLE, "a") is None
    session.commit(Changes())
    session = database.session("default")
    assert session.get(TABLE, "a") is None
    put(database, ("a", thing("a")))
    session.get(TABLE, "b")
    with pytest.raises(Conflict):
        session.commit(Changes())


def test_known_record_is_checked_by_the_commit(database: Database) -> None:
    """It may be returned without a look; whether a request writes or not, it must be what it is."""
    put(database, ("a", thing("a")))
    known = database.session("default").get(TABLE, "a")
    session = database.session("default")
    assert session.get_as_known(TABLE, "a", known) == known
    session.commit(Changes(exchanges=[b"e"]))
    put(database, ("a", thing("a", colour="blue")))
    for changes in (
        Changes(),
        Changes(exchanges=[b"e"]),
        Changes(writes={(TABLE, "b"): thing("b")}),
    ):
        session = database.session("default")
        if session.get_as_known(TABLE, "a", known) != known:
            continue
        with pytest.raises(Conflict):
            session.commit(changes)


def test_renewed_record_comes_last(database: Database) -> None:
    """A record that was deleted and put again in one request is a new one."""
    put(database, ("a", thing("a")), ("b", thing("b")))
    put(database, ("a", thing("a")._replace(renew=True)))
    assert [key for key, _ in database.session("default").all(TABLE)] == ["b", "a"]


def test_records_are_indexed_anew_for_other_indexes(database: Database) -> None:
    """Where a newer version of handlers declares others; what is as before costs nothing."""
    by_size = Index(order="size")
    old, new = Collection("boxes", (Index(),)), Collection("boxes", (Index(), by_size))
    table = TableName("shop", "", "boxes")
    database.reindex({("shop", "boxes"): old.indexes})
    for number in range(5):
        record = {"size": 5 - number}
        write = Write(msgspec.json.encode(record), places_of(old, record))
        put(database, (f"b{number}", write), table=table)
    database.reindex({("shop", "boxes"): new.indexes})
    page = Page(index_name(by_size), b"", limit=2)
    assert [key for key, _ in database.session("default").page(table, page)] == ["b4", "b3"]
    assert len(database.session("default").all(table)) == 5
