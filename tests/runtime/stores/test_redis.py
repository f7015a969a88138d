"""What only Redis has: conflicts, lost connections, several servers, and scripts."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread

import pytest

from tests.support.redis_server import RedisServer, redis_cluster, redis_sentinel, redis_server
from tests.support.server import ROOT, lasting_port
from tests.support.stalling_proxy import StallingProxy, stalling_proxy
from tests.support.timeouts import TIMEOUT, wait_until
from understudy.errors import UsageError
from understudy.runtime.stores.database import (
    Changes,
    Conflict,
    Page,
    Place,
    StoreUnavailable,
    TableName,
    Write,
)
from understudy.runtime.stores.places import sort_key
from understudy.runtime.stores.redis.database import RedisDatabase
from understudy.runtime.stores.redis.driver import redis_database
from understudy.runtime.stores.redis.session import RedisSession

TABLE = TableName("zep", "default", "sessions")
#: An index by insertion, for each user.
BY_USER = "user/"


@pytest.fixture(scope="module")
def server() -> Iterator[RedisServer]:
    """Run a server for the tests that do not hurt it."""
    with redis_server() as started:
        yield started


@contextmanager
def opened(url: str) -> Iterator[RedisDatabase]:
    """Open a database, until the block ends."""
    database = redis_database(url)
    database.open()
    try:
        yield database
    finally:
        database.close()


@pytest.fixture
def database(server: RedisServer) -> Iterator[RedisDatabase]:
    """Open an empty database."""
    server.run("FLUSHALL")
    with opened(server.url) as made:
        yield made


@pytest.fixture
def proxy(server: RedisServer) -> Iterator[StallingProxy]:
    """Run a proxy before the server, whose database is empty."""
    server.run("FLUSHALL")
    with stalling_proxy(server.port) as made:
        yield made


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
        return found and found.encoded
    finally:
        session.close()


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


def test_drop_of_many_records(server: RedisServer, database: RedisDatabase) -> None:
    """A namespace with more records than one step removes leaves nothing."""
    for first in range(0, 12_000, 3000):
        writes = {(TABLE, f"{n}"): record("1", f"{n % 7}") for n in range(first, first + 3000)}
        run(database, lambda session: None, Changes(writes=writes))
    assert database.drop("here")
    assert server.run("DBSIZE") == 0


def test_dead_idle_connections_are_replaced(server: RedisServer, database: RedisDatabase) -> None:
    """A session does not fail because Redis has closed a connection that nobody used."""
    put(database, a="1")
    server.run("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
    assert content(database, "a") == b"1"


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


def answers(database: RedisDatabase) -> bool:
    """Return whether the database answers."""
    try:
        database.check()
    except StoreUnavailable:
        return False
    return True


def test_stall_is_unavailable_soon_and_ends(proxy: StallingProxy) -> None:
    """A request fails after a second, the next ones at once, until Redis answers again."""
    with opened(f"redis://127.0.0.1:{proxy.port}") as database:
        put(database, a="1")
        session = database.session("here")
        session.get(TABLE, "a")
        proxy.stall()
        with pytest.raises(StoreUnavailable, match="Timeout|in time"):
            session.commit(Changes(writes={(TABLE, "a"): record("2")}))
        with pytest.raises(StoreUnavailable):
            content(database, "a")
        assert not answers(database)
        proxy.resume()
        wait_until(lambda: answers(database))
        put(database, a="3")
        assert content(database, "a") == b"3"


def test_session_lasts_for_limited_time(proxy: StallingProxy) -> None:
    """Many slow trips are as bad as one that stalls."""
    with opened(f"redis://127.0.0.1:{proxy.port}") as database:
        proxy.delay = 0.2
        session = database.session("here")
        began = time.monotonic()
        with pytest.raises(StoreUnavailable):
            for number in range(100):
                session.get(TABLE, f"{number}")
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
        proxy.cut()
        expected += [("", b"")]
        wait_until(lambda: received == expected)
        wait_until(lambda: answers(database))
        run(database, lambda session: None, Changes(messages=[b"three"]))
        wait_until(lambda: received == [*expected, ("here", b"three")])


def test_messages_survive_silence(database: RedisDatabase) -> None:
    """A connection without messages is tested, and not given up if it answers."""
    received: list[tuple[str, bytes]] = []
    database.subscribe(lambda namespace, message: received.append((namespace, message)))
    time.sleep(3)
    assert received == []


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
            before = committed
            thread.start()
            wait_until(lambda before=before: committed > before + 20)
            server.kill()
            thread.join(TIMEOUT)
            server.start()
            wait_until(lambda: answers(database))
            session = database.session("here")
            found = {key for key, _ in session.all(TABLE)}
            session.close()
            assert {f"k{number}" for number in range(committed)} <= found


def test_clock_is_that_of_redis(server: RedisServer, database: RedisDatabase) -> None:
    """The difference to the engine's time is small."""
    seconds, microseconds = server.run("TIME")
    there = (int(seconds) * 1_000_000 + int(microseconds)) * 1000
    assert abs(database.time_ns() - there) < TIMEOUT * 1e9


def test_cluster_spreads_namespaces() -> None:
    """Each namespace is on one server, and the set of names on one of them; slots may move."""
    with (
        redis_cluster() as servers,
        opened(f"redis+cluster://127.0.0.1:{servers[0].port}") as database,
    ):
        names = [f"n{number}" for number in range(20)]
        received: list[str] = []
        database.subscribe(lambda namespace, _: received.append(namespace))
        for name in names:
            session = database.session(name)
            session.get(TABLE, "a")
            session.commit(Changes(writes={(TABLE, "a"): record(name)}, messages=[b"m"]))
        assert database.names() == sorted(names)
        assert all(server.run("DBSIZE") > 10 for server in servers)
        wait_until(lambda: sorted(received) == sorted(names))
        assert database.drop("n0")
        assert "n0" not in database.names()


def test_cluster_moves_empty_slot() -> None:
    """A session that asks the wrong server conflicts, and the next one asks the right one."""
    with (
        redis_cluster() as servers,
        opened(f"redis+cluster://127.0.0.1:{servers[0].port}") as database,
    ):
        put(database, a="1")
        assert database.drop("here")
        slot = servers[0].run("CLUSTER", "KEYSLOT", "us:here")
        owner, other = servers if slot < 8192 else reversed(servers)
        for server in (other, owner):
            server.run("CLUSTER", "SETSLOT", slot, "NODE", other.run("CLUSTER", "MYID"))
        session = database.session("here")
        with pytest.raises(Conflict):
            session.get(TABLE, "a")
        put(database, a="2")
        assert content(database, "a") == b"2"


def test_sentinel_names_new_master() -> None:
    """After the master is lost, the replica is used once the Sentinel has made it the master."""
    with redis_sentinel() as (url, master, replica), opened(url) as database:
        put(database, a="1")
        wait_until(lambda: replica.run("DBSIZE") == master.run("DBSIZE"))
        master.kill()
        with pytest.raises(StoreUnavailable):
            put(database, a="2")
        wait_until(lambda: answers(database))
        assert content(database, "a") == b"1"
        put(database, a="3")
        assert content(database, "a") == b"3"


def test_unix_socket(server: RedisServer) -> None:
    """A path, with the number of the database as an option."""
    with opened(f"unix://{server.socket}?db=3") as database:
        put(database, a="1")
        assert content(database, "a") == b"1"
        assert server.run("INFO", "keyspace")["db3"]["keys"] > 0
        database.drop("here")


def test_warnings_say_what_is_not_promised() -> None:
    """One sentence for each setting that may lose state."""
    options = ("--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru")
    with redis_server(*options, appendfsync="everysec") as server:
        with opened(server.url) as database:
            assert [
                warning.partition("(")[2].partition(")")[0] for warning in database.warnings
            ] == ["appendfsync everysec", "maxmemory-policy allkeys-lru"]
        server.run("CONFIG", "SET", "appendonly", "no")
        with opened(server.url) as database:
            assert "appendonly no" in database.warnings[0]


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


def test_password_is_not_shown(server: RedisServer) -> None:
    """Neither in an error of the URL nor in one of the connection."""
    port = lasting_port()
    for url in (
        f"redis://ann:secret@127.0.0.1:{port}/0",
        f"redis://ann:secret@127.0.0.1:{server.port}/0",
        "redis://ann:secret@127.0.0.1:port",
        "redis://ann:secret@127.0.0.1/1?nonsense=1",
        "redis+sentinel://ann:secret@127.0.0.1",
        "redis+cluster://ann:secret@127.0.0.1/2",
        "http://ann:secret@127.0.0.1",
    ):
        with pytest.raises(UsageError) as caught, opened(url):
            pass
        assert "secret" not in str(caught.value)
        assert "127.0.0.1" in str(caught.value)


@pytest.mark.parametrize("scheme", ["valkey", "redis"])
def test_url_with_login_and_options(server: RedisServer, scheme: str) -> None:
    """User, password, database and options are those of the driver."""
    server.run("ACL", "SETUSER", "ann", "on", ">a:b", "~*", "&*", "+@all")
    url = f"{scheme}://ann:a%3Ab@127.0.0.1:{server.port}/5?socket_timeout=3"
    with opened(url) as database:
        put(database, a="1")
        assert content(database, "a") == b"1"
        database.drop("here")


def test_missing_driver_is_named(tmp_path: Path) -> None:
    """Without redis-py the error has the command that installs it."""
    (tmp_path / "redis.py").write_text("raise ModuleNotFoundError('no', name='redis')")
    program = (
        "import understudy.runtime.stores.redis.driver as d\n"
        "from understudy.errors import UsageError\n"
        "try: d.redis_database('redis://localhost')\n"
        "except UsageError as error: print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": f"{tmp_path}:{ROOT}"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "pip install 'understudy-mock[redis]'" in done.stdout
