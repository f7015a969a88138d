"""A web server with files, for documents at URLs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


@contextmanager
def serving_files(files: dict[str, str]) -> Iterator[str]:
    """Serve texts by their paths, until the block ends; yield the origin.

    A text that begins with `-> ` is a redirect.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            text = files.get(self.path.partition("?")[0])
            if text is None:
                self.send_response(404)
            elif text.startswith("-> "):
                self.send_response(302)
                self.send_header("Location", text.removeprefix("-> "))
            else:
                self.send_response(200)
            self.end_headers()
            if text is not None:
                self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None:
            """Print nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
