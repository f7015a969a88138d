"""The memory of a process, by the operating system's count."""

from __future__ import annotations

from pathlib import Path


def peak_memory(pid: int) -> int:
    """Return the largest memory that a process has had so far, in bytes."""
    return _status(pid, "VmHWM")


def present_memory(pid: int) -> int:
    """Return the memory that a process has now, in bytes."""
    return _status(pid, "VmRSS")


def _status(pid: int, name: str) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{name}:"))
