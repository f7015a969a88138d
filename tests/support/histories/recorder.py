"""Concurrent clients of one server, and the history of what they sent and received."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from itertools import islice
from random import Random
from typing import Any
from urllib.parse import urlsplit

from tests.support.histories.operation import Operation
from tests.support.histories.workload import (
    Request,
    Step,
    Workload,
    any_read,
    first_request,
    request_of,
    view_of,
)
from tests.support.timeouts import TIMEOUT

_HEADERS = {"Authorization": "Api-Key histories", "Content-Type": "application/json"}

#: How many requests a client sends on one connection, so that it meets several workers.
_REQUESTS_A_CONNECTION = 20

#: Seconds between attempts to connect to a server that is not there.
_PAUSE = 0.02


class UnknownOutcome(Exception):
    """No response says whether the request was done; `status` is 0 if there is none at all."""

    def __init__(self, message: str, status: int = 0) -> None:
        super().__init__(message)
        self.status = status


class Client:
    """One client: a connection at a time to the URL of a server, with or without a namespace."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._root = parts.path
        self._connection = HTTPConnection(str(parts.hostname), parts.port, timeout=TIMEOUT)
        self._left = 0

    def send(self, request: Request) -> tuple[int, Any]:
        """Send a request; return the status and the JSON of the response, or None.

        Raises UnknownOutcome where the connection was cut, or the server has no store (503).
        """
        if self._left == 0:
            self._connect()
        self._left -= 1
        body = None if request.body is None else json.dumps(request.body).encode()
        try:
            self._connection.request(request.method, self._root + request.path, body, _HEADERS)
            response = self._connection.getresponse()
            content = response.read()
        except (OSError, HTTPException) as error:
            self._left = 0
            raise UnknownOutcome(str(error)) from error
        if response.status == 503:
            raise UnknownOutcome(content.decode(errors="replace"), 503)
        return response.status, json.loads(content) if content else None

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _connect(self) -> None:
        """Open a new connection, as soon as there is a server: nothing is sent before."""
        deadline = time.monotonic() + TIMEOUT
        while True:
            self._connection.close()
            try:
                self._connection.connect()
                break
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(_PAUSE)
        self._left = _REQUESTS_A_CONNECTION

    def _wait_for_store(self) -> None:
        """Wait until a read is answered, so that not all operations are done while none can be."""
        deadline = time.monotonic() + TIMEOUT
        while time.monotonic() < deadline:
            time.sleep(_PAUSE)
            with suppress(UnknownOutcome):
                self.send(any_read())
                return

    def perform(self, step: Step) -> Operation:
        """Do a step, and return it with its response and its times."""
        request = request_of(step)
        begin = time.monotonic_ns()
        try:
            status, body = self.send(request)
        except UnknownOutcome as error:
            self._wait_for_store()
            return Operation(*step, begin=begin, status=error.status)
        end = time.monotonic_ns()
        view = view_of(step.action, body) if status < 300 else None
        return Operation(*step, begin, end, status, view, body)


def record(
    *urls: str,
    clients: int = 50,
    operations: int = 3000,
    seed: int = 0,
    disturb: Callable[[], None] | None = None,
) -> list[Operation]:
    """Let clients use a fresh namespace at once; return the history, which ends with what is there.

    If several servers share it, each has a URL, and every client uses one of them. Each client does
    its share of the operations. `disturb` is called while they do, for instance to kill the server
    and start it again, at a moment that the seed decides.
    """
    history: list[Operation] = []
    begin_namespace(urls[0])
    workload = Workload(seed)
    share = operations // clients
    moment = int(operations * Random(seed).uniform(0.2, 0.8))
    with ThreadPoolExecutor(clients) as pool:
        running = [
            pool.submit(
                _use, urls[number % len(urls)], islice(workload.steps(number), share), history
            )
            for number in range(clients)
        ]
        if disturb is not None:
            while len(history) < moment and not all(one.done() for one in running):
                time.sleep(0.001)
            disturb()
        for one in running:
            one.result()
    return history + list(survey(urls[0], history))


def begin_namespace(url: str) -> None:
    """Add the user of all sessions."""
    client = Client(url)
    status, body = client.send(first_request())
    client.close()
    assert status == 201, body


def survey(url: str, history: Sequence[Operation]) -> Iterator[Operation]:
    """Read all sessions of a history with their messages, one after the other."""
    client = Client(url)
    yield client.perform(Step("list"))
    for key in sorted({key for operation in history for key in operation.keys}):
        yield client.perform(Step("get", (key,)))
        yield client.perform(Step("hear", (key,)))
    client.close()


def _use(url: str, steps: Iterator[Step], history: list[Operation]) -> None:
    client = Client(url)
    for step in steps:
        history.append(client.perform(step))
    client.close()
