"""The peak memory of a process, as the operating system counts it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_PROCESSES = Path("/proc")


@dataclass
class Growth:
    """How much more memory a process needed at its peak than before, in MB."""

    megabytes: float = 0


def is_measurable() -> bool:
    """Return whether this system counts the peak of a process and lets it be reset (Linux)."""
    return (_PROCESSES / "self" / "clear_refs").exists()


@contextmanager
def peak_growth(process: int | str = "self") -> Iterator[Growth]:
    """Measure the memory that a process needs at its peak while the `with` statement lasts."""
    (_PROCESSES / str(process) / "clear_refs").write_text("5")  # the peak is what there is now
    before, growth = _peak(process), Growth()
    yield growth
    growth.megabytes = (_peak(process) - before) / 1024


def _peak(process: int | str) -> int:
    found = re.search(r"VmHWM:\s+(\d+)", (_PROCESSES / str(process) / "status").read_text())
    assert found is not None
    return int(found[1])


def peak_memory(process: int | str = "self") -> int:
    """Return the most memory that a process has had since its start, in bytes."""
    return _peak(process) * 1024
