"""URLs, several servers, and what they promise."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.redis_requests import (
    TABLE,
    answers,
    content,
    opened,
    put,
    record,
)
from tests.support.redis_server import RedisServer, redis_cluster, redis_sentinel, redis_server
from tests.support.server import ROOT, lasting_port
from tests.support.timeouts import wait_until
from understudy.errors import UsageError
from understudy.runtime.stores.database import Changes
from understudy.runtime.stores.errors import Conflict, StoreUnavailable
from understudy.runtime.stores.redis.database import RedisDatabase


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


def test_cluster_comes_back() -> None:
    """While one of its servers is lost, a cluster refuses all requests, and then no more."""
    with (
        redis_cluster() as servers,
        opened(f"redis+cluster://127.0.0.1:{servers[0].port}") as database,
    ):
        put(database, a="1")
        servers[0].kill()
        wait_until(lambda: not works(database))
        servers[0].start()
        wait_until(lambda: works(database))
        assert content(database, "a") == b"1"


def works(database: RedisDatabase) -> bool:
    """Return whether a record can be written."""
    try:
        put(database, b="1")
    except StoreUnavailable:
        return False
    return True


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
