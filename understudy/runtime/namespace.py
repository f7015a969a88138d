"""Namespaces keep worlds apart.

A namespace is one isolated place: its own clock, ids and journal, and in it a world for each API
and each project (what an API's credentials stand for; see `authenticate` in a handlers package).
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
from understudy.runtime.world import World

log = logging.getLogger("understudy")

DEFAULT = "default"

_NAME = re.compile(r"[A-Za-z0-9._-]{1,100}")


Seed = Callable[[World], None]

#: What makes a namespace as it is at its beginning, and after a reset.
Begin = Callable[["Namespace"], None]


class Namespace:
    """One isolated place; it lives until it is the least recently used of too many."""

    __slots__ = (
        "_begin",
        "clock",
        "faults",
        "ids",
        "journal",
        "limits",
        "listeners",
        "name",
        "personas",
        "schedule",
        "snapshots",
        "strict",
        "worlds",
    )

    #: Projects of an API that a namespace keeps; beyond it the least recently used is dropped.
    MOST_WORLDS = 1000

    def __init__(
        self, name: str, begin: Begin | None = None, counter: ExchangeCounter | None = None
    ) -> None:
        self.name = name
        self._begin = begin
        #: Whether what no contract names is refused.
        self.strict = False
        #: States by name, see `state`.
        self.snapshots: dict[str, Mapping[str, Any]] = {}
        self.clock = Clock()
        self.ids = Ids(name)
        self.journal = Journal(counter=counter)
        self.faults = FaultRules()
        self.schedule = Schedule()
        self.worlds: dict[str, OrderedDict[str, World]] = {}
        self.personas: dict[str, str] = {}
        self.listeners: dict[str, Listener | None] = {}
        self.limits: dict[str, Window] = {}
        if begin is not None:
            begin(self)

    @property
    def root(self) -> str:
        """What paths begin with, to be of this namespace."""
        return "" if self.name == DEFAULT else f"/_ns/{self.name}"

    def world(self, api: str, project: str, seed: Seed | None, persona: str = "") -> World:
        """The world of a project, made (and populated) at first use; of this persona, unless the
        namespace has another one for the API."""
        worlds = self.worlds.get(api)
        if worlds is None:
            worlds = self.worlds[api] = OrderedDict()
        world = worlds.get(project)
        if world is None:
            persona = self.personas.get(api, persona)
            world = worlds[project] = World(MemoryStore(), self.clock, self.ids, persona)
            world.events.listener = self.listeners.get(api)
            if seed is not None:
                seed(world)
                world.store.commit()
            if len(worlds) > self.MOST_WORLDS:
                worlds.popitem(last=False)
                log.warning(
                    "namespace %s: dropped the least recently used project of %s: at most %d are "
                    "kept",
                    self.name,
                    api,
                    self.MOST_WORLDS,
                )
        elif len(worlds) > 1:
            worlds.move_to_end(project)
        return world

    def set_persona(self, api: str, persona: str) -> None:
        """Let an API have this persona from now on, in what there is and in what will be."""
        self.personas[api] = persona
        for world in self.worlds.get(api, {}).values():
            world.persona = persona

    def listen(self, api: str, listener: Listener | None) -> None:
        """Let someone hear the events of an API from now on, in all projects."""
        self.listeners[api] = listener
        for world in self.worlds.get(api, {}).values():
            world.events.listener = listener

    def reset(self, seed: int | str | None = None) -> None:
        """Forget all state, settings, faults, plans and the journal; the clock goes back to real
        time, ids begin again."""
        self.worlds.clear()
        self.personas.clear()
        self.limits.clear()
        self.faults.clear()
        self.schedule.clear()
        self.journal.clear()
        self.clock.reset()
        self.ids.reset(seed)
        self.snapshots.clear()
        self.strict = False
        if self._begin is not None:
            self._begin(self)
            if seed is not None:  # whoever names one wants it more than that of the beginning
                self.ids.reset(seed)


class NamespaceRegistry:
    """The namespaces of one app, by name; they come into being at first use."""

    __slots__ = ("_namespaces", "begin", "counter", "most")

    def __init__(self, most: int = 1000) -> None:
        self.most = most
        self.begin: Begin | None = None
        self.counter = ExchangeCounter()
        self._namespaces: OrderedDict[str, Namespace] = OrderedDict()

    def get(self, name: str) -> Namespace:
        """The namespace of that name. Raises Problem 400 where it cannot be one."""
        namespace = self._namespaces.get(name)
        if namespace is None:
            if not _NAME.fullmatch(name):
                raise Problem(
                    400,
                    "the name of a namespace has 1 to 100 letters, digits, dots, underscores "
                    f"and hyphens, not {name[:200]!r}",
                )
            namespace = self._namespaces[name] = Namespace(name, self.begin, self.counter)
            if len(self._namespaces) > self.most:
                self._drop_oldest()
        elif len(self._namespaces) > 1:
            self._namespaces.move_to_end(name)
        return namespace

    def __iter__(self) -> Iterator[Namespace]:
        """The namespaces, the least recently used first."""
        return iter(list(self._namespaces.values()))

    def drop(self, name: str) -> bool:
        """Forget a namespace and all in it; whether there was one."""
        return self._namespaces.pop(name, None) is not None

    def __len__(self) -> int:
        return len(self._namespaces)

    def _drop_oldest(self) -> None:
        """Drop the least recently used namespace, but never the default one."""
        oldest = next(name for name in self._namespaces if name != DEFAULT)
        del self._namespaces[oldest]
        log.warning(
            "dropped the least recently used namespace, %s: at most %d are kept", oldest, self.most
        )
