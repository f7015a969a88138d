"""With one seed, requests that follow each other are answered alike by every server."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.server import running
from tests.support.stores import DURABLE, STORES_AND_WORKERS, serve_arguments
from tests.support.transcript import transcript

Answers = list[tuple[int, bytes]]

UUID = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def answers(store: str, workers: int, directory: Path) -> Answers:
    """Return what a server with a store answers."""
    with serve_arguments(store, directory, workers) as arguments, running(*arguments) as server:
        return transcript(f"{server.url}/_ns/same")


def with_numbers(transcribed: Answers) -> Answers:
    """Return answers with each id replaced by a number, the same one for the same id: a database
    makes other ids than memory."""
    numbers: dict[bytes, bytes] = {}

    def number(found: re.Match[bytes]) -> bytes:
        return numbers.setdefault(found[0], b"id-%d" % len(numbers))

    return [(status, UUID.sub(number, body)) for status, body in transcribed]


def differences(answered: Answers, expected: Answers) -> list[tuple[tuple[int, bytes], ...]]:
    """Return the answers that differ; the number of them must not."""
    assert len(answered) == len(expected) > 500
    return [pair for pair in zip(answered, expected, strict=True) if pair[0] != pair[1]]


@pytest.fixture(scope="module")
def in_memory(tmp_path_factory: pytest.TempPathFactory) -> Answers:
    """Return what one worker answers from memory."""
    return answers("memory", 1, tmp_path_factory.mktemp("memory"))


@pytest.fixture(scope="module")
def in_database(tmp_path_factory: pytest.TempPathFactory) -> Answers:
    """Return what one worker answers from a database."""
    return answers(*DURABLE[0], tmp_path_factory.mktemp("database"))


@pytest.mark.parametrize(("store", "workers"), STORES_AND_WORKERS)
def test_same_answers(store: str, workers: int, in_memory: Answers, tmp_path: Path) -> None:
    """Each operation of each API has the response that one worker has from memory, but for the ids
    that a database makes."""
    answered = answers(store, workers, tmp_path)
    assert differences(with_numbers(answered), with_numbers(in_memory)) == []


@pytest.mark.parametrize(("store", "workers"), DURABLE)
def test_same_bytes(store: str, workers: int, in_database: Answers, tmp_path: Path) -> None:
    """Each operation of each API has the same response from each database, byte for byte."""
    assert differences(answers(store, workers, tmp_path), in_database) == []
