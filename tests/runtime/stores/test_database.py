"""Every database keeps what the interface promises."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import pytest

from tests.support.databases import Factory
from understudy.runtime.stores.database import (
    Changes,
    Conflict,
    Database,
    Page,
    Session,
    StoredRecord,
    TableName,
    Write,
)
from understudy.runtime.stores.places import index_name, places_of, sort_key
from understudy.runtime.stores.store import Collection, Index

ADDED = Index()
BY_COLOUR = Index(order="colour")
OF_SHAPE = Index(group="shape")
OF_SHAPE_BY_COLOUR = Index(order="colour", group="shape")
THINGS = Collection("things", (ADDED, BY_COLOUR, OF_SHAPE, OF_SHAPE_BY_COLOUR))
TABLE = TableName("shop", "tenant", "things")
OTHER = TableName("shop", "another tenant", "things")


def thing(key: str, colour: str | int | None = None, shape: str | None = None) -> Write:
    """Return the write of a thing with its places."""
    record = {"key": key, "colour": colour, "shape": shape}
    return Write(msgspec.json.encode(record), places_of(THINGS, record))


def put(database: Database, *writes: tuple[str, Write], table: TableName = TABLE) -> None:
    """Commit writes by key."""
    changes = Changes(writes={(table, key): write for key, write in writes})
    database.session("default").commit(changes)


def words(records: Sequence[tuple[str, StoredRecord]]) -> str:
    """Return the keys of records as one word."""
    return "".join(key for key, _ in records)


def listed(session: Session, index: Index, group: str | None = None, **options: object) -> str:
    """Return the keys of a page as one word."""
    name = b"" if index.group is None else sort_key(group)
    return words(session.page(TABLE, Page(index_name(index), name, **options)))  # type: ignore[arg-type]


def exchanges(session: Session, *arguments: int) -> list[bytes]:
    """Return encoded exchanges of the journal, newest first."""
    return [exchange.encoded for exchange in session.exchanges(*arguments)]


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
    """It ends after its length, or if the clock was set back before it."""
    session = database.session("default")
    counted = [session.count_in_window("w", now, 10) for now in (100, 105, 109, 110, 90, 99, 100)]
    assert [(window.began, window.count) for window in counted] == [
        *((100, 1), (100, 2), (100, 3)),
        *((110, 1), (90, 1), (90, 2), (100, 1)),
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


class Model:
    """What a table must have: records with their positions, as one list."""

    def __init__(self) -> None:
        self.rows: dict[str, tuple[int, dict[str, object]]] = {}
        self.inserted = 0

    def write(self, key: str, record: dict[str, object] | None) -> None:
        """Put or delete a record."""
        if record is None:
            self.rows.pop(key, None)
        elif key in self.rows:
            self.rows[key] = self.rows[key][0], record
        else:
            self.inserted += 1
            self.rows[key] = self.inserted, record

    def page(self, page: Page, index: Index) -> list[str]:
        """Return the keys of a page."""
        rows = []
        for key, (position, record) in self.rows.items():
            (place,) = places_of(Collection("", (index,)), record)
            rows.append((place.group, place.order, position, key))
        found = sorted(row[1:] for row in rows if row[0] == page.group)
        found = [row for row in found if page.above is None or row[0] > page.above]  # type: ignore[operator]
        found = [row for row in found if page.below is None or row[0] < page.below]  # type: ignore[operator]
        found = found[::-1] if page.descending else found
        stop = None if page.limit is None else page.offset + page.limit
        return [key for *_, key in found[page.offset : stop]]


def random_page(chance: random.Random, index: Index, values: list[object]) -> Page:
    """Return a page of an index with some options."""
    group = b"" if index.group is None else sort_key(chance.choice(values))
    limits: list[bytes | None] = [None, None]
    if index.order is not None:
        limits = [chance.choice([None, sort_key(chance.choice(values))]) for _ in range(2)]
    return Page(
        index_name(index),
        group,
        descending=chance.random() < 0.5,
        offset=chance.choice([0, 0, 1, 5]),
        limit=chance.choice([None, 0, 1, 4]),
        above=limits[0],
        below=limits[1],
    )


@pytest.mark.parametrize("seed", range(5))
def test_random_operations_agree_with_a_model(seed: int, factory: Factory, tmp_path: Path) -> None:
    """Pages, counts and records of two tables, with restarts in between."""
    chance = random.Random(seed)
    values: list[object] = [None, "", "a", "a\0", "b", -1, 0, 2.5, 1 << 70, "ü"]
    models = {TABLE: Model(), OTHER: Model()}
    database = factory(tmp_path)
    database.open()
    for _ in range(150):
        changes = Changes()
        if chance.random() < 0.02:
            table = chance.choice([TABLE, OTHER])
            changes.dropped.append(table)
            models[table].rows.clear()
        for _ in range(chance.randrange(5)):
            table, key = chance.choice([TABLE, OTHER]), chance.choice("abcdefghijklmnop")
            record = {"colour": chance.choice(values), "shape": chance.choice(values)}
            if (table, key) in changes.writes:
                continue
            if chance.random() < 0.25:
                changes.writes[table, key] = Write(None)
                models[table].write(key, None)
            else:
                encoded = msgspec.json.encode(record)
                changes.writes[table, key] = Write(encoded, places_of(THINGS, record))
                models[table].write(key, record)
        database.session("default").commit(changes)
        session = database.session("default")
        for table, model in models.items():
            index = chance.choice(THINGS.indexes)
            page = random_page(chance, index, values)
            assert [key for key, _ in session.page(table, page)] == model.page(page, index)
            everything = Page(page.index_name, page.group)
            assert session.count(table, *everything[:2]) == len(model.page(everything, index))
            by_position = sorted(model.rows, key=lambda key: model.rows[key][0])
            assert words(session.all(table)) == "".join(by_position)
        if chance.random() < 0.03:
            database.close()
            database = factory(tmp_path)
            database.open()
    database.close()


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
