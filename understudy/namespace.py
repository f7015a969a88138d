"""Namespaces keep worlds apart.

A namespace is one isolated place: its own clock, ids and journal, and in it a world for each API
and each project (what an API's credentials stand for; see `authenticate` in a handlers package).
"""

from __future__ import annotations

import logging
import re
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from understudy.clock import Clock
from understudy.errors import Problem
from understudy.ids import Ids
from understudy.journal import Journal
from understudy.store import MemoryStore
from understudy.world import World

log = logging.getLogger("understudy")

DEFAULT = "default"

_NAME = re.compile(r"[A-Za-z0-9._-]{1,100}")


Populate = Callable[[World], None]


class Namespace:
    """One isolated place; it lives until it is the least recently used of too many."""

    __slots__ = ("clock", "ids", "journal", "name", "worlds")

    #: Projects that one namespace keeps; beyond it the least recently used is dropped.
    MOST_WORLDS = 1000

    def __init__(self, name: str) -> None:
        self.name = name
        self.clock = Clock()
        self.ids = Ids(name)
        self.journal = Journal()
        self.worlds: OrderedDict[tuple[str, str], World] = OrderedDict()

    def world(self, api: str, project: str, populate: Populate | None) -> World:
        """The world of a project, made (and populated) at first use."""
        key = (api, project)
        world = self.worlds.get(key)
        if world is None:
            world = self.worlds[key] = World(MemoryStore(), self.clock, self.ids)
            if populate is not None:
                populate(world)
                world.store.commit()
            _drop_oldest(self.worlds, self.MOST_WORLDS, f"project in namespace {self.name!r}")
        elif len(self.worlds) > 1:
            self.worlds.move_to_end(key)
        return world

    def reset(self, seed: int | str | None = None) -> None:
        """Forget all state and the journal; the clock goes back to real time, ids begin again."""
        self.worlds.clear()
        self.journal.clear()
        self.clock.reset()
        self.ids.reset(seed)


class Namespaces:
    """The namespaces of one app, by name; they come into being at first use."""

    __slots__ = ("_spaces", "most")

    def __init__(self, most: int = 1000) -> None:
        self.most = most
        self._spaces: OrderedDict[str, Namespace] = OrderedDict()

    def get(self, name: str) -> Namespace:
        """The namespace of that name. Raises Problem 400 where it cannot be one."""
        space = self._spaces.get(name)
        if space is None:
            if not _NAME.fullmatch(name):
                raise Problem(
                    400,
                    "the name of a namespace has 1 to 100 letters, digits, dots, underscores "
                    f"and hyphens, not {name[:200]!r}",
                )
            space = self._spaces[name] = Namespace(name)
            _drop_oldest(self._spaces, self.most, "namespace")
        elif len(self._spaces) > 1:
            self._spaces.move_to_end(name)
        return space

    def __len__(self) -> int:
        return len(self._spaces)

    def names(self) -> list[str]:
        """Their names, least recently used first."""
        return list(self._spaces)


def _drop_oldest(kept: OrderedDict[Any, Any], most: int, what: str) -> None:
    while len(kept) > most:
        key, _ = kept.popitem(last=False)
        log.warning("dropped the least recently used %s, %r: at most %d are kept", what, key, most)
