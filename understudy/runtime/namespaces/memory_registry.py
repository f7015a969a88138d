"""The namespaces of one app in memory, by name.

A request for a name that is not known yet gets a namespace of its own, which is kept if the request
succeeds; requests that come at the same time share it. One that fails makes a namespace only if
there is room, so that its journal can tell why; one that is refused makes none. So foreign requests
cannot fill the memory, nor push namespaces out that somebody uses.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain
from time import perf_counter_ns
from weakref import WeakValueDictionary

from understudy.errors import Problem
from understudy.runtime.events import Event
from understudy.runtime.journal import Signal
from understudy.runtime.memory_budget import MemoryBudget
from understudy.runtime.namespaces.namespace import DEFAULT, Namespace, Shared, Standing
from understudy.runtime.namespaces.registry import Result
from understudy.runtime.world import WorldTemplate
from understudy.throttle import Throttle

log = logging.getLogger("understudy")

_NAME = re.compile(r"[A-Za-z0-9._-]{1,100}")

#: Statuses of requests that are refused before an API works on them.
REFUSALS = frozenset({401, 403, 408, 413, 421, 429, 431, 503})

_SECOND = 1_000_000_000


class MemoryRegistry:
    """The namespaces of one app: at most `most`; see `NamespaceRegistry`.

    For a new one another is dropped: one in which no request has succeeded, or else one that was
    not used in the last `recent` seconds, or else one that was used once; of these the least
    recently used one.
    """

    __slots__ = (
        "_kept",
        "_new",
        "_to_drop",
        "_warnings",
        "most",
        "on_drop",
        "on_events",
        "recent",
        "shared",
    )

    def __init__(
        self, most: int = 1000, recent: float = 60, budget: MemoryBudget | None = None
    ) -> None:
        self.most = most
        self.recent = recent
        self.shared = Shared(budget=budget or MemoryBudget())
        #: Called with the name of a namespace that was dropped.
        self.on_drop: Callable[[str], None] | None = None
        #: Receives the events of namespaces: name, API and events.
        self.on_events: Callable[[str, str, list[Event]], None] | None = None
        self._warnings = Throttle()
        self._to_drop: Namespace | None = None
        self._kept: dict[str, Namespace] = {}
        #: Those of requests under way.
        self._new: WeakValueDictionary[str, Namespace] = WeakValueDictionary()

    def get(self, name: str, now: int | None = None) -> Namespace:
        """Return the namespace of that name, used at the time `now` of `time.perf_counter_ns`.

        A new one is not kept yet. Raises Problem 400 if the name is not allowed, and 503 if there
        is no room for it.
        """
        now = now or perf_counter_ns()
        namespace = self._kept.get(name)
        if namespace is None:
            namespace = self._new.get(name) or self._make(name, now)
        namespace.used_at = now
        return namespace

    def settle(self, namespace: Namespace, status: int) -> bool:
        """Keep the namespace of a request, or not, by the status of its response; return whether it
        is kept."""
        if status < 400:
            self.keep(namespace)
        elif namespace.standing is Standing.NEW and status not in REFUSALS:
            self._keep_if_there_is_room(namespace)
        return namespace.standing in (Standing.KEPT, Standing.FAILED)

    def keep(self, namespace: Namespace) -> None:
        """Keep a namespace, unless it was dropped."""
        if namespace.standing is Standing.NEW:
            if len(self._kept) >= self.most:
                self._drop_one()
            self._kept[namespace.name] = namespace
        if namespace.standing is not Standing.DROPPED:
            namespace.standing = Standing.KEPT

    async def transact(self, name: str, work: Callable[[Namespace], Result]) -> Result:
        """See `NamespaceRegistry`; what fails half-way is rolled back by `work` itself."""
        return work(self.get(name))

    def transact_soon(self, name: str, work: Callable[[Namespace], object]) -> None:
        """See `NamespaceRegistry`."""
        work(self.get(name))

    async def wait_until(self, name: str, micros: int, seconds: float) -> bool:
        """See `NamespaceRegistry`."""
        await self.get(name).clock.wait_until(micros)
        return True

    def for_each(self, work: Callable[[Namespace], Result], most: int) -> list[Result]:
        """See `NamespaceRegistry`."""
        return [work(namespace) for namespace in reversed(list(self)[-most:])]

    async def in_each(
        self, work: Callable[[Namespace], Result], most: int | None = None
    ) -> list[Result]:
        """See `NamespaceRegistry`."""
        return self.for_each(work, len(self) if most is None else most)

    async def last_exchange(self) -> int:
        """See `NamespaceRegistry`."""
        return self.shared.counter.last

    def signal(self, name: str | None) -> Signal:
        """See `NamespaceRegistry`."""
        return self.shared.counter.signal if name is None else self.get(name).journal.signal

    async def number(self) -> int:
        """See `NamespaceRegistry`."""
        return len(self)

    async def check(self) -> None:
        """See `NamespaceRegistry`; memory is always there."""

    def listen(self, name: str, template: WorldTemplate) -> None:
        """Pass the events of an API in a namespace to `on_events`; without, they are not made."""
        on_events = self.on_events
        if on_events is not None:
            listener = partial(on_events, name, template.api)
            self.get(name).set_listener(template, listener)

    def stop_listening(self, name: str, template: WorldTemplate) -> None:
        """Drop the events of an API in a namespace."""
        if name in self:
            self.get(name).set_listener(template, None)

    def drop(self, name: str) -> bool:
        """Remove a namespace and all its state; return whether there was one."""
        namespace = self._kept.pop(name, None)
        self._new.pop(name, None)
        if namespace is None:
            return False
        if namespace is self._to_drop:
            self._to_drop = None
        namespace.close()
        if self.on_drop is not None:
            self.on_drop(name)
        return True

    def __contains__(self, name: str) -> bool:
        """Return whether there is a namespace of that name already."""
        return name in self._kept

    def __iter__(self) -> Iterator[Namespace]:
        """Yield the namespaces, the least recently used first."""
        return iter(sorted(self._kept.values(), key=lambda namespace: namespace.used_at))

    def __len__(self) -> int:
        return len(self._kept)

    def _make(self, name: str, now: int) -> Namespace:
        check_name(name)
        if name != DEFAULT and len(self._kept) >= self.most and self._droppable() is None:
            raise _too_many(self.most, self.recent)
        namespace = self._new[name] = Namespace(name, self.shared)
        namespace.made_at = now
        if name == DEFAULT:
            self.keep(namespace)
        return namespace

    def _keep_if_there_is_room(self, namespace: Namespace) -> None:
        if len(self._kept) < self.most:
            self._kept[namespace.name] = namespace
            namespace.standing = Standing.FAILED

    def _droppable(self) -> Namespace | None:
        """Return the namespace to drop for another one, if there is one.

        It is looked for anew when the one that was found before is dropped or used again.
        """
        before = perf_counter_ns() - self.recent * _SECOND
        found = self._to_drop
        if found is None or not (_failed(found) or found.used_at < before or _used_once(found)):
            others = [namespace for namespace in self if namespace.name != DEFAULT]
            idle = (namespace for namespace in others if namespace.used_at < before)
            candidates = chain(filter(_failed, others), idle, filter(_used_once, others))
            found = self._to_drop = next(candidates, None)
        return found

    def _drop_one(self) -> None:
        """Drop a namespace. If all are in use, which a request that began before did not know yet,
        there will be one more for a while."""
        dropped = self._droppable()
        if dropped is not None:
            self.drop(dropped.name)
            log.log(
                logging.WARNING if self._warnings.permits() else logging.INFO,
                "dropped the least recently used namespace, %s: at most %d are kept",
                dropped.name,
                self.most,
            )


def check_name(name: str) -> None:
    """Raise Problem 400 if a namespace cannot have this name."""
    if not _NAME.fullmatch(name):
        raise Problem(
            400,
            "the name of a namespace has 1 to 100 letters, digits, dots, underscores "
            f"and hyphens, not {name[:200]!r}",
        )


def _failed(namespace: Namespace) -> bool:
    """Return whether no request in a namespace has succeeded."""
    return namespace.standing is Standing.FAILED


def _used_once(namespace: Namespace) -> bool:
    return namespace.used_at == namespace.made_at


def _too_many(most: int, recent: float) -> Problem:
    return Problem(
        503,
        f"there are {most} namespaces, the largest number, and all are in use: they were used in "
        f"the last {recent:g} seconds; delete those that have ended by DELETE "
        "/_understudy/namespaces/{name}",
        code="TOO_MANY_NAMESPACES",
        headers=(("Retry-After", f"{max(recent, 1):.0f}"),),
    )
