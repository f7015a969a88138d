"""The namespaces of one app in a database, by name."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import suppress
from functools import partial
from time import monotonic
from typing import Any, TypeVar

from understudy.runtime.events import Event
from understudy.runtime.namespaces.memory_registry import REFUSALS, check_name
from understudy.runtime.namespaces.namespace import DEFAULT, Namespace, Shared
from understudy.runtime.namespaces.stored.attempt import Attempt
from understudy.runtime.namespaces.stored.control_records import RecordCache
from understudy.runtime.namespaces.stored.local_parts import LocalParts, PolledSignal
from understudy.runtime.stores.database import Database
from understudy.runtime.stores.errors import Conflict, StoreUnavailable
from understudy.runtime.transactions.counters import CountedBefore
from understudy.runtime.transactions.messages import (
    CANCEL,
    CHANGED,
    DROPPED,
    EVENTS,
    Message,
    decode_message,
    encode_message,
)
from understudy.runtime.transactions.threads import Threads
from understudy.runtime.world import WorldTemplate

log = logging.getLogger("understudy")

Result = TypeVar("Result")

#: The namespaces of which this process keeps something before it looks which of them need that.
_MOST_LOCAL = 1000
#: How often a request is run where others change what it reads.
MOST_ATTEMPTS = 500

#: How often it is run again beside new requests.
_FEW_ATTEMPTS = 8

#: Microseconds after which due work is tried again if the store did not answer.
_RETRY = 1_000_000


class StoredRegistry:
    """The namespaces of one app in a database; see `NamespaceRegistry`.

    Work runs in threads if several can use the database at once, else in the event loop's. A
    namespace is kept until it is dropped, however many there are.
    """

    def __init__(
        self, database: Database, shared: Shared, templates: Mapping[str, WorldTemplate]
    ) -> None:
        self.database = database
        self.shared = shared
        self.templates = templates
        self.records = RecordCache()
        #: Called with the name of a namespace that was dropped.
        self.on_drop: Callable[[str], None] | None = None
        #: Receives the events of all namespaces: name, API and events.
        self.on_events: Callable[[str, str, list[Event]], None] | None = None
        self._local: dict[str, LocalParts] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._threads = Threads(lambda: database.round_trip) if database.is_shared else None

    def local(self, name: str) -> LocalParts:
        """Return what this process keeps of a namespace."""
        local = self._local.get(name)
        if local is None:
            if len(self._local) >= _MOST_LOCAL:
                self._local = {n: local for n, local in self._local.items() if local.is_in_use}
            expire = partial(self._start, self._do_due_work, name)
            local = self._local[name] = LocalParts(name, self.shared, expire)
        return local

    def get(self, name: str, now: int = 0) -> Namespace:
        """Return a namespace without state, for requests that need none, or transact by parts.

        Raises Problem 400 if the name is not allowed.
        """
        check_name(name)
        return self.local(name).detached

    def settle(self, namespace: Namespace, status: int) -> bool:
        """Return whether a new namespace is kept after a response with this status."""
        return status not in REFUSALS

    async def transact(
        self,
        name: str,
        work: Callable[[Namespace], Result],
        counted: CountedBefore | None = None,
    ) -> Result:
        """See `NamespaceRegistry`. What was `counted` before for the same request is not counted
        again. Raises StoreUnavailable also where too many other requests change what this one
        reads."""
        return await self._transact(
            name, counted, lambda attempt: self._run(partial(attempt.run, work))
        )

    async def transact_waiting(
        self,
        name: str,
        work: Callable[[Namespace], Awaitable[Result]],
        counted: CountedBefore | None = None,
    ) -> Result:
        """Do the same with work that may wait, in the event loop, which each read then stops for
        as long as it takes."""
        run = partial(self._run_waiting, work)
        return await self._transact(name, counted, run, may_wait=True)

    async def _run_waiting(
        self, work: Callable[[Namespace], Awaitable[Result]], attempt: Attempt
    ) -> Result:
        try:
            return await attempt.run_waiting(work)
        finally:
            await self._run(lambda: None)

    async def _transact(
        self,
        name: str,
        counted: CountedBefore | None,
        run: Callable[[Attempt], Awaitable[Result]],
        may_wait: bool = False,
    ) -> Result:
        """Run attempts until one has met no other request's changes."""
        check_name(name)
        self._listen()
        local = self.local(name)
        attempt = Attempt(self, name, local, counted or CountedBefore())
        try:
            if may_wait:  # perhaps for another one of this namespace
                return await _repeat(attempt, run, MOST_ATTEMPTS)
            return await self._take_turns(local, attempt, run)
        except Conflict:
            raise StoreUnavailable(
                f"other requests changed what this one reads {MOST_ATTEMPTS} times; send it again"
            ) from None

    async def _take_turns(
        self, local: LocalParts, attempt: Attempt, run: Callable[[Attempt], Awaitable[Result]]
    ) -> Result:
        """Run attempts, again those of one request after the other: they probably change the same.
        Where that is not enough, new requests wait, too."""
        if local.alone.locked():
            async with local.alone:
                pass
        with suppress(Conflict):
            return await _repeat(attempt, run, 1)
        async with local.again:
            with suppress(Conflict):
                return await _repeat(attempt, run, _FEW_ATTEMPTS)
            async with local.alone:
                return await _repeat(attempt, run, MOST_ATTEMPTS - _FEW_ATTEMPTS - 1)

    async def _run(self, work: Callable[[], Result]) -> Result:
        if self._threads is not None:
            return await self._threads.run(work)
        try:
            return work()
        finally:  # an error, too, may come from what was read
            settled = self.database.settle()
            if settled is not None:
                await settled

    def transact_soon(self, name: str, work: Callable[[Namespace], object]) -> None:
        """See `NamespaceRegistry`."""
        self._start(self._transact_or_log, name, work)

    def _start(self, function: Callable[..., Coroutine[Any, Any, None]], *arguments: Any) -> None:
        task = asyncio.get_running_loop().create_task(function(*arguments))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _transact_or_log(self, name: str, work: Callable[[Namespace], object]) -> None:
        try:
            await self.transact(name, work)
        except StoreUnavailable as error:
            log.error("namespace %s: work in the background was not done: %s", name, error)

    async def _do_due_work(self, name: str) -> None:
        try:
            await self.transact(name, Namespace.do_due_work)
        except StoreUnavailable as error:
            log.error("namespace %s: work that is due has to wait: %s", name, error)
            self.local(name).timer.wait_until(_RETRY, 0)

    async def wait_until(self, name: str, micros: int, seconds: float) -> bool:
        """See `NamespaceRegistry`."""
        changed, end = self.local(name).changed, monotonic() + seconds
        while True:
            since = changed.number
            frozen, now = await self._run(partial(self._read, name, _time))
            if now >= micros:
                return True
            left = end - monotonic()
            if left <= 0:
                return False
            await changed.wait(left if frozen else min(left, (micros - now) / 1_000_000), since)

    def for_each(self, work: Callable[[Namespace], Result], most: int | None) -> list[Result]:
        """See `NamespaceRegistry`; the order is that of the names."""
        return [self._read(name, work) for name in self._names()[:most]]

    def _read(self, name: str, work: Callable[[Namespace], Result]) -> Result:
        return Attempt(self, name, self.local(name), CountedBefore()).read(work)

    async def in_each(
        self, work: Callable[[Namespace], Result], most: int | None = None
    ) -> list[Result]:
        """See `NamespaceRegistry`."""
        return await self._run(partial(self.for_each, work, most))

    async def last_exchange(self) -> int:
        """See `NamespaceRegistry`."""
        return self.database.last_exchange()

    def signal(self, name: str | None) -> PolledSignal:
        """See `NamespaceRegistry`; those who wait look again and again."""
        return PolledSignal()

    def _names(self) -> list[str]:
        """Return the names of all namespaces; the default one is always there."""
        return sorted({DEFAULT, *self.database.names()})

    def keep(self, namespace: Namespace) -> None:
        """Keep a namespace; each is kept once something of it is committed."""

    def listen(self, name: str, template: WorldTemplate) -> None:
        """Pass the events of an API in a namespace to `on_events`: it gets those of all."""

    def stop_listening(self, name: str, template: WorldTemplate) -> None:
        """See `listen`."""

    async def delete(self, name: str) -> bool:
        """See `NamespaceRegistry`; its clients in all processes are disconnected."""
        message = encode_message(Message(DROPPED, {}))
        return await self._run(partial(self.database.drop, name, message))

    def __contains__(self, name: str) -> bool:
        return True

    async def number(self) -> int:
        """See `NamespaceRegistry`."""
        return len(await self._run(self._names))

    async def check(self) -> None:
        """See `NamespaceRegistry`."""
        await self._run(self.database.check)

    def _listen(self) -> None:
        """Receive the messages of other processes from the first request on."""
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
            self.database.subscribe(self._receive_in_thread)

    def _receive_in_thread(self, name: str, content: bytes) -> None:
        assert self._loop is not None
        self._loop.call_soon_threadsafe(self._receive, name, content)

    def _receive(self, name: str, content: bytes) -> None:
        if not content:  # messages may be missing
            for local in self._local.values():
                local.changed.notify()
            return
        kind, values = decode_message(content)
        if kind == EVENTS and self.on_events is not None:
            self.on_events(name, values["api"], [Event(*event) for event in values["events"]])
        elif kind == CHANGED and name in self._local:
            self._local[name].changed.notify()
        elif kind == CANCEL and name in self._local:
            self._local[name].stop()
        elif kind == DROPPED:
            self._forget(name)

    def _forget(self, name: str) -> None:
        """Let go of a namespace that was dropped."""
        local = self._local.pop(name, None)
        if local is not None:
            local.stop()
        if self.on_drop is not None:
            self.on_drop(name)


def _time(namespace: Namespace) -> tuple[bool, int]:
    """Return whether the clock is frozen, and what it shows."""
    return namespace.clock.frozen, namespace.clock.now()


async def _repeat(
    attempt: Attempt, run: Callable[[Attempt], Awaitable[Result]], most: int
) -> Result:
    """Return the result of an attempt that is made at most so often. Raises Conflict."""
    for _ in range(most):
        with suppress(Conflict):
            result = await run(attempt)
            attempt.finish()
            return result
    raise Conflict
