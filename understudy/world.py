"""All that a handler may touch: one project's state of one API, and time and chance."""

from __future__ import annotations

from dataclasses import dataclass

from understudy.clock import Clock
from understudy.ids import Ids
from understudy.store import Store


@dataclass(slots=True)
class World:
    """What a handler sees. It lives until its namespace is reset or dropped."""

    store: Store
    clock: Clock
    ids: Ids
