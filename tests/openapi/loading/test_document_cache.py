"""The cache of loaded documents."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.openapi.loading.support import file, messages, schemas, written
from tests.support.timeouts import PROGRAM_TIMEOUT
from understudy.openapi.loading import document_cache, loader
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


#: What stands in a file of the cache that is broken, made from what was written.
BROKEN: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda content: b"",
    "cut short": lambda content: content[: len(content) // 2],
    "longer": lambda content: content + b"]",
    "zeros": lambda content: bytes(len(content)),
    "no JSON": lambda content: b"{",
    "no UTF-8": lambda content: content.replace(b"nullable", b"nullabl\xff"),
    "deep": lambda content: b"[" * 100_000,
    "another type": lambda content: b"[]",
    "another value": lambda content: content.replace(b"nullable", b"nullible"),
    "a part of another type": lambda content: re.sub(rb'"source":.*', b'"source":5}]', content),
}


@pytest.mark.parametrize("change", BROKEN.values(), ids=BROKEN)
def test_broken_file_is_written_anew(
    tmp_path: Path, cache: Path, change: Callable[[bytes], bytes]
) -> None:
    """Whatever a file of the cache holds instead, the document is as it was, and so is the file."""
    file(tmp_path, "part.yaml", "type: string\nnullable: true\n")
    path = written(tmp_path, DOCUMENT)
    first, source = load(path), load(path).source
    contents = {entry: entry.read_bytes() for entry in cache.iterdir()}
    for entry, content in contents.items():
        entry.write_bytes(change(content))
    assert load(path) == first
    assert load(path).source == source
    assert {entry: entry.read_bytes() for entry in cache.iterdir()} == contents


@pytest.mark.parametrize("kind", ["directory", "link", "dangling link", "pipe", "device", "huge"])
def test_what_is_no_file_of_the_cache_is_not_read(tmp_path: Path, cache: Path, kind: str) -> None:
    """A start neither hangs nor fills the memory, and writes to nothing outside."""
    parsed("a: 1", lambda text: 1)
    (entry,) = cache.iterdir()
    elsewhere = tmp_path / "elsewhere"
    if kind != "dangling link":
        elsewhere.write_bytes(entry.read_bytes())
    before = elsewhere.read_bytes() if elsewhere.exists() else None
    entry.unlink()
    if kind == "directory":
        entry.mkdir()
    elif kind == "pipe":
        os.mkfifo(entry)
    elif kind == "huge":
        with entry.open("wb") as huge:
            huge.truncate(10**12)
    else:
        entry.symlink_to("/dev/zero" if kind == "device" else elsewhere)
    assert parsed("a: 1", lambda text: 2) == 2
    assert [path.name for path in cache.iterdir()] == [entry.name]
    assert (elsewhere.read_bytes() if elsewhere.exists() else None) == before


def test_cache_that_cannot_be_written_is_ignored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its directory is a file, is not allowed to be made, or there is no home directory."""
    for root in (str(file(tmp_path, "file", "")), "/proc/none", "/dev/null"):
        monkeypatch.setenv("XDG_CACHE_HOME", root)
        assert parsed("a: 1", lambda text: 2) == 2
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", "/proc/none")
    assert parsed("a: 1", lambda text: 3) == 3


def test_full_disk_leaves_no_files(tmp_path: Path, cache: Path) -> None:
    """The document is loaded, and nothing of what was written of it stays."""
    path = written(tmp_path, f"paths: {{}}\nx-long: {'x' * 100_000}\n")
    code = (
        "import resource, sys; from understudy.openapi.loading.loader import load;"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000)); load(sys.argv[1])"
    )
    subprocess.run([sys.executable, "-c", code, str(path)], check=True, timeout=PROGRAM_TIMEOUT)
    assert list(cache.iterdir()) == []


def test_processes_write_the_cache_at_once(cache: Path) -> None:
    """No file is mixed of two, and none is left unfinished."""
    code = (
        "from understudy.openapi.loading.document_cache import parsed;"
        "[parsed(str(number % 60), len) for number in range(300)]"
    )
    for process in [subprocess.Popen([sys.executable, "-c", code]) for _ in range(2)]:
        assert process.wait(PROGRAM_TIMEOUT) == 0
    assert {entry.suffix for entry in cache.iterdir()} == {".json"}


def test_cache_is_bounded(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest documents are deleted, by their number and by their size, past a directory."""
    (cache / "other").mkdir(parents=True)
    os.utime(cache / "other", (0, 0))
    for number in range(MAX_DOCUMENTS + 5):
        parsed(str(number), len)
    assert len(list(cache.glob("*.json"))) == MAX_DOCUMENTS
    monkeypatch.setattr(document_cache, "MAX_BYTES", 1000)
    for letter in "abcd":
        parsed(letter, lambda text: text * 400)
    assert sum(path.stat().st_size for path in cache.glob("*.json")) <= 1000
    assert parsed("d", fail_to_parse) == "d" * 400
    assert parsed("e", lambda text: text * 1000) == "e" * 1000
    assert parsed("e", lambda text: 1) == 1


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
