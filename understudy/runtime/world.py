"""All that a handler may touch: one project's state of one API, time and chance, and whoever
listens in real time."""

from __future__ import annotations

from dataclasses import dataclass, field

from understudy.runtime.clock import Clock
from understudy.runtime.events import Events
from understudy.runtime.ids import Ids
from understudy.runtime.store import Store


@dataclass(slots=True)
class World:
    """What a handler sees. It lives until its namespace is reset or dropped.

    `persona` is the variant of the API that the namespace is to play, one of its `PERSONAS`.
    """

    store: Store
    clock: Clock
    ids: Ids
    persona: str = ""
    events: Events = field(default_factory=Events)

    def commit(self) -> None:
        """Keep what was written and tell the listeners."""
        self.store.commit()
        if self.events.pending:
            self.events.flush()

    def rollback(self) -> None:
        """Undo what was written, and tell nobody."""
        self.store.rollback()
        self.events.drop()
