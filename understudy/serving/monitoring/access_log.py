"""The access log: a line for each request, for people or for programs."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, TextIO

from understudy.http import json_codec
from understudy.http.secrets import Secrets
from understudy.serving.monitoring.served_request import (
    FAULT,
    OK,
    VIOLATIONS,
    ServedRequest,
)

#: The most characters of a path, and of a violation, in a line for people.
_MOST = 300

_RED, _GREEN, _YELLOW, _MAGENTA, _GREY = 31, 32, 33, 35, 90


class AccessLog:
    """Writes a line for each request to a stream, credentials redacted by `secrets`.

    A stream that cannot be written to must bear it by itself (see `commands.output`).
    """

    def __init__(self, stream: TextIO, secrets: Secrets, *, as_json: bool, in_colour: bool) -> None:
        self._stream = stream
        self._secrets = secrets
        self._line = self._json if as_json else self._text
        self._in_colour = in_colour

    def __call__(self, served: ServedRequest) -> None:
        """Write the line of a request, by one write: several processes may share the stream."""
        self._stream.write(self._line(served) + "\n")
        self._stream.flush()

    def _text(self, served: ServedRequest) -> str:
        query = self._secrets.query(served.request)
        address = served.path + (f"?{query}" if query else "")
        words = [
            self._painted(f"{datetime.now().astimezone():%H:%M:%S}", _GREY),
            served.request.method,
            _shown(address),
            served.operation or "-",
            self._painted(str(served.status or "cut"), _colour_of_status(served.status)),
            self._painted(_verdict_text(served), _colour_of_verdict(served.verdict)),
            self._painted(f"{served.took / 1_000_000:.1f}ms", _GREY),
        ]
        if served.violations:
            words.append(_shown(self._violations(served)[0]))
        return " ".join(words)

    def _json(self, served: ServedRequest) -> str:
        fields: Mapping[str, Any] = {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "method": served.request.method,
            "path": served.path,
            "query": self._secrets.query(served.request),
            "api": served.api or None,
            "operation": served.operation or None,
            "status": served.status,
            "verdict": served.verdict,
            "violations": self._violations(served),
            "fault": served.fault,
            "ms": round(served.took / 1_000_000, 3),
        }
        return json_codec.encode(fields).decode()

    def _violations(self, served: ServedRequest) -> list[str]:
        text = self._secrets.text
        return [text(str(violation), served.request) for violation in served.violations]

    def _painted(self, text: str, colour: int) -> str:
        return f"\x1b[{colour}m{text}\x1b[0m" if self._in_colour else text


def wants_colour(stream: TextIO) -> bool:
    """Return whether a stream is a terminal, and its user wants colours (https://no-color.org)."""
    is_plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return stream.isatty() and not is_plain


def _verdict_text(served: ServedRequest) -> str:
    if served.verdict == FAULT:
        return f"fault {served.fault}"
    if served.verdict == VIOLATIONS:
        number = len(served.violations)
        return f"{number} violation{'' if number == 1 else 's'}"
    return served.verdict


def _shown(text: str) -> str:
    """Return a text that does nothing to a terminal, and is not too long."""
    short = text if len(text) <= _MOST else f"{text[:_MOST]}…"
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in short)


def _colour_of_status(status: int) -> int:
    if status == 0 or status >= 500:
        return _RED
    return _YELLOW if status >= 400 else _GREEN


def _colour_of_verdict(verdict: str) -> int:
    return {OK: _GREEN, FAULT: _MAGENTA}.get(verdict, _RED)
