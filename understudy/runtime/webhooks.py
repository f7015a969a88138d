"""Webhooks that handlers send after the commit, and the requests of a namespace that are under
way."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Coroutine, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from understudy.http.json_codec import ABSENT


class Webhook(NamedTuple):
    """A webhook of the document by name. Without a `url` it goes to the one that the namespace has
    for it, and without a `body` it has the documented example, or one of the schema."""

    name: str
    url: str | None = None
    body: Any = ABSENT
    headers: Mapping[str, str] = MappingProxyType({})


#: Sends the webhooks of each commit, in their order.
WebhookListener = Callable[[list[Webhook]], None]


class Webhooks:
    """The webhooks of one world; without a listener they are dropped at once."""

    __slots__ = ("_known", "_listener", "pending")

    def __init__(self) -> None:
        self._listener: WebhookListener | None = None
        self._known: Collection[str] = ()
        self.pending: list[Webhook] = []

    def connect(self, listener: WebhookListener, known: Collection[str]) -> None:
        """Set who sends the webhooks, and the names of those in the document."""
        self._listener, self._known = listener, known

    def knows(self, name: str) -> bool:
        """Return whether a webhook of this name can be sent."""
        return name in self._known

    def send(
        self,
        name: str,
        url: str | None = None,
        body: Any = ABSENT,
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """Send a webhook after the commit. Raises LookupError if the document has none of this
        name."""
        if self._listener is None:
            return
        if name not in self._known:
            known = ", ".join(self._known) or "none"
            raise LookupError(f"the document has no webhook {name!r}; its webhooks: {known}")
        self.pending.append(Webhook(name, url, body, headers))

    def flush(self) -> None:
        """Pass the pending webhooks to the listener."""
        pending, self.pending = self.pending, []
        if pending and self._listener is not None:
            self._listener(pending)

    def drop(self) -> None:
        """Drop the pending webhooks."""
        self.pending.clear()


class Deliveries:
    """The requests of one namespace that wait or are under way, a task each."""

    __slots__ = ("_tasks",)

    #: The largest number at one time.
    MOST = 100

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def is_full(self) -> bool:
        """Return whether no more can be added."""
        return len(self._tasks) >= self.MOST

    def start(self, delivery: Coroutine[Any, Any, None]) -> None:
        """Run a delivery in the background."""
        task = asyncio.get_running_loop().create_task(delivery)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def cancel(self) -> None:
        """Cancel all deliveries; none of them is recorded any more."""
        tasks, self._tasks = self._tasks, set()
        for task in tasks:
            task.cancel()
