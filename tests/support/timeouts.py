"""Timeouts of tests, so long that only a hang takes longer, on any machine.

No test may depend on the machine's speed. Wait for an event, a line of output or an exchange in the
journal; a shorter timeout is only for a call that shall fail by it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from inspect import signature
from typing import Any

import httpx

#: Seconds for one response, event or line of output.
TIMEOUT = 60.0

#: Seconds for a whole program.
PROGRAM_TIMEOUT = 600.0

_TIMEOUTS = ("connect", "read", "write", "pool")


def wait_until(condition: Callable[[], object]) -> None:
    """Wait until a condition holds, which another thread causes."""
    deadline = time.monotonic() + TIMEOUT
    while not condition():
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.01)


@contextmanager
def patient_httpx() -> Iterator[None]:
    """Let httpx wait for `TIMEOUT` seconds, where no other timeout is given, until the block ends.

    Its default of 5 seconds is one mutable object, which all its functions have as a default
    argument.
    """
    default: Any = signature(httpx.get).parameters["timeout"].default
    before = {name: getattr(default, name) for name in _TIMEOUTS}
    for name in _TIMEOUTS:
        setattr(default, name, TIMEOUT)
    try:
        yield
    finally:
        for name in _TIMEOUTS:
            setattr(default, name, before[name])
