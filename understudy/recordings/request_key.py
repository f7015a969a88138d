"""What two requests for one operation have in common if one of them may have the answer that was
recorded for the other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote_to_bytes

import msgspec

from understudy.errors import Problem
from understudy.http import json_codec
from understudy.http.json_codec import ABSENT
from understudy.http.messages import Request
from understudy.http.secrets import Secrets
from understudy.openapi.document import escape

_FORM = b"application/x-www-form-urlencoded"
_BOUNDARY = re.compile(rb'boundary="?([^";,\s]+)')

#: The differences of bodies that are named.
_MOST_PLACES = 3

Pairs = tuple[tuple[bytes, bytes], ...]


class RequestKey(NamedTuple):
    """The parts of a request that count: its method, the decoded values of its path parameters, its
    sorted query without credentials, and its body; of JSON and forms the content, not the form.
    Headers do not count."""

    method: str
    path_values: tuple[bytes, ...]
    query: Pairs
    body: bytes

    def differences(self, other: RequestKey, names: Sequence[str]) -> list[str]:
        """Return the parts in which two keys differ: "path id", "query limit", "body". The path
        parameters have these names."""
        values = zip(names, self.path_values, other.path_values, strict=False)
        found = [f"path {name}" for name, a, b in values if a != b]
        fields = dict.fromkeys(name for name, _ in set(self.query) ^ set(other.query))
        found += [f"query {name.decode(errors='replace')}" for name in fields]
        if self.query != other.query and not fields:  # a pair that one of them has twice
            found.append("query")
        if self.method != other.method:
            found.append("method")
        return found if self.body == other.body else [*found, "body"]

    def places(self, other: RequestKey) -> str:
        """Return the first places where the bodies differ, as JSON pointers; "" if they are not
        JSON, or differ as a whole."""
        try:
            bodies = [json_codec.decode(key.body) for key in (self, other)]
        except Problem:
            return ""
        return ", ".join(islice(filter(None, _places(*bodies)), _MOST_PLACES))


def request_key(
    request: Request, path_values: Sequence[bytes], secrets: Secrets, *, has_body: bool
) -> RequestKey:
    """Return the key of a request; `has_body` says whether its operation takes a body."""
    return RequestKey(
        request.method,
        tuple(unquote_to_bytes(value) for value in path_values),
        _pairs(request.query, secrets),
        _body(request, secrets) if has_body else b"",
    )


def _pairs(query: bytes, secrets: Secrets) -> Pairs:
    pairs = parse_qsl(query, keep_blank_values=True)
    return tuple(sorted(pair for pair in pairs if not secrets.in_query(pair[0])))


def _body(request: Request, secrets: Secrets) -> bytes:
    body = request.body
    kind = request.headers.get(b"content-type", b"")
    if not body:
        return b""
    if kind.lower().startswith(_FORM):
        return msgspec.json.encode(_pairs(body, secrets))
    if boundary := _BOUNDARY.search(kind):  # which is another one each time
        return body.replace(boundary[1], b"")
    try:
        return msgspec.json.encode(json_codec.decode(body), order="sorted")
    except Problem:
        return body


def _places(first: Any, second: Any) -> Iterator[str]:
    """Yield the places where two values of JSON differ; without recursion, because clients choose
    the depth."""
    pending = [("", first, second)]
    while pending:
        place, a, b = pending.pop()
        if isinstance(a, dict) and isinstance(b, dict):
            names = reversed({**a, **b})
            pending += [(f"{place}/{escape(n)}", a.get(n, ABSENT), b.get(n, ABSENT)) for n in names]
        elif isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
            pending += [(f"{place}/{i}", a[i], b[i]) for i in reversed(range(len(a)))]
        elif a != b:
            yield place
