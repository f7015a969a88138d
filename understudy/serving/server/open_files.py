"""How many connections may be open at once, by the system's limit on a process's open files."""

from __future__ import annotations

import logging
import math
import sys

from understudy.errors import UsageError
from understudy.throttle import Throttle

log = logging.getLogger("understudy")

#: Open files that are left for what the server itself opens: pages, modules, callbacks.
RESERVE = 16

#: Open files without which no server starts.
FEWEST = 2 * RESERVE


def check_open_files() -> None:
    """Raise UsageError if the limit is so low that the event loop would abort the process, or that
    no connection could be open."""
    limit = _soft_limit()
    if limit < FEWEST:
        raise UsageError(
            f"the system allows {limit} open files, and a server needs {FEWEST}; raise the limit "
            "with `ulimit -n`"
        )


class OpenFiles:
    """The limit on open files. A new connection has the smallest number that is free, so that the
    number tells how many there are."""

    def __init__(self) -> None:
        self._limit = _soft_limit()
        self._warnings = Throttle()

    def have_room(self, number: int) -> bool:
        """Return whether a connection with this descriptor may stay open; else print a warning, at
        most once a minute."""
        if number < self._limit - RESERVE:
            return True
        if self._warnings.permits():
            log.warning(
                "connections are refused with 503 until others close, because only %d files can "
                "be open at once; raise the limit with `ulimit -n`",
                self._limit,
            )
        return False


def _soft_limit() -> float:
    """Return the most files that this process may have open."""
    if sys.platform == "win32":
        return math.inf
    import resource

    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return math.inf if limit == resource.RLIM_INFINITY else limit
