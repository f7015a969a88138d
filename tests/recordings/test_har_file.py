"""Archives on disk that grow with each exchange."""

from __future__ import annotations

import json
import resource
from pathlib import Path

import pytest

from understudy.http.messages import Exchange, Request, Response
from understudy.http.secrets import Secrets
from understudy.recordings.har_file import HarFile
from understudy.recordings.loader import load_recording
from understudy.recordings.recording import build_exchange


def exchange(number: int, body: bytes = b"") -> Exchange:
    """Return an exchange with this number in its path, and a body on both sides."""
    headers = {b"content-type": b"application/octet-stream", b"authorization": b"Bearer secret-1"}
    request = Request("POST", b"/pets/%d" % number, b"api_key=secret-2", headers, body)
    return build_exchange(request, Response(200, body, b"image/png"), origin="http://pets.example")


def test_file_is_whole_after_each_exchange(tmp_path: Path) -> None:
    """It can be read at any time, with both bodies as they were, and without credentials; the
    first exchange replaces what the file had."""
    file = tmp_path / "a.har"
    file.write_text("an older recording")
    archive = HarFile(file, Secrets())
    assert file.read_text() == "an older recording"
    for number in range(3):
        archive.add(exchange(number, b"\x89PNG\xff\x00"))
        read = load_recording(file).exchanges
        assert [e.request.path for e in read] == [b"/pets/%d" % n for n in range(number + 1)]
        assert {body for e in read for body in (e.request.body, e.response.body)} == {
            b"\x89PNG\xff\x00"
        }
    archive.close()
    assert json.loads(file.read_text())["log"]["creator"]["name"] == "understudy"
    assert "secret" not in file.read_text()
    assert [path.name for path in tmp_path.iterdir()] == ["a.har"]


def test_full_disk_leaves_what_was_recorded(tmp_path: Path) -> None:
    """Where there is no room for an exchange, the file ends whole with the one before it."""
    file = tmp_path / "a.har"
    archive = HarFile(file, Secrets())
    archive.add(exchange(0))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (file.stat().st_size + 500, hard))
    try:
        with pytest.raises(OSError, match="too large"):
            archive.add(exchange(1, b"x" * 1000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert [e.request.path for e in load_recording(file).exchanges] == [b"/pets/0"]
    archive.add(exchange(2))
    assert [e.request.path for e in load_recording(file).exchanges] == [b"/pets/0", b"/pets/2"]
    archive.close()
