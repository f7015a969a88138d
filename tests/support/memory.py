"""Peak memory, as the operating system counts it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_STATUS, _RESET = Path("/proc/self/status"), Path("/proc/self/clear_refs")


@dataclass
class Growth:
    """How much more memory this process needed at its peak than before, in MB."""

    megabytes: float = 0


def is_measurable() -> bool:
    """Return whether this system counts the peak of a process and lets it be reset (Linux)."""
    return _STATUS.exists() and _RESET.exists()


@contextmanager
def peak_growth() -> Iterator[Growth]:
    """Measure the memory that the body of a `with` statement needs at its peak."""
    _RESET.write_text("5")  # the peak is what there is now
    before, growth = _peak(), Growth()
    yield growth
    growth.megabytes = (_peak() - before) / 1024


def _peak() -> int:
    found = re.search(r"VmHWM:\s+(\d+)", _STATUS.read_text())
    assert found is not None
    return int(found[1])
