"""Server-sent events with an agent's reply."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

#: A reply is sent word by word, in at most this many chunks.
_MOST_CHUNKS = 200
_WORD = re.compile(r"\S+\s*|\s+")


def event(name: str, payload: Any) -> bytes:
    """Return one server-sent event."""
    text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
    return f"event: {name}\ndata: {text}\n\n".encode()


def reply_events(reply: dict[str, Any]) -> Iterator[bytes]:
    """Yield the reply in chunks, then as a whole."""
    for index, chunk in enumerate(_chunks(reply["text"])):
        yield event("chunk", {"messageId": reply["responseId"], "chunk": chunk, "index": index})
    yield event("done", reply)


def _chunks(text: str) -> Iterator[str]:
    end = 0
    for number, word in enumerate(_WORD.finditer(text), 1):
        if number == _MOST_CHUNKS:
            break
        end = word.end()
        yield word[0]
    if end < len(text):
        yield text[end:]
