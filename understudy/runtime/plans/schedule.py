"""Scheduled requests: made at a time of the namespace's clock, or after other requests.

They let state change by itself, such as a session that ends after 5 minutes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from understudy.http import json_codec
from understudy.http.messages import Request
from understudy.runtime.memory_budget import MemoryBudget, PlannedItems, size_in_memory
from understudy.runtime.plans.request_matcher import MatchCandidate, RequestMatcher

#: Scheduled requests that a namespace may have.
MOST_SCHEDULED = 100
#: Bytes that one takes besides what it was made from.
_OVERHEAD = 1000


@dataclass(slots=True)
class ScheduledRequest:
    """A request to make at `due` (in microseconds since 1970), or after `left` more requests that
    match `after`.

    `encoded` is the JSON that it was made from; `status` that of the response, once there is one.
    """

    id: str
    request: Request
    encoded: bytes
    due: int | None = None
    after: RequestMatcher | None = None
    left: int = 1
    status: int | None = None

    @property
    def definition(self) -> Mapping[str, Any]:
        """The JSON that the scheduled request was made from, decoded."""
        definition: Mapping[str, Any] = msgspec.json.decode(self.encoded)
        return definition

    def dump(self) -> dict[str, Any]:
        """Return it as plain JSON."""
        request = self.request
        headers = {n.decode("latin-1"): v.decode("latin-1") for n, v in request.headers.items()}
        return {
            "id": self.id,
            "request": [request.method, request.path.decode(), request.query.decode(), headers],
            "body": request.body.decode(),
            "encoded": self.encoded.decode(),
            "due": self.due,
            "left": self.left,
            "status": self.status,
        }

    @classmethod
    def load(cls, dumped: Mapping[str, Any]) -> ScheduledRequest:
        """Return what `dump` was given."""
        method, path, query, given = dumped["request"]
        headers = {n.encode("latin-1"): v.encode("latin-1") for n, v in given.items()}
        body, encoded = dumped["body"].encode(), dumped["encoded"].encode()
        request = Request(method, path.encode(), query.encode(), headers, body)
        after = msgspec.json.decode(encoded).get("after")
        matcher = None if after is None else RequestMatcher.from_json(after.get("when"))
        rest = (dumped["due"], matcher, dumped["left"], dumped["status"])
        return cls(dumped["id"], request, encoded, *rest)

    @property
    def size(self) -> int:
        """The bytes that it takes in memory."""
        request, after = self.request, self.after
        size = _OVERHEAD + len(self.encoded) + len(request.body) + size_in_memory(request.headers)
        return size + (0 if after is None else after.size)


class Schedule(PlannedItems[ScheduledRequest]):
    """The scheduled requests of one namespace. Each is made once, and then kept for inspection."""

    kind = "scheduled request"

    __slots__ = ("_count", "requests", "waiting")

    def __init__(self, budget: MemoryBudget, namespace: str) -> None:
        super().__init__(budget, namespace)
        #: All scheduled requests by id, the oldest first.
        self.requests = self.kept
        #: Those that have not been made yet.
        self.waiting: dict[str, ScheduledRequest] = {}
        self._count = 0

    def add(
        self,
        request: Request,
        definition: Mapping[str, Any],
        *,
        due: int | None = None,
        after: RequestMatcher | None = None,
        times: int = 1,
    ) -> ScheduledRequest:
        """Schedule a request; if there are too many, the oldest one that was made is removed.

        Raises OverflowError if too many wait, and OutOfMemoryBudget if this one is too large.
        """
        if len(self.waiting) >= MOST_SCHEDULED:
            raise OverflowError(f"a namespace may have at most {MOST_SCHEDULED} scheduled requests")
        if len(self.requests) >= MOST_SCHEDULED:
            self.remove(next(id_ for id_ in self.requests if id_ not in self.waiting))
        id_ = str(self._count + 1)
        encoded = json_codec.encode(definition)
        scheduled = ScheduledRequest(id_, request, encoded, due, after, times)
        self.keep(id_, scheduled, scheduled.size)
        self.waiting[id_] = scheduled
        self._count += 1
        return scheduled

    def dump(self) -> dict[str, Any]:
        """Return the scheduled requests as plain JSON; {} if there was never one."""
        if not self._count:
            return {}
        requests = [
            {**scheduled.dump(), "waiting": scheduled.id in self.waiting}
            for scheduled in self.requests.values()
        ]
        return {"count": self._count, "requests": requests}

    def load(self, dumped: Mapping[str, Any]) -> None:
        """Put the scheduled requests back that `dump` returned."""
        for definition in dumped["requests"]:
            scheduled = ScheduledRequest.load(definition)
            self.keep(scheduled.id, scheduled, scheduled.size)
            if definition["waiting"]:
                self.waiting[scheduled.id] = scheduled
        self._count = dumped["count"]

    def take_due(self, now: int) -> list[ScheduledRequest]:
        """Return the requests that are due, earliest first, and stop waiting for them."""
        ready = [s for s in self.waiting.values() if s.due is not None and s.due <= now]
        return self._taken(sorted(ready, key=lambda scheduled: scheduled.due or 0))

    def take_after(self, candidate: MatchCandidate) -> list[ScheduledRequest]:
        """Count a request; return the scheduled requests that are to follow it, and stop waiting
        for them."""
        ready = []
        for scheduled in self.waiting.values():
            if scheduled.after is not None and scheduled.after.matches(candidate):
                scheduled.left -= 1
                if scheduled.left <= 0:
                    ready.append(scheduled)
        return self._taken(ready)

    def _taken(self, ready: list[ScheduledRequest]) -> list[ScheduledRequest]:
        for scheduled in ready:
            del self.waiting[scheduled.id]
        return ready

    def remove(self, key: str) -> bool:
        """Remove a scheduled request; return whether there was one."""
        self.waiting.pop(key, None)
        return super().remove(key)

    def clear(self) -> None:
        """Remove all scheduled requests; the next id is 1."""
        super().clear()
        self._count = 0
