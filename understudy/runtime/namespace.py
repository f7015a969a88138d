"""Namespaces: isolated sets of state in one server.

A namespace has its own clock, ids, journal, fault rules and schedule, and a world for each API and
each tenant (what an API key stands for; see the hook `authenticate` of a handlers package).
"""

from __future__ import annotations

import logging
import re
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from understudy.errors import Problem
from understudy.runtime.clock import Clock
from understudy.runtime.events import Listener
from understudy.runtime.fault_rules import FaultRules
from understudy.runtime.ids import Ids
from understudy.runtime.journal import ExchangeCounter, Journal
from understudy.runtime.rate_limit import Window
from understudy.runtime.schedule import Schedule
from understudy.runtime.store import MemoryStore
from understudy.runtime.webhooks import Deliveries, Endpoint
from understudy.runtime.work.timer import Timer
from understudy.runtime.work.work import NEVER, do_due_work
from understudy.runtime.world import World, WorldTemplate

log = logging.getLogger("understudy")

DEFAULT = "default"

_NAME = re.compile(r"[A-Za-z0-9._-]{1,100}")

#: Puts a namespace into its initial state, when it is made and after a reset.
Initialize = Callable[["Namespace"], None]

#: Connects a new world, of an API by name, with what sends its webhooks.
ConnectWorld = Callable[["Namespace", str, World], None]


class Namespace:
    """One namespace; it lives until it is dropped, or is the least recently used of too many."""

    __slots__ = (
        "__weakref__",
        "_connect_world",
        "_initialize",
        "_timer",
        "clock",
        "deliveries",
        "endpoints",
        "faults",
        "ids",
        "journal",
        "limits",
        "listeners",
        "name",
        "personas",
        "schedule",
        "settings",
        "snapshots",
        "strict",
        "worlds",
    )

    #: Tenants of an API that a namespace keeps; beyond it the least recently used is dropped.
    MOST_WORLDS = 1000

    def __init__(
        self,
        name: str,
        initialize: Initialize | None = None,
        counter: ExchangeCounter | None = None,
        connect_world: ConnectWorld | None = None,
    ) -> None:
        self.name = name
        self._initialize = initialize
        self._connect_world = connect_world
        #: Whether requests with parameters or fields that no contract names are refused.
        self.strict = False
        #: Exported states by name, see `serving.snapshot`.
        self.snapshots: dict[str, Mapping[str, Any]] = {}
        self.clock = Clock()
        self.ids = Ids(name)
        self.journal = Journal(counter=counter)
        self.faults = FaultRules()
        self.schedule = Schedule()
        self.worlds: dict[str, OrderedDict[str, World]] = {}
        self._timer = Timer(self)
        self.personas: dict[str, str] = {}
        #: The settings that were changed, by API.
        self.settings: dict[str, dict[str, Any]] = {}
        self.listeners: dict[str, Listener | None] = {}
        self.limits: dict[str, Window] = {}
        #: Where webhooks are sent, by API and name of the webhook.
        self.endpoints: dict[tuple[str, str], Endpoint] = {}
        #: The callbacks and webhooks that are under way.
        self.deliveries = Deliveries()
        if initialize is not None:
            initialize(self)

    @property
    def root(self) -> str:
        """The prefix of the paths of this namespace."""
        return "" if self.name == DEFAULT else f"/_ns/{self.name}"

    def world(self, template: WorldTemplate, tenant: str, *, seeded: bool = True) -> World:
        """Return the world of a tenant of an API, made and seeded at first use."""
        worlds = self.worlds.get(template.api)
        if worlds is None:
            worlds = self.worlds[template.api] = OrderedDict()
        world = worlds.get(tenant)
        if world is None:
            world = worlds[tenant] = self._make_world(template)
            if seeded and template.seed is not None:
                template.seed(world)
                world.store.commit()
            if len(worlds) > self.MOST_WORLDS:
                worlds.popitem(last=False)
                log.warning(
                    "namespace %s: dropped the least recently used tenant of %s: at most %d are "
                    "kept",
                    self.name,
                    template.api,
                    self.MOST_WORLDS,
                )
        elif len(worlds) > 1:
            worlds.move_to_end(tenant)
        return world

    def _make_world(self, template: WorldTemplate) -> World:
        """Return an empty world of an API, with the namespace's persona and settings."""
        persona = self.personas.get(template.api, template.persona)
        world = World(MemoryStore(), self.clock, self.ids, persona)
        world.settings = self.settings_of(template)
        world.work.connect(template.advance, self._timer.set)
        world.events.listener = self.listeners.get(template.api)
        if self._connect_world is not None:
            self._connect_world(self, template.api, world)
        return world

    def settings_of(self, template: WorldTemplate) -> Mapping[str, Any]:
        """Return the values of an API's settings."""
        return {**template.settings, **self.settings.get(template.api, {})}

    def change_settings(self, template: WorldTemplate, values: Mapping[str, Any]) -> None:
        """Change some settings of an API, for its present and future worlds; their hook `advance`
        will be due."""
        self.settings[template.api] = {**self.settings.get(template.api, {}), **values}
        for world in self.worlds.get(template.api, {}).values():
            world.settings = self.settings_of(template)
            world.wake_at(self.clock.now())

    def set_persona(self, api: str, persona: str) -> None:
        """Set the persona of an API, for its present and future worlds."""
        self.personas[api] = persona
        for world in self.worlds.get(api, {}).values():
            world.persona = persona

    def set_listener(self, api: str, listener: Listener | None) -> None:
        """Set who receives the events of an API, of its present and future worlds."""
        self.listeners[api] = listener
        for world in self.worlds.get(api, {}).values():
            world.events.listener = listener

    def do_due_work(self) -> None:
        """Do the work of all worlds that is due, and wait for the next."""
        do_due_work(self._all_worlds(), self.clock.now())
        self._timer.set()

    def on_timer(self) -> None:
        """Do the work that is due, and set the timer to the next due time if the clock runs."""
        now = self.clock.now()
        do_due_work(self._all_worlds(), now)
        due = min((world.work.due for world in self._all_worlds()), default=NEVER)
        if due == NEVER or self.clock.frozen:
            self._timer.cancel()
        else:
            self._timer.wait_until(due, now)

    def stop(self) -> None:
        """Cancel what the namespace would still do by itself."""
        self._timer.cancel()
        self.deliveries.cancel()

    def _all_worlds(self) -> Iterator[World]:
        return (world for worlds in self.worlds.values() for world in worlds.values())

    def reset(self, seed: int | str | None = None) -> None:
        """Put the namespace back into its initial state.

        State, settings, fault rules, scheduled requests, snapshots, addresses of webhooks and the
        journal are removed; callbacks and webhooks that are under way are cancelled; the clock
        shows real time; ids start again, from `seed` if one is given.
        """
        self.worlds.clear()
        self.personas.clear()
        self.settings.clear()
        self.limits.clear()
        self.stop()
        self.endpoints.clear()
        self.faults.clear()
        self.schedule.clear()
        self.journal.clear()
        self.clock.reset()
        self.ids.reset(seed)
        self.snapshots.clear()
        self.strict = False
        if self._initialize is not None:
            self._initialize(self)
            if seed is not None:  # a seed that the caller names wins over that of the initial state
                self.ids.reset(seed)


class NamespaceRegistry:
    """The namespaces of one app, by name; each is made at first use."""

    __slots__ = ("_namespaces", "connect_world", "counter", "initialize", "most", "on_drop")

    def __init__(self, most: int = 1000) -> None:
        self.most = most
        self.initialize: Initialize | None = None
        self.connect_world: ConnectWorld | None = None
        #: Called with a namespace that was dropped.
        self.on_drop: Callable[[Namespace], None] | None = None
        self.counter = ExchangeCounter()
        self._namespaces: OrderedDict[str, Namespace] = OrderedDict()

    def get(self, name: str) -> Namespace:
        """Return the namespace of that name. Raises Problem 400 if the name is not allowed."""
        namespace = self._namespaces.get(name)
        if namespace is None:
            if not _NAME.fullmatch(name):
                raise Problem(
                    400,
                    "the name of a namespace has 1 to 100 letters, digits, dots, underscores "
                    f"and hyphens, not {name[:200]!r}",
                )
            namespace = self._namespaces[name] = Namespace(
                name, self.initialize, self.counter, self.connect_world
            )
            if len(self._namespaces) > self.most:
                self._drop_oldest()
        elif len(self._namespaces) > 1:
            self._namespaces.move_to_end(name)
        return namespace

    def __contains__(self, name: str) -> bool:
        """Return whether there is a namespace of that name already."""
        return name in self._namespaces

    def __iter__(self) -> Iterator[Namespace]:
        """Yield the namespaces, the least recently used first."""
        return iter(list(self._namespaces.values()))

    def drop(self, name: str) -> bool:
        """Remove a namespace and all its state; return whether there was one."""
        namespace = self._namespaces.pop(name, None)
        if namespace is None:
            return False
        namespace.stop()
        if self.on_drop is not None:
            self.on_drop(namespace)
        return True

    def __len__(self) -> int:
        return len(self._namespaces)

    def _drop_oldest(self) -> None:
        """Drop the least recently used namespace, but never the default one."""
        oldest = next(name for name in self._namespaces if name != DEFAULT)
        self.drop(oldest)
        log.warning(
            "dropped the least recently used namespace, %s: at most %d are kept", oldest, self.most
        )
