"""The callbacks and webhooks that are under way in a namespace of a database, of all processes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from understudy.http.messages import Attempt
from understudy.runtime.stores.store import Collection, Index, Store
from understudy.runtime.webhooks import LONGEST_SILENCE, UnderWay

_AS_ADDED = Index()
DELIVERIES = Collection("deliveries", (_AS_ADDED,))


class StoredDeliveries:
    """The deliveries of a namespace in one session; see `DeliveryRecords`.

    A record that is removed cancels the delivery, also where the message of that was missed.
    """

    def __init__(self, store: Store, time_ns: Callable[[], int]) -> None:
        self._store = store
        self._time_ns = time_ns

    def __iter__(self) -> Iterator[UnderWay]:
        """See `DeliveryRecords`. Those whose process has ended are removed."""
        for record in self._store.list(DELIVERIES, _AS_ADDED):
            if record["until"] < self._time_ns():
                self._store.delete(DELIVERIES, record["id"])
                continue
            attempts = [Attempt(*attempt) for attempt in record["attempts"]]
            yield UnderWay(
                record["api"], record["operation"], record["url"], attempts, record["next_at"]
            )
        self._store.commit()

    def begin(self, under_way: UnderWay) -> None:
        """See `DeliveryRecords`."""
        record: dict[str, Any] = {
            "id": under_way.id,
            "until": self._time_ns() + LONGEST_SILENCE * 1_000_000_000,
            "api": under_way.api,
            "operation": under_way.operation,
            "url": under_way.url,
            "attempts": [list(attempt) for attempt in under_way.attempts],
            "next_at": under_way.next_at,
        }
        self._store.put(DELIVERIES, under_way.id, record)
        self._store.commit()

    def update(self, under_way: UnderWay) -> bool:
        """See `DeliveryRecords`."""
        if self._store.get(DELIVERIES, under_way.id) is None:
            return False
        self.begin(under_way)
        return True

    def end(self, under_way: UnderWay) -> bool:
        """See `DeliveryRecords`."""
        was_there = self._store.delete(DELIVERIES, under_way.id)
        self._store.commit()
        return was_there

    def clear(self) -> None:
        """Remove all of them; their processes are told by a message."""
        for record in self._store.list(DELIVERIES, _AS_ADDED):
            self._store.delete(DELIVERIES, record["id"])
        self._store.commit()
