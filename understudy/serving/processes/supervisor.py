"""The parent of the workers: it starts them, starts anew what ended, replaces and stops them."""

from __future__ import annotations

import gc
import logging
import math
import os
import selectors
import signal
import socket
from collections.abc import Callable
from time import monotonic
from typing import Protocol

from understudy.serving.processes.ready_reports import ReadyReports
from understudy.serving.processes.shared_address import SharedAddress
from understudy.serving.processes.signals import SignalQueue, has_terminal
from understudy.serving.processes.slot import Slot, Worker
from understudy.serving.server.uvicorn_server import DRAIN, GRACE, RETIRE

log = logging.getLogger("understudy")

_STOP = (signal.SIGINT, signal.SIGTERM)

#: Seconds beyond the time it has after which a worker that has not ended is killed.
_PATIENCE = 3

#: The exit code of a worker that has printed a UsageError.
_UNUSABLE = 2


class Serve(Protocol):
    """What a worker does: accept connections from a socket, call `ready` then, and serve."""

    def __call__(self, listener: socket.socket, *, ready: Callable[[], None]) -> None:
        """Serve until SIGTERM."""


class Supervisor:
    """Runs `count` workers at an address. It is made before the app is loaded: connections wait in
    its sockets until then. Raises UsageError if the address is taken."""

    def __init__(self, host: str, port: int, count: int) -> None:
        self._address = SharedAddress(host, port)
        self._slots = [Slot(self._address) for _ in range(count)]
        for slot in self._slots:
            slot.open()
        #: The slots whose workers are still to be replaced.
        self._outdated: list[Slot] = []
        self._was_ready = self._is_announced = self._is_stopping = False
        self._code = 0

    @property
    def reserved(self) -> socket.socket:
        """A socket at the address."""
        return self._address.reserved

    def run(
        self,
        serve: Serve,
        *,
        ready: Callable[[], None],
        after_fork: Callable[[], None] | None = None,
    ) -> int:
        """Supervise until SIGINT or SIGTERM, and return the exit code: 1 if no worker became ready,
        2 if a UsageError was the reason. It returns in each worker too, when that has served.

        `ready` is called once all workers are ready. Each worker calls `after_fork` before it
        serves: what a process must not share with others, such as connections, is made there. No
        thread may run before.
        """
        gc.freeze()  # a search for garbage would write to memory that all processes share
        self._ready = ready
        is_ignored = signal.getsignal(signal.SIGHUP) == signal.SIG_IGN  # by nohup
        self._ends_with_terminal = has_terminal() and not is_ignored
        self._signals = SignalQueue((*_STOP, signal.SIGHUP, signal.SIGCHLD))
        self._reports = ReadyReports()
        self._slots[0].start_at = monotonic()  # the others start when it is ready
        while not self._is_stopping or self._workers():
            slot = min(self._slots, key=lambda slot: slot.start_at)
            if slot.start_at > monotonic():
                self._wait(slot.start_at)
            elif self._start(slot):
                if after_fork is not None:
                    after_fork()
                serve(slot.open(), ready=self._reports.send)
                return 0
        self._signals.close()
        return self._code

    def _workers(self) -> list[Worker]:
        return [worker for slot in self._slots for worker in slot.everyone()]

    def _start(self, slot: Slot) -> bool:
        """Start a worker of a slot; return True in the worker."""
        slot.start_at = math.inf
        try:
            slot.open()
            pid = self._signals.fork()
        except OSError as error:
            delay = slot.restart(lived=0)
            log.warning(
                "a worker cannot start: %s; the next attempt %s", error.strerror, _in(delay)
            )
            return False
        if pid:
            slot.workers.append(Worker(pid))
            return False
        self._reports.leave_parent()
        self._address.close()
        for other in self._slots:
            if other is not slot:
                other.close()
        return True

    def _wait(self, until: float) -> None:
        """Wait for signals and reports until a time, and do what is to do then."""
        until = min([until, *(worker.kill_at for worker in self._workers())])
        with selectors.DefaultSelector() as selector:
            for reader in (self._signals.reader, self._reports.reader):
                selector.register(reader, selectors.EVENT_READ)
            selector.select(None if until == math.inf else max(0, until - monotonic()))
        for pid in self._reports.take():
            self._on_ready(pid)
        for number in self._signals.take():
            self._on_signal(number)
        for worker in self._workers():
            if worker.kill_at <= monotonic():
                log.warning("worker %d did not end in time and is killed", worker.pid)
                worker.end(signal.SIGKILL, math.inf)

    def _on_signal(self, number: int) -> None:
        if number == signal.SIGCHLD:
            self._reap()
        elif number in _STOP:
            self._stop(signal.SIGKILL if self._is_stopping else signal.SIGTERM)
        elif self._ends_with_terminal and not has_terminal():
            self._stop(signal.SIGTERM)
        elif self._is_announced and not self._is_stopping:
            self._outdated = self._slots.copy()
            self._replace_next()

    def _stop(self, number: signal.Signals) -> None:
        """Stop all workers, and start none any more."""
        self._is_stopping = True
        for slot in self._slots:
            slot.start_at = math.inf
        for worker in self._workers():
            worker.end(number, GRACE + _PATIENCE)

    def _replace_next(self) -> None:
        """Start the successor of the next worker to replace; the old one retires when it is
        ready."""
        if self._outdated:
            self._outdated.pop(0).start_at = monotonic()

    def _on_ready(self, pid: int) -> None:
        """A worker accepts connections: those before it in its slot retire."""
        if self._is_stopping:
            return
        for slot in self._slots:
            for worker in slot.workers:
                if worker.pid == pid:
                    worker.is_ready = True
                    for old in slot.retire_others(worker):
                        old.end(RETIRE, DRAIN + GRACE + _PATIENCE)
        if not self._was_ready:
            self._was_ready = True
            for slot in self._slots[1:]:
                slot.start_at = monotonic()
        if not self._is_announced and all(slot.is_served for slot in self._slots):
            self._is_announced = True
            self._ready()
        self._replace_next()

    def _reap(self) -> None:
        for slot in self._slots:
            for worker in slot.everyone():
                pid, status = os.waitpid(worker.pid, os.WNOHANG)
                if pid:
                    self._on_end(slot, worker, os.waitstatus_to_exitcode(status))

    def _on_end(self, slot: Slot, worker: Worker, code: int) -> None:
        """A worker has ended: another one starts, if nobody wanted that."""
        was_retired = worker in slot.retired
        slot.remove(worker)
        if self._is_stopping or was_retired:
            return
        if not self._was_ready:
            self._give_up(worker, code)
        elif slot.workers:
            log.warning("worker %d %s; another one has its place", worker.pid, _how(code))
            if not worker.is_ready:  # the next ones may fail too, so the old ones go on
                self._outdated.clear()
        else:
            delay = slot.restart(monotonic() - worker.started_at)
            log.warning("worker %d %s; another one starts %s", worker.pid, _how(code), _in(delay))

    def _give_up(self, worker: Worker, code: int) -> None:
        """Stop, because the first worker did not become ready; a UsageError says why itself."""
        self._is_stopping = True
        self._code = _UNUSABLE if code == _UNUSABLE else 1
        if code != _UNUSABLE:
            log.error("no worker became ready: worker %d %s", worker.pid, _how(code))


def _how(code: int) -> str:
    """Return how a process ended, by its exit code, or the negative number of a signal."""
    names = {number.value: number.name for number in signal.Signals}
    if code < 0:
        return f"was ended by {names.get(-code, f'signal {-code}')}"
    return f"exited with code {code}"


def _in(delay: float) -> str:
    return f"in {delay:g} s" if delay else "now"
