"""Load a server with all that clients do, and see that its memory does not grow.

Connections, sockets and namespaces come and go, requests are refused, bodies are large and requests
wait in line. Whatever the load makes it drops again, or makes again under the same name. The
resident memory is printed every few seconds. The exit code is 1 if it is more than 10 per cent
higher in the last tenth of the time than at the end of the first minute, or if a response is not
what the load expects, else 0.
"""

from __future__ import annotations

import argparse
import socket
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from itertools import count
from statistics import median
from urllib.parse import urlsplit

from benchmarks.commands import ServerCommand
from benchmarks.processes import ServerProcess, running
from benchmarks.result import at_most

#: The server: Zep needs a key, and Eliza has a limit that a flood reaches.
_OPTIONS = "--log-level error --api-key zep=soak --rate-limit eliza=500/60 --token soak"
_SERVE = ServerCommand(
    "Understudy", ("-m", "understudy", "serve", "--port", "0", *_OPTIONS.split())
)
_KEYS = "Authorization: Api-Key soak\r\n"
_TOKEN = "X-Understudy-Token: soak\r\n"  # noqa: S105
_UPGRADE = (
    "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
)

_UNEXPECTED = "unexpected responses"

#: Names that come again, so that what the load makes is bounded.
_NAMES = 50

#: Namespaces that are made first: as many as a server keeps, so that each new one replaces one.
_FLOOD = 1_000


class UnexpectedResponse(Exception):
    """The load is not what it should be."""


class Load:
    """Steps of load on one server; each opens its connection, and closes it."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._address = (parts.hostname, parts.port)
        self._numbers = count()

    def keep_alive(self) -> None:
        """Send several requests on a connection, and close it."""
        with self._connect() as connection:
            for _ in range(5):
                self._exchange(connection, "GET", "/api/v2/users/nobody", _KEYS)

    def refused(self) -> None:
        """Send requests that are refused."""
        too_large = f"{_KEYS}Content-Length: 9999999\r\n"
        self._once("GET", "/api/v2/users/nobody", expect=(401,))
        self._once("GET", "/_ns/soak/nowhere", "Origin: http://evil.example\r\n", expect=(403,))
        self._once("GET", "/nowhere", expect=(404,))
        self._once("POST", "/api/v2/users", too_large, framed=True, expect=(413,))
        self._once("GET", "/api/agents", expect=(200, 429))
        self._once("GET", "/api/agents", f"X: {'x' * 100_000}\r\n", expect=(431,))
        many = "".join(f"x{n}: y\r\n" for n in range(300))
        self._once("GET", "/api/agents", many, expect=(431,))

    def namespace(self) -> None:
        """Use a namespace, and drop it."""
        number = next(self._numbers)
        root = f"/_ns/soak-{number % _NAMES}"
        user, body = f"{root}/api/v2/users", '{"user_id": "ada"}'
        named = f"/_understudy/namespaces/soak-{number % _NAMES}"
        self._once("POST", user, f"{_KEYS}Content-Type: application/json\r\n", body, expect=(201,))
        self._once("GET", f"{user}/ada", _KEYS, expect=(200,))
        self._once("DELETE", named, _TOKEN, expect=(204,))

    def flood(self) -> None:
        """Name a namespace that nobody has named before."""
        path = f"/_ns/flood-{next(self._numbers)}/api/v2/users-ordered"
        self._once("GET", path, _KEYS, expect=(200,))

    def large_body(self) -> None:
        """Send a megabyte, which is refused because the user is there already."""
        body = '{"user_id": "large", "metadata": {"x": "' + "y" * 1_000_000 + '"}}'
        headers = f"{_KEYS}Content-Type: application/json\r\n"
        self._once("POST", "/_ns/soak-large/api/v2/users", headers, body, expect=(201, 400))

    def pipelined(self) -> None:
        """Send many requests before the first response is read."""
        with self._connect() as connection:
            connection.sendall(_request("GET", "/nowhere") * 200)
            received = 0
            while received < 200:
                data = connection.recv(65_536)
                if not data:
                    break
                received += data.count(b"HTTP/1.1 ")

    def web_socket(self) -> None:
        """Connect by a web socket to Socket.IO, and close it."""
        path = "/_ns/soak-io/socket.io/?EIO=4&transport=websocket"
        with self._connect() as connection:
            self._exchange(connection, "GET", path, _UPGRADE)
            connection.sendall(b"\x81\x82" + bytes(4) + b"40")  # a frame: connect
            connection.recv(65_536)

    def polling(self) -> None:
        """Connect by polling to Socket.IO, and end it as a client does."""
        with self._connect() as connection:
            path = "/_ns/soak-io/socket.io/?EIO=4&transport=polling"
            answer = self._exchange(connection, "GET", path)
            session = answer.partition(b'"sid":"')[2].partition(b'"')[0].decode()
            for packet in ("40", "1"):  # connect, close
                self._exchange(connection, "POST", f"{path}&sid={session}", body=packet)

    def abandoned(self) -> None:
        """Send half a request, and go away."""
        with self._connect() as connection:
            connection.sendall(_request("POST", "/api/v2/users", _KEYS, "{" * 1_000)[:-500])

    def _connect(self) -> socket.socket:
        return socket.create_connection(self._address, timeout=60)

    def _once(
        self,
        method: str,
        path: str,
        headers: str = "",
        body: str = "",
        *,
        framed: bool = False,
        expect: tuple[int, ...],
    ) -> None:
        """Send one request on a connection. Raises UnexpectedResponse."""
        with self._connect() as connection:
            answer = self._exchange(connection, method, path, headers, body, framed=framed)
        if int(answer[9:12] or b"0") not in expect:
            raise UnexpectedResponse(f"{method} {path}: {answer[:300].decode(errors='replace')}")

    def _exchange(
        self,
        connection: socket.socket,
        method: str,
        path: str,
        headers: str = "",
        body: str = "",
        *,
        framed: bool = False,
    ) -> bytes:
        connection.sendall(_request(method, path, headers, body, framed=framed))
        return connection.recv(65_536)


def _request(
    method: str, path: str, headers: str = "", body: str = "", *, framed: bool = False
) -> bytes:
    """Return a request; `framed` says that the headers give the size of the body already."""
    length = f"Content-Length: {len(body)}\r\n" if body and not framed else ""
    return f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n{headers}{length}\r\n{body}".encode()


def soak(minutes: float, every: float) -> bool:
    """Load a server for some minutes, and print a table; return whether its memory kept."""
    with running(_SERVE) as server:
        load = Load(server.url)
        for _ in range(_FLOOD):
            load.flood()
        steps = [load.keep_alive, load.refused, load.namespace, load.large_body, load.pipelined]
        steps += [load.web_socket, load.polling, load.abandoned, load.flood]
        counts: Counter[str] = Counter()
        stop = threading.Event()
        threads = [
            threading.Thread(target=_repeat, args=[step, counts, stop], daemon=True)
            for step in steps
        ]
        for thread in threads:
            thread.start()
        samples = _sample(server, counts, minutes * 60, every)
        stop.set()
        for thread in threads:
            thread.join()
    print("\n" + ", ".join(f"{number} {name}" for name, number in sorted(counts.items())))
    return _verdict(samples, minutes * 60) and not counts[_UNEXPECTED]


def _repeat(step: Callable[[], None], counts: Counter[str], stop: threading.Event) -> None:
    """Repeat a step, and count it; what a busy machine or a reset breaks off is counted apart."""
    while not stop.wait(0.01):
        try:
            step()
            counts[step.__name__] += 1
        except OSError:
            counts[f"broken {step.__name__}"] += 1
        except UnexpectedResponse as error:
            print(error)
            counts[_UNEXPECTED] += 1


def _sample(
    server: ServerProcess, counts: Counter[str], seconds: float, every: float
) -> list[tuple[float, float]]:
    """Print and return the memory of the server every few seconds, with the time of each."""
    print(f"{'seconds':>8}{'MB':>8}{'steps':>10}")
    began, samples = time.monotonic(), []
    while (passed := time.monotonic() - began) < seconds:
        time.sleep(every)
        samples.append((passed + every, server.resident_memory()))
        print(f"{samples[-1][0]:8.0f}{samples[-1][1]:8.1f}{counts.total():10}", flush=True)
    return samples


def _verdict(samples: list[tuple[float, float]], seconds: float) -> bool:
    """Print whether the last tenth has more memory than the end of the first minute had."""
    first = [memory for at, memory in samples if at <= min(60, seconds / 2)][-3:]
    last = [memory for at, memory in samples if at > seconds * 0.9] or [samples[-1][1]]
    limit = at_most("memory at the end / after a minute", median(last) / median(first), 1.1)
    print(f"{'pass' if limit.passed else 'FAIL'}  {limit.text}")
    return limit.passed


def main(arguments: list[str]) -> int:
    """Run the load; return 0 if the memory kept, else 1."""
    parser = argparse.ArgumentParser(
        prog="scripts/soak",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--minutes", type=float, default=10, metavar="N", help="default: 10")
    parser.add_argument(
        "--every", type=float, default=5, metavar="SECONDS", help="between samples; default: 5"
    )
    options = parser.parse_args(arguments)
    return 0 if soak(options.minutes, options.every) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
