"""With one seed, requests that follow each other are answered alike by every server."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.server import running
from tests.support.stores import DURABLE, STORES_AND_WORKERS, serve_arguments
from tests.support.transcript import transcript

Answers = list[tuple[int, bytes]]


def answers(store: str, workers: int, directory: Path) -> Answers:
    """Return what a server with a store answers."""
    with serve_arguments(store, directory, workers) as arguments, running(*arguments) as server:
        return transcript(f"{server.url}/_ns/same")


@pytest.fixture(scope="module")
def in_memory(tmp_path_factory: pytest.TempPathFactory) -> Answers:
    """Return what one worker answers from memory."""
    return answers("memory", 1, tmp_path_factory.mktemp("memory"))


@pytest.fixture(scope="module")
def in_database(tmp_path_factory: pytest.TempPathFactory) -> Answers:
    """Return what one worker answers from a database."""
    return answers(*DURABLE[0], tmp_path_factory.mktemp("database"))


@pytest.mark.parametrize(("store", "workers"), STORES_AND_WORKERS)
def test_same_statuses(store: str, workers: int, in_memory: Answers, tmp_path: Path) -> None:
    """Each operation of each API succeeds or fails as in memory, where other ids are made."""
    answered = answers(store, workers, tmp_path)
    assert len(answered) > 500
    assert [status for status, _ in answered] == [status for status, _ in in_memory]


@pytest.mark.parametrize(("store", "workers"), DURABLE)
def test_same_bytes(store: str, workers: int, in_database: Answers, tmp_path: Path) -> None:
    """Each operation of each API has the same response from each database, byte for byte."""
    answered = answers(store, workers, tmp_path)
    assert [pair for pair in zip(answered, in_database, strict=True) if pair[0] != pair[1]] == []
