"""Serves an app on a socket with uvicorn, within limits on what a client may send and leave unread.

`uvicorn_server` runs it. A connection has one protocol: `http_protocol`, or `any_method_protocol`
for documents with methods that httptools does not parse, and `web_socket_protocol` after an
upgrade. What both HTTP protocols have in common is `connection`.
"""

from understudy.serving.server.connection import REQUEST_TIMEOUT
from understudy.serving.server.listener import listen, url_of
from understudy.serving.server.uvicorn_server import parses, run

__all__ = ["REQUEST_TIMEOUT", "listen", "parses", "run", "url_of"]
