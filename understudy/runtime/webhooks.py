"""Webhooks that handlers send after the commit, and the requests of a namespace that are under
way."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Coroutine, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from secrets import token_hex
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol

from understudy.http.json_codec import ABSENT
from understudy.http.messages import Attempt
from understudy.runtime.memory_budget import MemoryBudget
from understudy.suggestions import hint


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

    __slots__ = ("_has_receiver", "_known", "_listener", "pending")

    def __init__(self) -> None:
        self._listener: WebhookListener | None = None
        self._known: Collection[str] = ()
        self._has_receiver: Callable[[str], bool] | None = None
        self.pending: list[Webhook] = []

    def connect(
        self,
        listener: WebhookListener,
        known: Collection[str],
        has_receiver: Callable[[str], bool] | None = None,
    ) -> None:
        """Set who sends the webhooks, the names of those in the document, and what tells whether
        one of them has a receiver; without it, each has."""
        self._listener, self._known, self._has_receiver = listener, known, has_receiver

    def has_receiver(self, name: str) -> bool:
        """Return whether a webhook of this name goes anywhere, so that its body is worth making."""
        return name in self._known and (self._has_receiver is None or self._has_receiver(name))

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
            raise LookupError(f"the document has no webhook {name!r}{hint(name, self._known)}")
        self.pending.append(Webhook(name, url, body, headers))

    def flush(self) -> None:
        """Pass the pending webhooks to the listener."""
        pending, self.pending = self.pending, []
        if pending and self._listener is not None:
            self._listener(pending)

    def drop(self) -> None:
        """Drop the pending webhooks."""
        self.pending.clear()


class Endpoint(NamedTuple):
    """Where a webhook is sent, and the secret that signs it, if one was given."""

    url: str
    secret: str | None = None


@dataclass(slots=True, eq=False)
class UnderWay:
    """A callback or a webhook that has not ended: its attempts so far, and when the next one is if
    it waits for that. `size` is what it takes in memory, in bytes."""

    api: str
    operation: str
    url: str
    attempts: list[Attempt] = field(default_factory=list)
    next_at: int | None = None
    size: int = 0
    id: str = field(default_factory=partial(token_hex, 8))


#: Seconds after which a delivery whose process says nothing is lost; the process says that it still
#: waits in a third of that.
LONGEST_SILENCE = 180


class DeliveryRecords(Protocol):
    """What is under way in a namespace, of all processes that share it."""

    def __iter__(self) -> Iterator[UnderWay]:
        """Yield what is under way, the oldest first."""

    def begin(self, under_way: UnderWay) -> None:
        """Add a delivery."""

    def update(self, under_way: UnderWay) -> bool:
        """Note how far a delivery is; return whether it was not cancelled."""

    def end(self, under_way: UnderWay) -> bool:
        """Remove a delivery; return whether it was not cancelled."""


class Deliveries:
    """The requests of one namespace that wait or are under way in this process, a task each; in
    memory they are also what `DeliveryRecords` has."""

    __slots__ = ("_budget", "_tasks", "sending")

    #: The largest number at one time, and how many of them are being sent.
    MOST = 1000
    MOST_SENDING = 20

    def __init__(self, budget: MemoryBudget) -> None:
        self._budget = budget
        self.sending = asyncio.Semaphore(self.MOST_SENDING)
        self._tasks: dict[asyncio.Task[None], UnderWay] = {}

    def __iter__(self) -> Iterator[UnderWay]:
        """Yield what is under way, the oldest first."""
        return iter(list(self._tasks.values()))

    @property
    def is_full(self) -> bool:
        """Return whether no more can be added."""
        return len(self._tasks) >= self.MOST or self._budget.is_full_of_plans

    def start(self, delivery: Coroutine[Any, Any, None], under_way: UnderWay) -> None:
        """Run a delivery in the background."""
        task = asyncio.get_running_loop().create_task(delivery)
        self._budget.add_planned(under_way.size)
        self._tasks[task] = under_way
        task.add_done_callback(self._end)

    def _end(self, task: asyncio.Task[None]) -> None:
        ended = self._tasks.pop(task, None)
        if ended is not None:
            self._budget.release_planned(ended.size)

    def begin(self, under_way: UnderWay) -> None:
        """See `DeliveryRecords`; its task has added it."""

    def update(self, under_way: UnderWay) -> bool:
        """See `DeliveryRecords`; a task that was cancelled does not ask."""
        return True

    def end(self, under_way: UnderWay) -> bool:
        """See `DeliveryRecords`; the end of its task removes it."""
        return True

    def cancel(self) -> None:
        """Cancel all deliveries, none of which is recorded any more."""
        for task in list(self._tasks):
            self._end(task)
            task.cancel()
