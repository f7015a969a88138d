"""An agent's answer as a stream of events."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

#: An answer is streamed word by word, in no more pieces than these.
_MOST_PIECES = 200
_WORD = re.compile(r"\S+\s*|\s+")


def event(name: str, payload: Any) -> bytes:
    """One event of a stream."""
    text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
    return f"event: {name}\ndata: {text}\n\n".encode()


def pieces(response: dict[str, Any]) -> Iterator[bytes]:
    """The answer in pieces, and once more whole."""
    for index, piece in enumerate(_words(response["text"])):
        told = {"messageId": response["responseId"], "chunk": piece, "index": index}
        yield event("chunk", told)
    yield event("done", response)


def _words(text: str) -> Iterator[str]:
    end = 0
    for number, word in enumerate(_WORD.finditer(text), 1):
        if number == _MOST_PIECES:
            break
        end = word.end()
        yield word[0]
    if end < len(text):
        yield text[end:]
