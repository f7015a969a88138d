"""What a handler may touch: the state of one tenant of one API, time, ids and real-time events."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from understudy.runtime.clock import Clock
from understudy.runtime.events import Events
from understudy.runtime.ids import Ids
from understudy.runtime.stores.store import Store
from understudy.runtime.webhooks import Webhooks
from understudy.runtime.work.work import Work


@dataclass(slots=True)
class World:
    """The first argument of every handler. It lives until its namespace is reset or dropped.

    `store` holds the records of the tenant. `clock` and `ids` belong to the namespace, and are the
    only sources of time and randomness that a handler may use. `persona` is the persona of the API
    in this namespace, one of the handlers' `PERSONAS`, and `settings` are the values of their
    `SETTINGS`. `events` go to real-time clients, `webhooks` to servers.
    """

    store: Store
    clock: Clock
    ids: Ids
    persona: str = ""
    events: Events = field(default_factory=Events)
    webhooks: Webhooks = field(default_factory=Webhooks)
    settings: Mapping[str, Any] = field(default_factory=dict)
    work: Work = field(default_factory=Work)

    def wake_at(self, micros: int) -> None:
        """Have the hook `advance` called when the clock shows this time, in microseconds since
        1970; of several times the earliest counts. A time that has passed is the present one."""
        self.work.wake_at(max(micros, self.clock.now()))

    def commit(self) -> None:
        """Commit the store, then send the pending events and webhooks."""
        self.store.commit()
        if self.events.pending:
            self.events.flush()
        if self.webhooks.pending:
            self.webhooks.flush()

    def rollback(self) -> None:
        """Roll back the store and drop the pending events and webhooks."""
        self.store.rollback()
        self.events.drop()
        self.webhooks.drop()


@dataclass(slots=True)
class WorldTemplate:
    """What the worlds of an API are made of. APIs that share their state have one template; `api`
    is the name of the API that owns the state."""

    api: str
    #: Puts the first records into a new world.
    seed: Callable[[World], None] | None = None
    #: The persona and the settings in namespaces that have no other ones.
    persona: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    #: Whether some records count in the memory budget, see `Collection`.
    has_evictable: bool = False
    #: Does the work whose time has come, see `World.wake_at`.
    advance: Callable[[World], None] | None = None
