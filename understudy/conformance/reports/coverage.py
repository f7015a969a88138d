"""What a check looked at: operations, statuses, requests."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Self

from understudy.conformance.reports.wording import counted
from understudy.openapi.operation import Operation


@dataclass
class Coverage:
    """What was looked at.

    `operations` is how many were to be looked at; `tested` are those that responded, `shaped` those
    whose responses were validated, `fuzzed` those that Schemathesis called, `explored` those that
    random sequences called. `statuses` are the statuses seen by operation, `declared` those that
    the contract has of the operations to be looked at, `tags` the tags of these. `requests` counts
    requests.
    """

    operations: int
    requests: int = 0
    tested: set[str] = field(default_factory=set)
    shaped: set[str] = field(default_factory=set)
    fuzzed: set[str] = field(default_factory=set)
    explored: set[str] = field(default_factory=set)
    statuses: dict[str, set[int]] = field(default_factory=dict)
    declared: dict[str, set[int]] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)

    def see(self, operation: str, status: int) -> None:
        """Record that an operation responded with a status."""
        self.tested.add(operation)
        self.statuses.setdefault(operation, set()).add(status)

    def leave_out(self, operations: Collection[str]) -> None:
        """Take back all about operations that the server lacks."""
        self.operations -= len(self.declared.keys() & operations)
        for seen in (self.tested, self.shaped, self.fuzzed, self.explored):
            seen.difference_update(operations)
        for by_operation in (self.statuses, self.declared, self.tags):
            for name in operations & by_operation.keys():
                by_operation.pop(name)

    def seen_statuses(self, operations: Iterable[str]) -> tuple[int, int]:
        """Return how many documented statuses of some operations were seen, and how many exist."""
        names = list(operations)
        documented = {name: self.declared.get(name, set()) for name in names}
        seen = sum(len(self.statuses.get(name, set()) & documented[name]) for name in names)
        return seen, sum(map(len, documented.values()))

    @classmethod
    def of(cls, operations: Iterable[Operation]) -> Self:
        """Return the coverage of operations before any was looked at."""
        chosen = list(operations)
        statuses = {o.id: {int(s) for s in o.responses if s.isdigit()} for o in chosen}
        return cls(len(chosen), declared=statuses, tags={o.id: o.tag for o in chosen})

    @property
    def seen(self) -> set[str]:
        """The operations to be looked at that responded; others only prepared them."""
        return self.tested & self.declared.keys()

    @property
    def rate_limited(self) -> list[str]:
        """The operations that answered nothing but 429, too many requests."""
        return [name for name, statuses in self.statuses.items() if statuses == {429}]

    def summary(self) -> str:
        """Return how much was covered, in a few words."""
        seen, documented = self.seen_statuses(self.declared)
        statuses = counted(documented, "documented status", "documented statuses")
        parts = [f"{len(self.seen)} of {counted(self.operations, 'operation')}"]
        parts += [f"{seen} of {statuses}"] if documented else []
        return ", ".join([*parts, counted(self.requests, "request")])
