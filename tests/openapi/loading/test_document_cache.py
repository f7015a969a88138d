"""The cache of parsed documents."""

from __future__ import annotations

from pathlib import Path

import pytest

from understudy.openapi.loading.document_cache import MAX_DOCUMENTS, parsed


def fail_to_parse(text: str) -> None:
    """Fail the test: the text should have come from the cache."""
    raise AssertionError(text)


def test_cache_parses_a_text_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second time it comes from the cache; another text does not."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert parsed("a: 1", lambda text: {"a": 1}) == {"a": 1}
    assert parsed("a: 1", fail_to_parse) == {"a": 1}
    assert parsed("a: 2", lambda text: {"a": 2}) == {"a": 2}


def test_cache_that_is_broken_is_ignored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cached file with invalid JSON, and a cache directory that is a file."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    parsed("a: 1", lambda text: 1)
    (file,) = (tmp_path / "understudy" / "documents").iterdir()
    file.write_bytes(b"{")
    assert parsed("a: 1", lambda text: 2) == 2
    monkeypatch.setenv("XDG_CACHE_HOME", str(file))
    assert parsed("a: 1", lambda text: 3) == 3


def test_cache_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest documents are deleted."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    for number in range(MAX_DOCUMENTS + 5):
        parsed(str(number), len)
    assert len(list((tmp_path / "understudy" / "documents").iterdir())) == MAX_DOCUMENTS
