"""With one seed, requests that follow each other are answered alike by every server."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.server import running
from tests.support.stores import STORES_AND_WORKERS, serve_arguments
from tests.support.transcript import transcript


@pytest.fixture(scope="module")
def expected() -> list[tuple[int, bytes]]:
    """Return what one worker answers from memory."""
    with running() as server:
        return transcript(f"{server.url}/_ns/same")


@pytest.mark.parametrize(("store", "workers"), STORES_AND_WORKERS)
def test_same_bytes(
    store: str, workers: int, expected: list[tuple[int, bytes]], tmp_path: Path
) -> None:
    """Each operation of each API has the response that one worker has from memory."""
    with serve_arguments(store, tmp_path, workers) as arguments, running(*arguments) as server:
        answered = transcript(f"{server.url}/_ns/same")
    assert len(answered) == len(expected) > 500
    assert [pair for pair in zip(answered, expected, strict=True) if pair[0] != pair[1]] == []
