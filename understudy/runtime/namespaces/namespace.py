"""Namespaces: isolated sets of state in one server.

A namespace has its own clock, ids, journal, fault rules and schedule, and a world for each API and
each tenant (what an API key stands for; see the hook `authenticate` of a handlers package).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import partial
from typing import Any
from weakref import ref

from understudy.runtime.clock import Clock
from understudy.runtime.counters import Counters, MemoryCounters
from understudy.runtime.events import Listener
from understudy.runtime.ids import Ids
from understudy.runtime.journal import ExchangeCounter, Journal, MemoryJournal
from understudy.runtime.memory_budget import MemoryBudget
from understudy.runtime.namespaces.worlds import MemoryWorlds, Worlds
from understudy.runtime.plans.fault_rules import FaultRules
from understudy.runtime.plans.schedule import Schedule
from understudy.runtime.snapshots import MemorySnapshots, Snapshots
from understudy.runtime.stores.memory_store import MemoryStore
from understudy.runtime.stores.store import Store
from understudy.runtime.webhooks import Deliveries, DeliveryRecords, Endpoint
from understudy.runtime.work.timer import Timer
from understudy.runtime.work.work import NEVER, do_due_work
from understudy.runtime.world import World, WorldTemplate

DEFAULT = "default"

#: Puts a namespace into its initial state, when it is made and after a reset.
Initialize = Callable[["Namespace"], None]

#: Connects a new world, of an API by name, with what sends its webhooks.
ConnectWorld = Callable[["Namespace", str, World], None]


class Standing(Enum):
    """Whether a namespace is kept: not yet, although no request has succeeded, or with one that
    has; or whether it was dropped."""

    NEW = "new"
    FAILED = "failed"
    KEPT = "kept"
    DROPPED = "dropped"


@dataclass(slots=True)
class Shared:
    """What the namespaces of an app have in common; `scheme` is that of the addresses at which
    clients reach them, "http" or "https"."""

    initialize: Initialize | None = None
    connect_world: ConnectWorld | None = None
    counter: ExchangeCounter = field(default_factory=ExchangeCounter)
    budget: MemoryBudget = field(default_factory=MemoryBudget)
    scheme: str = "http"


@dataclass(slots=True)
class Parts:
    """What a namespace is made of, in memory or in a database.

    `after_commit` calls a function once what the request wrote is committed; `discard` says that
    nothing shall be. `stop` cancels what the namespace would still do by itself; with a `timer`, it
    does due work.
    """

    clock: Clock
    ids: Ids
    counters: Counters
    journal: Journal
    snapshots: Snapshots
    worlds: Worlds
    deliveries: Deliveries
    delivery_records: DeliveryRecords
    budget: MemoryBudget
    after_commit: Callable[[Callable[[], object]], None]
    stop: Callable[[], None]
    discard: Callable[[], None] = lambda: None
    timer: Timer | None = None


def _call(function: Callable[[], object]) -> None:
    function()


def memory_parts(name: str, shared: Shared, timer: Timer) -> Parts:
    """Return the parts of a new namespace in memory."""
    budget, deliveries = shared.budget, Deliveries(shared.budget)

    def stop() -> None:
        timer.cancel()
        deliveries.cancel()

    return Parts(
        clock=Clock(),
        ids=Ids(name),
        counters=MemoryCounters(),
        journal=MemoryJournal(counter=shared.counter, budget=budget),
        snapshots=MemorySnapshots(budget, name),
        worlds=MemoryWorlds(name, budget),
        deliveries=deliveries,
        delivery_records=deliveries,
        budget=budget,
        after_commit=_call,
        stop=stop,
        timer=timer,
    )


class Namespace:
    """One namespace. In memory it lives until it is dropped, or is the least recently used of too
    many; of a database, until a request or a part of one ends."""

    __slots__ = (
        "__weakref__",
        "_shared",
        "_timer",
        "after_commit",
        "budget",
        "clock",
        "counters",
        "deliveries",
        "delivery_records",
        "discard",
        "endpoints",
        "faults",
        "ids",
        "journal",
        "listeners",
        "made_at",
        "name",
        "personas",
        "schedule",
        "settings",
        "snapshots",
        "standing",
        "stop",
        "strict",
        "used_at",
        "worlds",
    )

    def __init__(self, name: str, shared: Shared | None = None, parts: Parts | None = None) -> None:
        self.name = name
        self._shared = shared = shared or Shared()
        if parts is None:
            parts = memory_parts(name, shared, Timer(partial(_on_timer, ref(self))))
        #: When it was made and when it was used last, by `time.perf_counter_ns`.
        self.made_at = self.used_at = 0
        self.standing = Standing.NEW
        #: Whether requests with parameters or fields that no contract names are refused.
        self.strict = False
        self.budget = parts.budget
        self.clock = parts.clock
        self.ids = parts.ids
        self.counters = parts.counters
        self.journal = parts.journal
        #: Exported states by name, see `serving.snapshot`.
        self.snapshots = parts.snapshots
        self.worlds = parts.worlds
        #: The callbacks and webhooks that are under way: those of this process, and of all.
        self.deliveries = parts.deliveries
        self.delivery_records = parts.delivery_records
        self.after_commit = parts.after_commit
        self.discard = parts.discard
        self.stop = parts.stop
        self._timer = parts.timer
        self.faults = FaultRules(parts.budget, name, parts.counters)
        self.schedule = Schedule(parts.budget, name)
        self.personas: dict[str, str] = {}
        #: The settings that were changed, by API.
        self.settings: dict[str, dict[str, Any]] = {}
        #: Who receives the events of an API.
        self.listeners: dict[str, Listener | None] = {}
        #: Where webhooks are sent, by API and name of the webhook.
        self.endpoints: dict[tuple[str, str], Endpoint] = {}
        if shared.initialize is not None and self._timer is not None:
            shared.initialize(self)

    @property
    def root(self) -> str:
        """The prefix of the paths of this namespace."""
        return "" if self.name == DEFAULT else f"/_ns/{self.name}"

    def world(self, template: WorldTemplate, tenant: str) -> World:
        """Return the world of a tenant of an API, made and seeded at first use."""
        world = self.worlds.get(template, tenant)
        if world is None:
            world = self.add_world(template, tenant)
            if template.seed is not None:
                template.seed(world)
                world.store.commit()
        return world

    def add_world(
        self, template: WorldTemplate, tenant: str, records: MemoryStore | None = None
    ) -> World:
        """Make the world of a tenant of an API, with these records."""
        world = self.make_world(template, self.worlds.new_store(template.api, tenant, records))
        self.worlds.add(template, tenant, world)
        return world

    def make_world(self, template: WorldTemplate, store: Store) -> World:
        """Return a world of an API, with the namespace's persona and settings."""
        persona = self.personas.get(template.api, template.persona)
        world = World(store, self.clock, self.ids, persona)
        world.settings = self.settings_of(template)
        world.work.connect(template.advance, None if self._timer is None else self._timer.set)
        world.events.listener = self.listeners.get(template.api)
        if self._shared.connect_world is not None:
            self._shared.connect_world(self, template.api, world)
        return world

    def settings_of(self, template: WorldTemplate) -> Mapping[str, Any]:
        """Return the values of an API's settings."""
        return {**template.settings, **self.settings.get(template.api, {})}

    def change_settings(self, template: WorldTemplate, values: Mapping[str, Any]) -> None:
        """Change some settings of an API, for its present and future worlds; their hook `advance`
        will be due."""
        self.settings[template.api] = {**self.settings.get(template.api, {}), **values}
        for world in self.worlds.of(template):
            world.settings = self.settings_of(template)
            world.wake_at(self.clock.now())

    def set_persona(self, template: WorldTemplate, persona: str) -> None:
        """Set the persona of an API, for its present and future worlds."""
        self.personas[template.api] = persona
        for world in self.worlds.of(template):
            world.persona = persona

    def set_listener(self, template: WorldTemplate, listener: Listener | None) -> None:
        """Set who receives the events of an API, of its present and future worlds."""
        self.listeners[template.api] = listener
        for world in self.worlds.of(template):
            world.events.listener = listener

    def do_due_work(self) -> None:
        """Do the work of all worlds that is due, and wait for the next."""
        now = self.clock.now()
        do_due_work(self.worlds.due(now), now)
        if self._timer is not None:
            self._timer.set()

    def wait_for_work(self, timer: Timer) -> None:
        """Set a timer to the next due time, if the clock runs."""
        due = self.worlds.next_due()
        if due == NEVER or self.clock.frozen:
            timer.cancel()
        else:
            timer.wait_until(due, self.clock.now())

    def on_timer(self) -> None:
        """Do the work that is due, and wait for the next."""
        now = self.clock.now()
        do_due_work(self.worlds.due(now), now)
        if self._timer is not None:
            self.wait_for_work(self._timer)

    def close(self) -> None:
        """Give back what the namespace has of the memory budget, because it is dropped."""
        self.standing = Standing.DROPPED
        self.stop()
        self.worlds.drop()
        self.journal.clear()
        self.faults.clear()
        self.schedule.clear()
        self.snapshots.clear()

    def reset(self, seed: int | str | None = None) -> None:
        """Put the namespace back into its initial state.

        State, settings, fault rules, scheduled requests, snapshots, addresses of webhooks and the
        journal are removed; callbacks and webhooks that are under way are cancelled; the clock
        shows real time; ids start again, from `seed` if one is given.
        """
        self.worlds.drop()
        self.personas.clear()
        self.settings.clear()
        self.stop()
        self.endpoints.clear()
        self.faults.clear()
        self.counters.clear()
        self.schedule.clear()
        self.journal.clear()
        self.clock.reset()
        self.ids.reset(seed)
        self.snapshots.clear()
        self.strict = False
        if self._shared.initialize is not None:
            self._shared.initialize(self)
            if seed is not None:  # a seed that the caller names wins over that of the initial state
                self.ids.reset(seed)


def _on_timer(reference: ref[Namespace]) -> None:
    namespace = reference()  # the timer keeps no namespace alive
    if namespace is not None:
        namespace.on_timer()
