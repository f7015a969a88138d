"""`serve --workers`: several processes at one address."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from functools import partial
from pathlib import Path
from threading import Event, Thread
from urllib.parse import urlsplit

import httpx
import pytest

from tests.support.coverage import unmeasured
from tests.support.documents import PETSTORE
from tests.support.server import UNDERSTUDY, Server, run, running
from tests.support.timeouts import TIMEOUT, wait_until
from understudy.serving.processes.shared_address import SharedAddress
from understudy.serving.processes.slot import Slot

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="--workers needs Linux")


@pytest.fixture
def document(tmp_path: Path) -> str:
    """Return the path of a document without handlers."""
    path = tmp_path / "pets.yaml"
    path.write_text(PETSTORE)
    return str(path)


def workers_of(server: Server) -> set[int]:
    """Return the process ids of the workers of a server."""
    pid = server.process.pid
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return {int(child) for child in children.split() if is_running(int(child))}


def is_running(pid: int) -> bool:
    """Return whether a process exists, and has not ended."""
    return state_of(pid) != "Z"


def state_of(pid: int) -> str:
    """Return the letter of a process's state: T if it is stopped, Z if it has ended."""
    with suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    return "Z"


def get(server: Server, path: str = "/pets/1") -> tuple[int, bytes]:
    """Send a request on a new connection; return the status and the body."""
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=TIMEOUT)
    with closing(connection):
        connection.request("GET", path, headers={"Authorization": "Api-Key k"})
        response = connection.getresponse()
        return response.status, response.read()


def test_banner_is_printed_once(document: str) -> None:
    """It has one line more, and standard output nothing else; code 0 after SIGTERM."""
    with running("--workers", "3", document) as server:
        assert server.banner.splitlines() == [
            f"Pets at {server.url}/pets",
            "Each of the 3 workers has state of its own",
            f"The reference at {server.url}/",
            f"Try: curl {server.url}/_understudy/health",
        ]
        assert len(workers_of(server)) == 3
        workers = workers_of(server)
        server.process.send_signal(signal.SIGTERM)
        rest, _ = server.process.communicate(timeout=TIMEOUT)
        assert rest == ""
        assert not any(map(is_running, workers))


def test_requests_reach_all_workers(document: str) -> None:
    """New connections are dealt out: each journal has a part of the requests."""
    with running("--workers", "2", document) as server:
        for _ in range(100):
            assert get(server)[0] == 200
        bodies = {get(server, "/_understudy/requests/count")[1] for _ in range(50)}
    counts = [json.loads(body)["count"] for body in bodies]
    assert sum(counts) == 100 or counts == [50]  # 50 each


def test_killed_worker_is_replaced(document: str, tmp_path: Path) -> None:
    """Every connection is answered meanwhile; the log says how the worker ended."""
    log = tmp_path / "log"
    with log.open("w") as stderr, running("--workers", "2", document, stderr=stderr) as server:
        victim = min(workers_of(server))
        os.kill(victim, signal.SIGKILL)
        assert all(get(server)[0] == 200 for _ in range(50))
        wait_until(lambda: len(workers_of(server) - {victim}) == 2)
    text = f"WARNING: worker {victim} was ended by SIGKILL; another one starts now\n"
    assert log.read_text() == text


def test_worker_that_fails_again_and_again_starts_ever_later() -> None:
    """The delay doubles up to half a minute, and is none again after a life of ten seconds.
    Meanwhile other sockets get the connections."""
    address = SharedAddress("127.0.0.1", 0)
    slot, other = Slot(address), address.listen()
    slot.open()
    assert [slot.restart(lived=1) for _ in range(10)] == [0, 0.5, 1, 2, 4, 8, 16, 30, 30, 30]
    other.settimeout(TIMEOUT)
    for _ in range(20):
        with socket.create_connection(other.getsockname()):
            other.accept()[0].close()
    slot.open()
    assert [slot.restart(lived=lived) for lived in (10, 1, 1)] == [0, 0, 0.5]
    other.close()
    address.close()


def test_hangup_replaces_workers_without_losing_a_request(document: str) -> None:
    """Not even one on a connection that stays open, which is the server's to close."""
    with running("--workers", "2", document) as server, load(server) as failures:
        for _ in range(3):
            before = workers_of(server)
            server.process.send_signal(signal.SIGHUP)
            wait_until(partial(are_replaced, server, before))
    assert failures == []


def are_replaced(server: Server, before: set[int]) -> bool:
    """Return whether a server has none of these workers, but others."""
    now = workers_of(server)
    return len(now) == len(before) and not now & before


@pytest.mark.parametrize(
    ("signals", "warnings"), [(1, 2), (2, 0)], ids=["after 5 seconds", "at the second signal"]
)
def test_workers_that_hang_are_killed(
    document: str, tmp_path: Path, signals: int, warnings: int
) -> None:
    """When their time is over, or at the second signal. The code is 0."""
    log = tmp_path / "log"
    with log.open("w") as stderr, running("--workers", "2", document, stderr=stderr) as server:
        workers = workers_of(server)
        for worker in workers:
            os.kill(worker, signal.SIGSTOP)
        wait_until(lambda: all(state_of(worker) == "T" for worker in workers))
        for _ in range(signals):
            server.process.send_signal(signal.SIGINT)
            wait_until(lambda: all(map(is_asked_to_end, workers)))
        assert server.process.wait(TIMEOUT) == 0
        assert not any(map(is_running, workers))
    assert log.read_text().count("did not end in time and is killed\n") == warnings


def is_asked_to_end(pid: int) -> bool:
    """Return whether a stopped process has a SIGTERM to handle, or is gone."""
    with suppress(FileNotFoundError, ProcessLookupError):
        status = Path(f"/proc/{pid}/status").read_text()
        pending = next(line for line in status.splitlines() if line.startswith("ShdPnd"))
        return bool(int(pending.split()[1], 16) >> (signal.SIGTERM - 1) & 1)
    return True


def test_workers_end_with_their_parent(document: str) -> None:
    """However it ended; its port is free again."""
    arguments = [*UNDERSTUDY, "serve", document, "--port", "0", "--workers", "2"]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = [process.stdout.readline() for _ in range(4)][2].split()[-1]
        workers = workers_of(Server(url, process, ""))
        process.kill()
        process.wait(TIMEOUT)
        wait_until(lambda: not any(map(is_running, workers)))
    address = urlsplit(url)
    with socket.socket() as free:
        free.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        free.bind((address.hostname, address.port))


def test_server_ends_with_its_terminal(document: str) -> None:
    """SIGHUP by a terminal that is closed is no request to replace workers."""
    script = (
        "import os, pty, sys\n"
        "pid, terminal = pty.fork()\n"
        "if pid == 0: os.execv(sys.executable, [sys.executable, *sys.argv[1:]])\n"
        "text = b''\n"
        "while b'Try: ' not in text: text += os.read(terminal, 1000)\n"
        "print(pid, open(f'/proc/{pid}/task/{pid}/children').read())"
    )
    arguments = [*UNDERSTUDY[1:], "serve", document, "--port", "0", "--workers", "2"]
    ended = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=True,
    )
    pids = [int(pid) for pid in ended.stdout.split()]
    assert len(pids) == 3
    wait_until(lambda: not any(map(is_running, pids)))


@pytest.mark.parametrize("workers", ["1", "2"])
def test_taken_port_is_refused(document: str, workers: str) -> None:
    """Also that of several workers, which share it only among themselves."""
    with running("--workers", "2", document) as server:
        port = str(urlsplit(server.url).port)
        second = run("serve", document, "--port", port, "--workers", workers)
    assert (second.returncode, second.stdout) == (2, "")
    assert second.stderr == (
        f"understudy: port {port} of 127.0.0.1 is taken; choose another with --port, "
        "or --port 0 for any that is free\n"
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            ["--workers", "2"],
            "--workers 2: the state of eliza, zep, zep4 would differ between workers; give a "
            "shared store by --store redis://HOST/DB, or --unshared to do without",
        ),
        (
            ["--workers", "4", "--unshared", "--max-memory", "64MB"],
            "--max-memory is for all 4 workers together, and each needs at least 32MB: give 128MB "
            "or more",
        ),
        (["--workers", "0"], "'0' is not a whole number above 0"),
    ],
)
def test_options_that_do_not_fit_are_refused(options: list[str], message: str) -> None:
    """One sentence that says what to do, and code 2."""
    completed = run("serve", "--port", "0", *options)
    assert completed.returncode == 2
    assert completed.stderr.rstrip().endswith(message)


def test_workers_may_have_state_of_their_own() -> None:
    """With `--unshared`, what one worker stores is not found by all connections."""
    with running("--workers", "2", "--unshared") as server:
        with httpx.Client(base_url=server.url, headers={"authorization": "Api-Key k"}) as client:
            client.post("/api/v2/users", json={"user_id": "ada"})
            assert client.get("/api/v2/users/ada").status_code == 200
        assert {get(server, "/api/v2/users/ada")[0] for _ in range(50)} == {200, 404}


@pytest.mark.parametrize(
    ("end", "code", "words"),
    [
        ("os._exit(3)", 1, "no worker became ready: worker {} exited with code 3\n"),
        ("os.abort()", 1, "no worker became ready: worker {} was ended by SIGABRT\n"),
        ("os._exit(2)", 2, ""),
    ],
)
def test_supervisor_gives_up_if_the_first_worker_does(end: str, code: int, words: str) -> None:
    """It says how that ended, but not after a UsageError, which has said why."""
    script = (
        "import os, sys\n"
        "from understudy.serving.processes.supervisor import Supervisor\n"
        f"def fail(): print(os.getpid(), flush=True); {end}\n"
        "supervisor = Supervisor('127.0.0.1', 0, 2)\n"
        "sys.exit(supervisor.run(None, ready=None, after_fork=fail))\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        env=unmeasured(),
        check=False,
    )
    assert ended.returncode == code
    assert ended.stderr == words.format(ended.stdout.strip())


@contextmanager
def load(server: Server) -> Iterator[list[str]]:
    """Send requests on lasting connections until the block ends; yield what fails."""
    failures: list[str] = []
    stop = Event()
    threads = [Thread(target=_send, args=(server, stop, failures)) for _ in range(8)]
    for thread in threads:
        thread.start()
    try:
        yield failures
    finally:
        stop.set()
        for thread in threads:
            thread.join(TIMEOUT)


def _send(server: Server, stop: Event, failures: list[str]) -> None:
    """Send requests until the end. `http.client` repeats none, and opens a connection anew where
    the last response has announced its end."""
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=TIMEOUT)
    while not stop.is_set():
        try:
            connection.request("GET", "/pets/1")
            response = connection.getresponse()
            response.read()
            if response.status != 200:
                failures.append(str(response.status))
        except (OSError, http.client.HTTPException) as error:
            failures.append(repr(error))
            connection.close()
    connection.close()
