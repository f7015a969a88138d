"""One of the places of workers: its socket, its processes, and when to start the next one."""

from __future__ import annotations

import math
import os
import signal
import socket
from dataclasses import dataclass, field
from time import monotonic

from understudy.serving.processes.shared_address import SharedAddress

#: A worker that lives for fewer seconds has failed; the next one after two such failures waits for
#: the first delay, and then for twice as long each time.
_SHORT_LIFE = 10.0
_FIRST_DELAY = 0.5
_LONGEST_DELAY = 30.0


@dataclass(slots=True, eq=False)
class Worker:
    """A process that serves, or soon will; `kill_at` is when it has had the time to end."""

    pid: int
    started_at: float = field(default_factory=monotonic)
    is_ready: bool = False
    kill_at: float = math.inf

    def end(self, number: signal.Signals, seconds: float) -> None:
        """Send a signal by which it ends within so many seconds, or else is killed."""
        os.kill(self.pid, number)
        self.kill_at = monotonic() + seconds


@dataclass(slots=True, eq=False)
class Slot:
    """A socket and its workers: usually one; two while the next one gets ready. `retired` workers
    only finish what they have begun.

    The socket belongs to the slot, so that the connections which wait in it outlive a worker.
    """

    address: SharedAddress
    listener: socket.socket | None = None
    workers: list[Worker] = field(default_factory=list)
    retired: list[Worker] = field(default_factory=list)
    #: When the next worker starts.
    start_at: float = math.inf
    _failures: int = 0

    @property
    def is_served(self) -> bool:
        """Return whether a worker is ready."""
        return any(worker.is_ready for worker in self.workers)

    def retire_others(self, worker: Worker) -> list[Worker]:
        """Keep only this worker; return the others, which are retired now."""
        others = [other for other in self.workers if other is not worker]
        self.workers = [worker]
        self.retired += others
        return others

    def remove(self, worker: Worker) -> None:
        """Remove a worker that has ended."""
        (self.workers if worker in self.workers else self.retired).remove(worker)

    def everyone(self) -> list[Worker]:
        """Return all its workers, retired ones too."""
        return [*self.workers, *self.retired]

    def open(self) -> socket.socket:
        """Return its socket, which listens."""
        if self.listener is None:
            self.listener = self.address.listen()
        return self.listener

    def close(self) -> None:
        """Close its socket in this process. If no other one has it, Linux deals no more connections
        out to it."""
        if self.listener is not None:
            self.listener.close()
            self.listener = None

    def restart(self, lived: float) -> float:
        """Plan the next worker after one that lived for so many seconds; return the delay.

        During a delay, workers of other slots get the connections.
        """
        self._failures = self._failures + 1 if lived < _SHORT_LIFE else 0
        exponent = min(self._failures - 2, 30)
        delay = min(_FIRST_DELAY * 2**exponent, _LONGEST_DELAY) if exponent >= 0 else 0.0
        if delay and not self.workers:
            self.close()
        self.start_at = monotonic() + delay
        return delay
