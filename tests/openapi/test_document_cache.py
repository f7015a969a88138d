"""The cache of parsed documents: used where it can be, done without where it cannot."""

from __future__ import annotations

from pathlib import Path

import pytest

from understudy.openapi.document_cache import MOST, parsed


def refuse(text: str) -> None:
    """A parser that nobody should call."""
    raise AssertionError(text)


def test_a_text_is_parsed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second time it comes from the cache; another text does not."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert parsed("a: 1", lambda text: {"a": 1}) == {"a": 1}
    assert parsed("a: 1", refuse) == {"a": 1}
    assert parsed("a: 2", lambda text: {"a": 2}) == {"a": 2}


def test_a_broken_cache_is_done_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Garbage in a cached file, and a cache directory that is none."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    parsed("a: 1", lambda text: 1)
    (file,) = (tmp_path / "understudy" / "documents").iterdir()
    file.write_bytes(b"{")
    assert parsed("a: 1", lambda text: 2) == 2
    monkeypatch.setenv("XDG_CACHE_HOME", str(file))
    assert parsed("a: 1", lambda text: 3) == 3


def test_the_cache_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No more files than a user would forgive."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    for number in range(MOST + 5):
        parsed(str(number), len)
    assert len(list((tmp_path / "understudy" / "documents").iterdir())) == MOST
