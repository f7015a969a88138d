"""Files that are written whole or not at all."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from understudy import files
from understudy.files import read_bounded, write_named, write_whole


def test_file_is_replaced_whole(tmp_path: Path) -> None:
    """Through a link too, with the permissions that any new file gets, and nothing beside it."""
    target = tmp_path / ("x" * 250 + ".json")
    link = tmp_path / "link"
    link.symlink_to(target)
    for content in (b"one", b"two"):
        write_named(link, content)
        assert target.read_bytes() == content
    assert link.is_symlink()
    (tmp_path / "usual").touch()
    assert target.stat().st_mode == (tmp_path / "usual").stat().st_mode
    assert len(list(tmp_path.iterdir())) == 3


def test_file_keeps_its_permissions(tmp_path: Path) -> None:
    """A recording that only its user may read stays so."""
    file = tmp_path / "file"
    file.touch(0o600)
    write_named(file, b"anything")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_device_is_written_as_it_is() -> None:
    """It stays a device."""
    write_named(Path("/dev/null"), b"anything")
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)
    with pytest.raises(OSError, match="No space left"):
        write_named(Path("/dev/full"), b"anything")


def test_directory_is_not_replaced(tmp_path: Path) -> None:
    """There is an error, and no file beside it."""
    (tmp_path / "directory").mkdir()
    with pytest.raises(IsADirectoryError):
        write_whole(tmp_path / "directory", b"anything")
    assert os.listdir(tmp_path) == ["directory"]


def test_file_without_end_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error says what the most is."""
    monkeypatch.setattr(files, "MAX_BYTES", 2 * 1024**2)
    with pytest.raises(OSError, match="larger than 2 MiB"):
        read_bounded(Path("/dev/zero"))
