"""The cache of loaded documents."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.openapi.loading.support import file, messages, schemas, written
from understudy.openapi.loading import loader
from understudy.openapi.loading.document_cache import MAX_DOCUMENTS, parsed
from understudy.openapi.loading.loader import load


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of the test's own; return its directory."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "understudy" / "documents"


def fail_to_parse(text: str) -> None:
    """Fail the test: the text should have come from the cache."""
    raise AssertionError(text)


def test_cache_parses_a_text_once() -> None:
    """The second time it comes from the cache; another text does not."""
    assert parsed("a: 1", lambda text: {"a": 1}) == {"a": 1}
    assert parsed("a: 1", fail_to_parse) == {"a": 1}
    assert parsed("a: 2", lambda text: {"a": 2}) == {"a": 2}


def test_cache_that_is_broken_is_ignored(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cached file with invalid JSON, and a cache directory that is a file."""
    parsed("a: 1", lambda text: 1)
    (entry,) = cache.iterdir()
    entry.write_bytes(b"{")
    assert parsed("a: 1", lambda text: 2) == 2
    monkeypatch.setenv("XDG_CACHE_HOME", str(entry))
    assert parsed("a: 1", lambda text: 3) == 3


def test_cache_is_bounded(cache: Path) -> None:
    """The oldest documents are deleted."""
    for number in range(MAX_DOCUMENTS + 5):
        parsed(str(number), len)
    assert len(list(cache.iterdir())) == MAX_DOCUMENTS


def test_documents_in_use_stay_in_the_cache(cache: Path) -> None:
    """What is deleted is what nobody has read for longest, not what was written first."""
    for number in range(MAX_DOCUMENTS):
        parsed(str(number), len)
        os.utime(max(cache.iterdir(), key=lambda file: file.stat().st_mtime), (number, number))
    parsed("0", fail_to_parse)
    parsed("another", len)
    parsed("0", fail_to_parse)
    assert len(list(cache.iterdir())) == MAX_DOCUMENTS


DOCUMENT = "paths: {}\ncomponents: {schemas: {S: {$ref: part.yaml}, T: {type: wrong}}}\n"


def test_documents_come_from_the_cache_with_all_that_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The inner form, the source and the problems."""
    file(tmp_path, "part.yaml", "type: string\nnullable: true\n")
    path = written(tmp_path, DOCUMENT)
    first = load(path)
    monkeypatch.setattr(loader, "_load", fail_to_parse)
    again = load(path)
    assert again == first
    assert (again.source, len(again.problems)) == (first.source, 1)
    assert schemas(again)["part"] == {"type": ["string", "null"]}


def test_change_of_any_file_is_seen(tmp_path: Path) -> None:
    """Of the document, of a file that it includes, and of a file that was missing."""
    path = written(tmp_path, DOCUMENT)
    assert "cannot read" in "\n".join(messages(load(path)))
    for kind in ("string", "integer"):
        file(tmp_path, "part.yaml", f"type: {kind}")
        assert schemas(load(path))["part"] == {"type": kind}
    written(tmp_path, DOCUMENT.replace("S:", "R:"))
    assert "R" in schemas(load(path))


def test_allowed_references_are_part_of_the_key(tmp_path: Path) -> None:
    """What one run may read is not in the cache for a run that may not."""
    file(tmp_path, "outside.yaml", "type: string")
    path = written(tmp_path / "in", DOCUMENT.replace("part.yaml", "../outside.yaml"))
    assert "outside" in schemas(load(path, allowed_refs=[str(tmp_path)]))
    assert "outside" not in schemas(load(path))
