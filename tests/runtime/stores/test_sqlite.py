"""What only the SQLite database has: its file, its lock, and what a killed process leaves."""

from __future__ import annotations

import os
import resource
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from tests.support import sqlite_writer
from tests.support.sqlite_copy import copy
from tests.support.sqlite_writer import EACH, TABLE, commit, keys
from understudy.errors import UsageError
from understudy.runtime.stores.database import Changes, Page, Place, TableName, Write
from understudy.runtime.stores.errors import StoreUnavailable
from understudy.runtime.stores.places import places_of, sort_key
from understudy.runtime.stores.sqlite.database import SQLiteDatabase
from understudy.runtime.stores.store import Collection, Index

BY_COLOUR, OF_SHAPE = Index(order="colour"), Index(group="shape")
THINGS = TableName("shop", "", "things")


def opened(path: Path) -> SQLiteDatabase:
    """Return the database in a file, opened."""
    database = SQLiteDatabase(str(path), wait=0)
    database.open()
    return database


@pytest.fixture
def database(tmp_path: Path) -> Iterator[SQLiteDatabase]:
    """Return a new database, opened."""
    made = opened(tmp_path / "state.db")
    yield made
    made.close()


def refusal(path: Path) -> str:
    """Return what people are told about a file that cannot be opened, without the directory."""
    with pytest.raises(UsageError) as raised:
        opened(path)
    return str(raised.value).replace(str(path.parent), "DIR")


@pytest.mark.parametrize("name", ["a b", "a?mode=ro", "a#b", "a%20b", "ü\U0001f600", ":memory:"])
def test_file_may_have_any_name(name: str, tmp_path: Path) -> None:
    """The file has just this name, and keeps the state."""
    database = opened(tmp_path / name)
    commit(database)
    database.close()
    assert [path.name for path in tmp_path.iterdir()] == [name]
    database = opened(tmp_path / name)
    assert database.session("default").counter("n") == 1
    database.close()


def test_relative_name_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that SQLite would take for an address is the name of a file, too."""
    monkeypatch.chdir(tmp_path)
    for name in ("file:state.db", ":memory:"):
        opened(Path(name)).close()
        assert Path(name).is_file()


def test_second_process_is_refused(database: SQLiteDatabase, tmp_path: Path) -> None:
    """It is told why in a sentence; the first one goes on."""
    command = [sys.executable, "-m", sqlite_writer.__name__, str(tmp_path / "state.db")]
    second = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert "state.db is in use by another process; stop that one" in second.stderr
    assert refusal(tmp_path / "state.db").startswith("DIR/state.db is in use by another process")
    assert commit(database) == 1


def test_other_files_are_refused_and_left_alone(tmp_path: Path) -> None:
    """What is not a file of ours stays as it is; a sentence says what to do."""
    text = tmp_path / "text"
    text.write_text("no database" * 1000)
    assert refusal(text) == "DIR/text is not an SQLite database; give another file"
    assert text.read_text() == "no database" * 1000
    assert "is a directory" in refusal(tmp_path)
    assert "its directory does not exist" in refusal(tmp_path / "none" / "state.db")
    assert "has a null character" in refusal(tmp_path / "file\0name")


@pytest.mark.parametrize(
    "statement", ["CREATE TABLE t (a)", "PRAGMA application_id = 7", "PRAGMA user_version = 7"]
)
def test_database_of_another_application_is_refused(statement: str, tmp_path: Path) -> None:
    """Even if it has no tables, and nothing in it is changed."""
    with sqlite3.connect(tmp_path / "other.db") as other:
        other.execute(statement)
    other.close()
    before = (tmp_path / "other.db").read_bytes()
    sentence = "DIR/other.db belongs to another application; give another file"
    assert refusal(tmp_path / "other.db") == sentence
    assert (tmp_path / "other.db").read_bytes() == before


def test_file_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    """People are told to install that version."""
    opened(tmp_path / "state.db").close()
    with sqlite3.connect(tmp_path / "state.db") as newer:
        newer.execute("PRAGMA user_version = 1000")
    newer.close()
    assert "was written by a newer version of Understudy" in refusal(tmp_path / "state.db")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write to every file")
def test_file_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    """Neither can a file be made in a directory that cannot be written."""
    path = tmp_path / "state.db"
    opened(path).close()
    path.chmod(0o400)
    assert "cannot be written" in refusal(path)
    path.chmod(0o600)
    tmp_path.chmod(0o500)
    try:
        assert "files cannot be created in its directory" in refusal(path)
    finally:
        tmp_path.chmod(0o700)


def test_damaged_file_fails_in_a_sentence(tmp_path: Path) -> None:
    """When it is opened, or when what is damaged is read."""
    path = tmp_path / "state.db"
    database = opened(path)
    for _ in range(10):
        commit(database)
    database.close()
    content = path.read_bytes()
    path.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))
    database = SQLiteDatabase(str(path), wait=0)
    with pytest.raises((UsageError, StoreUnavailable), match=r"malformed|damaged"):
        read_all(database)
    database.close()


def read_all(database: SQLiteDatabase) -> None:
    """Open a database and read its records."""
    database.open()
    database.session("default").all(TABLE)


def test_removed_file_is_noticed(database: SQLiteDatabase, tmp_path: Path) -> None:
    """The check says that what is written now will be lost."""
    database.check()
    (tmp_path / "state.db").unlink()
    with pytest.raises(StoreUnavailable, match=r"the file state\.db was removed"):
        database.check()


def writer(path: Path, prepare: Callable[[], None] | None = None) -> subprocess.Popen[str]:
    """Start a process that writes to a file."""
    command = [sys.executable, "-m", sqlite_writer.__name__, str(path)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, preexec_fn=prepare)


def require_whole(database: SQLiteDatabase, acknowledged: int) -> int:
    """Require that each commit is there as a whole, up to the last one that was acknowledged;
    return how many there are."""
    session = database.session("default")
    last = session.counter("n")
    assert last in (acknowledged, acknowledged + 1)
    expected = [key for number in range(1, last + 1) for key in keys(number)]
    assert [key for key, _ in session.all(TABLE)] == expected
    assert [key for key, _ in session.page(TABLE, Page("/key", b""))] == expected
    kept = [int(exchange.encoded) for exchange in session.exchanges()]
    assert kept == list(range(last, max(last - 1000, 0), -1))
    assert session.journal_size() == (len(kept), last)
    return last


def test_killed_process_loses_nothing_that_it_acknowledged(tmp_path: Path) -> None:
    """Twenty times: what was committed is there as a whole, nothing is there by half."""
    path, last = tmp_path / "state.db", 0
    for attempt in range(20):
        process = writer(path)
        assert process.stdout is not None
        lines = iter(process.stdout)
        for _ in range(2):
            last = int(next(lines))
        time.sleep(attempt / 2000)  # so that the kill comes at different moments of a commit
        process.kill()
        last = max([last, *(int(line) for line in lines if line.endswith("\n"))])
        process.wait()
        process.stdout.close()
        database = opened(path)
        last = require_whole(database, last)
        database.close()


def test_number_of_a_request_that_writes_nothing_is_not_given_again(tmp_path: Path) -> None:
    """A counter is in the file once the request that used it is acknowledged."""
    database = opened(tmp_path / "state.db")
    session = database.session("default")
    session.add("n")
    session.commit(Changes(exchanges=[b"1"]))
    left = copy(tmp_path)
    assert left.session("default").counter("n") == 1
    left.close()
    database.close()


def test_full_disk_fails_in_a_sentence(tmp_path: Path) -> None:
    """What was acknowledged is there, and with more room the next commit works again."""
    path = tmp_path / "state.db"
    opened(path).close()
    limit = 400_000
    with writer(path, lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))) as process:
        *numbers, sentence = process.communicate()[0].splitlines()
    assert sentence.startswith("the database state.db failed: ")
    assert len(numbers) > 2
    database = opened(path)
    last = require_whole(database, int(numbers[-1]))
    assert commit(database) == last + 1
    database.close()


def test_failed_commit_changes_nothing(database: SQLiteDatabase) -> None:
    """Neither the file nor what is remembered of it; what waits is written by the next commit."""
    for _ in range(2):
        commit(database)
    database.session("new").commit(Changes(exchanges=[b"waits"]))
    pages = database.connection.row("PRAGMA page_count")[0]
    database.connection.row(f"PRAGMA max_page_count = {pages}")
    fresh = TableName("new", "", "new")
    big = Write(b"x" * 1_000_000, (Place("/new", b"", b""),))
    with pytest.raises(StoreUnavailable, match=r"the database state\.db failed: .*full"):
        database.session("new").commit(Changes(writes={(fresh, "k"): big}, messages=[b"never"]))
    assert database.session("new").tables() == []
    assert database.session("default").count(TABLE, "/key", b"") == 2 * EACH
    database.connection.row("PRAGMA max_page_count = 1000000")
    database.session("new").commit(Changes(writes={(fresh, "k"): big}))
    session = database.session("new")
    assert [key for key, _ in session.page(fresh, Page("/new", b""))] == ["k"]
    assert [exchange.encoded for exchange in session.exchanges()] == [b"waits"]


def test_request_that_changes_nothing_is_not_written_at_once(
    database: SQLiteDatabase, tmp_path: Path
) -> None:
    """Its exchange waits in memory; `flush` or the next lasting commit writes it."""
    size = (tmp_path / "state.db-wal").stat().st_size
    database.session("default").commit(Changes(exchanges=[b"1"]))
    assert (tmp_path / "state.db-wal").stat().st_size == size
    database.flush()
    left = copy(tmp_path)
    assert left.session("default").journal_size() == (1, 1)
    left.close()


def put_things(database: SQLiteDatabase, indexes: tuple[Index, ...], count: int) -> None:
    """Put things with a colour and a shape, indexed by these indexes."""
    changes = Changes()
    for number in range(count):
        record = {"colour": f"{number % 7}", "shape": "ox"[number % 2]}
        places = places_of(Collection("things", indexes), record)
        changes.writes[THINGS, f"{number}"] = Write(msgspec.json.encode(record), places)
    database.session("default").commit(changes)


def test_other_indexes_are_made_when_handlers_change(tmp_path: Path) -> None:
    """All records are in the new indexes, and none in those that are gone."""
    database = opened(tmp_path / "state.db")
    put_things(database, (BY_COLOUR,), 2500)
    database.reindex({("shop", "things"): (OF_SHAPE, Index()), ("shop", "none"): (Index(),)})
    database.close()
    database = opened(tmp_path / "state.db")
    session = database.session("default")
    assert session.count(THINGS, "shape/", sort_key("o")) == 1250
    assert [key for key, _ in session.page(THINGS, Page("/", b"", limit=3))] == ["0", "1", "2"]
    assert session.page(THINGS, Page("/colour", b"")) == []
    put_things(database, (OF_SHAPE, Index()), 10)
    assert database.session("default").count(THINGS, "/", b"") == 2500
    database.close()


def test_same_indexes_cost_nothing(database: SQLiteDatabase, tmp_path: Path) -> None:
    """Whatever their order is, nothing is written."""
    put_things(database, (BY_COLOUR, OF_SHAPE), 10)
    size = (tmp_path / "state.db-wal").stat().st_size
    database.reindex({("shop", "things"): (OF_SHAPE, BY_COLOUR, OF_SHAPE)})
    assert (tmp_path / "state.db-wal").stat().st_size == size


def test_records_without_a_place_are_left_as_they_are(database: SQLiteDatabase) -> None:
    """A record of other handlers, whose field cannot be sorted, is named in a sentence."""
    put_things(database, (BY_COLOUR,), 3)
    odd = Write(b'{"colour": "red", "size": [1]}', (Place("/colour", b"", sort_key("red")),))
    database.session("default").commit(Changes(writes={(THINGS, "odd"): odd}))
    with pytest.raises(UsageError, match=r"the record 'odd' of things .* group by list"):
        database.reindex({("shop", "things"): (Index(order="size"),)})
    found = database.session("default").page(THINGS, Page("/colour", b""))
    assert [key for key, _ in found] == ["0", "1", "2", "odd"]
