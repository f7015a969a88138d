"""A small HTTP server that answers for a stand-in by functions of the test."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from secrets import token_urlsafe
from socketserver import ThreadingTCPServer
from threading import Thread
from typing import Any, ClassVar

import msgspec

from understudy.client.control_http import encoded
from understudy.client.stubs.messages import Request, Response
from understudy.http.json_codec import ABSENT

#: pytest does not show these frames in the traceback of a test.
__tracebackhide__ = True

#: The header that says what a function raised.
_ERROR_HEADER = "X-Understudy-Error"
_MOST_ERROR = 500


#: Returns what to answer to a request: a `Response`, or the body of a success.
Function = Callable[[Request], Any]


class FunctionServer:
    """A server on this machine, in a thread, that calls a function for each request."""

    def __init__(self) -> None:
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._thread = Thread(
            target=self._server.serve_forever, args=(0.05,), name="understudy", daemon=True
        )
        self._thread.start()

    def url_of(self, function: Function) -> str:
        """Return the URL, which nobody can guess, at which a function answers."""
        path = f"/{token_urlsafe(16)}"
        self._server.functions[path] = function
        return f"http://127.0.0.1:{self._server.server_address[1]}{path}"

    def close(self) -> None:
        """Stop the server."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.functions: dict[str, Function] = {}


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout: ClassVar[int] = 30

    def do_POST(self) -> None:
        """Answer by the function of the path."""
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        try:
            function = self.server.functions[self.path]
            response = _response_of(function(msgspec.json.decode(body, type=Request)))
            content = None if response.body is ABSENT else encoded(response.body)
        except BaseException as error:  # also pytest's own: the test shall see all of them
            in_the_test = error.__traceback__ and error.__traceback__.tb_next
            traceback.print_exception(error.with_traceback(in_the_test))
            text = f"{type(error).__name__}: {error}"[:_MOST_ERROR]
            shown = "".join(c if c.isprintable() else " " for c in text)
            response, content = Response(500, headers={_ERROR_HEADER: shown}), None
        self._send(response, content)

    def _send(self, response: Response, content: bytes | None) -> None:
        headers = {name.lower(): text for name, text in (response.headers or {}).items()}
        if content is not None:
            headers.setdefault("content-type", "application/json")
        headers["content-length"] = str(len(content or b""))
        self.send_response(response.status or 200)
        for name, text in headers.items():
            self.send_header(name, text.encode("latin-1", "replace").decode("latin-1"))
        self.end_headers()
        self.wfile.write(content or b"")

    def log_message(self, *_arguments: Any) -> None:
        """Log nothing: the journal of the stand-in has the exchange."""


def _response_of(returned: Any) -> Response:
    """Return what a function returned as a response. Raises TypeError."""
    response = returned if isinstance(returned, Response) else Response(body=returned)
    if response.delay is not None or response.connection is not None:
        raise TypeError("the Response of a function has no delay and no connection")
    return response
