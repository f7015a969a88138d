"""What is the same about two responses, whatever their paths, ids and times."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import unquote

from understudy.openapi.operation_reader import parse_media_type

#: Characters of a body that are compared.
_MOST = 4_000
#: What differs from one response to the next: ids, times and numbers.
_VARYING = re.compile(
    r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|\b[0-9a-f]{12,}\b|\d[\d.,:TZ+-]*", re.IGNORECASE
)


class Fingerprint(NamedTuple):
    """What is the same in responses of one kind: the status, the media type, and the text without
    what repeats the request."""

    status: int
    media_type: str
    text: str


def fingerprint(
    status: int, content_type: str, body: bytes, method: str, target: str, words: Iterable[str] = ()
) -> Fingerprint:
    """Return the fingerprint of the response to a request with a path and a query (`target`);
    `words` are the parts of the path that may stand alone in it."""
    path = target.partition("?")[0]
    parts = [target, path, unquote(path), *sorted(words, key=len, reverse=True)]
    text = body[:_MOST].decode(errors="replace")
    for part in parts:
        if len(part) > 1:
            text = text.replace(part, "*")
    text = re.sub(rf"\b{re.escape(method)}\b", "*", text)
    media_type, _ = parse_media_type(content_type)
    return Fingerprint(status, media_type, _VARYING.sub("0", text))
