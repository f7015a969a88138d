"""A request as code samples show it, made from an operation's examples or from an exchange."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, urlencode

from understudy.errors import Problem
from understudy.http import json_codec
from understudy.http.body.multipart import Part, form_parts
from understudy.http.curl import OF_CONNECTION
from understudy.http.json_codec import ABSENT
from understudy.http.messages import Exchange
from understudy.http.response.form_writer import URLENCODED
from understudy.http.secrets import Secrets
from understudy.openapi.operation import is_json
from understudy.openapi.operation_reader import parse_media_type

#: Bytes and levels of the largest body that is written as a literal; another stays JSON text.
_MOST_LITERAL, _MOST_DEPTH = 20_000, 30
#: The largest number that every language reads exactly.
_LARGEST = 2**53

#: Headers that a client or a browser adds by itself.
_IMPLICIT = OF_CONNECTION | {
    "user-agent",
    "accept-language",
    "referer",
    "origin",
    "priority",
    "dnt",
}


@dataclass(frozen=True)
class SampleRequest:
    """A request: its URL is escaped, its header values are the bytes that are sent, as Latin-1.
    `note` says what it lacks."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    note: str = field(default="", kw_only=True)

    @property
    def content_type(self) -> str:
        """The value of the header, or an empty text."""
        return next((value for name, value in self.headers if name.lower() == "content-type"), "")

    @cached_property
    def json(self) -> Any:
        """The body as a JSON value to write as a literal, or ABSENT."""
        if not is_json(parse_media_type(self.content_type)[0]) or len(self.body) > _MOST_LITERAL:
            return ABSENT
        try:
            value = json_codec.decode(self.body)
        except (Problem, ValueError, RecursionError):
            return ABSENT
        return value if _is_simple(value) else ABSENT

    @property
    def is_literal(self) -> bool:
        """Return whether the body can be written as literals: JSON that is large, or nested too
        deep, cannot."""
        return self.json is not ABSENT or not is_json(parse_media_type(self.content_type)[0])

    @cached_property
    def parts(self) -> list[Part]:
        """The parts of a multipart form; none if the body is no such form."""
        kind, parameters = parse_media_type(self.content_type)
        if kind != "multipart/form-data" or not parameters.get("boundary"):
            return []
        try:
            return form_parts(parameters["boundary"], self.body)
        except (Problem, ValueError):
            return []

    @cached_property
    def fields(self) -> list[tuple[str, str]]:
        """The fields of an urlencoded form; none if the body is no form that clients write so."""
        if parse_media_type(self.content_type)[0] != URLENCODED:
            return []
        try:
            fields = parse_qsl(self.body.decode("ascii"), keep_blank_values=True, errors="strict")
        except ValueError:
            return []
        return fields if urlencode(fields).encode() == self.body else []

    @cached_property
    def text(self) -> str | None:
        """The body as a text, or None if it is none."""
        try:
            text = self.body.decode()
        except UnicodeDecodeError:
            return None
        return None if "\0" in text else text

    def headers_without(self, *names: str) -> list[tuple[str, str]]:
        """Return the headers but those of these names, in lower case."""
        return [header for header in self.headers if header[0].lower() not in names]


def request_of(exchange: Exchange, secrets: Secrets, root: str) -> SampleRequest:
    """Return the request of an exchange without its credentials, and without what clients add."""
    request = exchange.request
    kept = [
        (name, value)
        for name, value in secrets.headers(request).items()
        if name not in _IMPLICIT
        and not name.startswith("sec-")
        and (name, value) != ("accept", "*/*")
    ]
    missing = exchange.missing_bodies.get("request")
    return SampleRequest(
        request.method,
        secrets.url(request, root),
        tuple(kept),
        request.body,
        note=f"Not complete: {missing}." if missing else "",
    )


def _is_simple(value: Any) -> bool:
    """Return whether a value can be a literal in every language: not nested too deep, its numbers
    exact."""
    level: Iterable[Any] = [value]
    for _ in range(_MOST_DEPTH):
        if any(_is_inexact(each) for each in level):
            return False
        level = [item for each in level for item in _items(each)]
        if not level:
            return True
    return False


def _is_inexact(value: Any) -> bool:
    return isinstance(value, int) and abs(value) > _LARGEST


def _items(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()
