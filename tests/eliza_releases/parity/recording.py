"""The answers of released servers, recorded: with them the comparison needs no such server."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

_DIRECTORY = Path(__file__).parent / "recorded"


def write(release: str, answers: list[Any]) -> None:
    """Write the normalized answers of a release; equal ones once."""
    texts = [json.dumps(answer, sort_keys=True) for answer in answers]
    distinct = list(dict.fromkeys(texts))
    numbers = {text: number for number, text in enumerate(distinct)}
    content = {
        "answers": [json.loads(text) for text in distinct],
        "order": [numbers[text] for text in texts],
    }
    _DIRECTORY.mkdir(exist_ok=True)
    compressed = gzip.compress(json.dumps(content).encode(), mtime=0)
    (_DIRECTORY / f"{release}.json.gz").write_bytes(compressed)


def read(release: str) -> list[Any]:
    """Return the answers of a release in their order."""
    content = json.loads(gzip.decompress((_DIRECTORY / f"{release}.json.gz").read_bytes()))
    return [content["answers"][number] for number in content["order"]]
