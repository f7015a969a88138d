"""A connection to one server of Redis, used by one thread at a time."""

from __future__ import annotations

from collections.abc import Sequence
from time import monotonic
from typing import Any

from redis import exceptions

from understudy.runtime.stores.redis.servers.commands import UNWATCH, encode

#: Seconds to wait for a connection, and for the answers of one trip.
TRIP_TIMEOUT = 1.0

#: Seconds that each trip may take, even where less time is left for the request: it says nothing
#: about the other side that it does not answer at once.
_LEAST_TIMEOUT = 0.5

#: Seconds after which a connection that nobody uses may have been closed by the other side.
_IDLE = 0.1


class Connection:
    """A connection of the driver, and what it watches. After an error it is closed.

    The driver's connection is used without its client, which takes more time than the trip.
    """

    __slots__ = ("_driver", "_has_stale_watches", "_used_at", "is_watching")

    def __init__(self, driver: Any) -> None:
        self._driver = driver
        self._used_at = monotonic()
        #: Whether the transaction that it is used for watches keys.
        self.is_watching = False
        self._has_stale_watches = False

    def trip(self, commands: Sequence[bytes], deadline: float | None = None) -> list[Any]:
        """Send commands at once and return their answers; an answer may be an error of Redis.

        Raises the driver's ConnectionError or TimeoutError; `deadline`, by `monotonic`, may make
        the timeout shorter.
        """
        if self._has_stale_watches:
            self._has_stale_watches = False
            return self.trip((UNWATCH, *commands), deadline)[1:]
        driver = self._driver
        try:
            driver.send_packed_command([b"".join(commands)])  # each item is a packet
            self._wait(deadline)
            return [self._answer() for _ in commands]
        except BaseException:
            self.close()
            raise

    def _answer(self) -> Any:
        try:
            return self._driver.read_response(True)
        except exceptions.ResponseError as error:
            return error

    def _wait(self, deadline: float | None) -> None:
        """Wait for the beginning of the answers, where that is much shorter or longer than the
        driver would."""
        if deadline is None:
            return
        left = max(deadline - monotonic(), _LEAST_TIMEOUT)
        if TRIP_TIMEOUT <= left <= 2 * TRIP_TIMEOUT:  # the driver's own timeout will do
            return
        if not self._driver.can_read(timeout=left):
            raise exceptions.TimeoutError("it did not answer in time")

    def ask(self, *words: bytes) -> Any:
        """Send one command and return its answer, or raise it if it is an error."""
        answer = self.trip([encode(*words)])[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def set_aside(self) -> None:
        """Let go of what it watches, with the first trip of its next use."""
        self._has_stale_watches |= self.is_watching
        self.is_watching = False
        self._used_at = monotonic()

    def is_usable(self) -> bool:
        """Return whether the other side has not closed it while nobody used it."""
        if monotonic() - self._used_at < _IDLE:
            return True
        try:
            return not self._driver.can_read(timeout=0)
        except (exceptions.RedisError, OSError):
            return False

    def send(self, *words: bytes) -> None:
        """Send a command without waiting for its answer."""
        self._driver.send_packed_command([encode(*words)])

    def wait_for_answer(self, seconds: float) -> Any:
        """Return what comes within so many seconds, or None."""
        return self._driver.read_response(True) if self._driver.can_read(timeout=seconds) else None

    def close(self) -> None:
        """Disconnect."""
        self._driver.disconnect()
