"""A server that receives callbacks and webhooks, and a stand-in that sends them."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from types import MappingProxyType
from typing import Any, NamedTuple

from tests.support.server import serving
from tests.support.timeouts import TIMEOUT
from understudy.app import Understudy
from understudy.client import ControlClient, JournalEntry
from understudy.openapi.contract import Contract
from understudy.serving.api import Api, Handler
from understudy.serving.outgoing.delivery_policy import DeliveryPolicy


class Received(NamedTuple):
    """A request, and when it came by `time.monotonic`; `target` is its path and query."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    at: float


class Answer(NamedTuple):
    """The response of a receiver."""

    status: int = 204
    body: bytes = b""
    headers: Mapping[str, str] = MappingProxyType({})


@dataclass
class Receiver:
    """What came to a server at `url`. It answers after `go` is set, by `answers` in their order, of
    which the last one stays."""

    answers: list[Answer]
    url: str = ""
    requests: list[Received] = field(default_factory=list)
    go: Event = field(default_factory=Event)

    def next_answer(self) -> Answer:
        """Return the answer to the next request."""
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@contextmanager
def receiving(*answers: Answer) -> Iterator[Receiver]:
    """Run a server on 127.0.0.1 until the block ends; by default it answers 204."""
    receiver = Receiver(list(answers) or [Answer()])
    receiver.go.set()
    with ThreadingHTTPServer(("127.0.0.1", 0), _handler_class(receiver)) as server:
        receiver.url = f"http://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield receiver
        finally:
            receiver.go.set()
            server.shutdown()
            thread.join()


def _handler_class(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            answer = receiver.next_answer()
            receiver.requests.append(
                Received(self.command, self.path, headers, body, time.monotonic())
            )
            receiver.go.wait(TIMEOUT)
            with suppress(ConnectionError):  # the stand-in does not wait any more
                self._send(answer)

        def _send(self, answer: Answer) -> None:
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if answer.body:
                self.send_header("content-length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, *_: Any) -> None:
            """Print nothing."""

        do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = _answer  # noqa: N815

    return Handler


#: The request body of an operation that takes any object.
ANY_OBJECT = {"content": {"application/json": {"schema": {"type": "object"}}}}


def callback(expression: str, method: str = "post", **operation: Any) -> dict[str, Any]:
    """Return a callback with one operation; every response is declared, if none is given."""
    return {expression: {method: {"responses": {"default": {"description": ""}}, **operation}}}


def document(callbacks: dict[str, Any], **parts: Any) -> dict[str, Any]:
    """Return a document in which POST /orders/{id} has callbacks; `parts` are parts of it."""
    create = {
        "operationId": "createOrder",
        "parameters": [
            {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}},
        ],
        "requestBody": ANY_OBJECT,
        "responses": {
            "201": {
                "description": "",
                "content": {"application/json": {"schema": {"type": "object"}, "example": {}}},
            },
            "409": {"description": "It exists."},
        },
        "callbacks": callbacks,
    }
    paths = {"/orders/{id}": {"post": create}}
    info = {"title": "Shop", "version": "1"}
    return {"openapi": "3.1.0", "info": info, "paths": paths, **parts}


@dataclass
class Sending:
    """A stand-in at `url`, a namespace of its own, with its control API."""

    url: str
    control: ControlClient
    app: Understudy

    def sent(self, count: int = 1) -> list[JournalEntry]:
        """Wait for exchanges with receivers, and return them, oldest first."""
        self.control.wait_for(direction="outgoing", count=count, timeout=TIMEOUT)
        return self.control.requests(direction="outgoing")


@contextmanager
def sending(
    definition: dict[str, Any],
    handlers: dict[str, Handler] | None = None,
    *,
    pauses: Sequence[float] = (0, 0, 0),
    attempt_timeout: float = TIMEOUT,
) -> Iterator[Sending]:
    """Serve a document, the API `shop`, until the block ends; `pauses` are before attempts."""
    app = Understudy([Api(Contract("shop", definition), handlers)])
    app.outgoing.default_policy = DeliveryPolicy(
        timeout=timedelta(seconds=attempt_timeout),
        attempts=tuple(timedelta(seconds=pause) for pause in pauses),
    )
    with serving(app) as url, ControlClient(url, "shop") as control:
        yield Sending(control.url, control, app)
