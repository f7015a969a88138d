"""With one seed, requests that follow each other are answered alike by every server."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

import pytest

from tests.support.server import running
from tests.support.stores import DURABLE, STORES_AND_WORKERS, serve_arguments
from tests.support.transcript import transcript


@cache
def answers(store: str, workers: int) -> list[tuple[int, bytes]]:
    """Return what a server with a store answers to the same requests."""
    with (
        tempfile.TemporaryDirectory() as directory,
        serve_arguments(store, Path(directory), workers) as arguments,
        running(*arguments) as server,
    ):
        return transcript(f"{server.url}/_ns/same")


@pytest.mark.parametrize(("store", "workers"), STORES_AND_WORKERS)
def test_same_statuses(store: str, workers: int) -> None:
    """Each operation of each API succeeds or fails as in memory, where other ids are made."""
    answered = answers(store, workers)
    assert len(answered) > 500
    assert [status for status, _ in answered] == [status for status, _ in answers("memory", 1)]


@pytest.mark.parametrize(("store", "workers"), [*DURABLE, ("redis", 2)])
def test_same_bytes(store: str, workers: int) -> None:
    """Each operation of each API has the same response from each database, byte for byte."""
    pairs = zip(answers(store, workers), answers(*DURABLE[0]), strict=True)
    assert [pair for pair in pairs if pair[0] != pair[1]] == []
