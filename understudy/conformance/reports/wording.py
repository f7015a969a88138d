"""Numbers and exchanges as reports show them."""

from __future__ import annotations

import msgspec

from understudy.http.messages import Exchange
from understudy.report_formats.text import counted as counted

#: Characters of a message that are shown.
_MAX_SHOWN = 2_000
#: Characters of the note that it is cut.
_NOTE = 30


def request_text(exchange: Exchange) -> str:
    """Return the method, URL and body of a request, cut to a readable length."""
    line = f"{exchange.request.method} {exchange.url}"
    return f"{line}\n{_shortened(exchange.request.body)}".strip()


def response_text(exchange: Exchange) -> str:
    """Return the body of a response, or else what went wrong, cut to a readable length."""
    return _shortened(exchange.response.sent or exchange.error.encode())


def as_shown(exchange: Exchange) -> Exchange:
    """Return an exchange with the part of its response that reports show, to keep no more."""
    body = exchange.response.body
    if len(body) <= 4 * _MAX_SHOWN:
        return exchange
    response = exchange.response.replace(body=_shortened(body).encode())
    return msgspec.structs.replace(exchange, response=response)


def _shortened(body: bytes) -> str:
    text = body[: 4 * _MAX_SHOWN].decode(errors="replace")
    if len(text) <= _MAX_SHOWN + _NOTE:  # it may be shortened already
        return text
    return f"{text[:_MAX_SHOWN]} ... ({len(body)} bytes)"


def excerpt(exchange: Exchange, length: int = 500) -> str:
    """Return the status of a response, and the beginning of its body."""
    return f"{exchange.response.status}: {exchange.response.sent[:length].decode(errors='replace')}"
