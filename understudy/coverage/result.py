"""What exchanges have touched of contracts, as counts; partial results can be merged.

A count of 0 is of what a document has, and no exchange touched.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

#: Counts by name.
Counts = dict[str, int]

#: Different requests that no operation has, of which the counts are kept.
MOST_OUTSIDE = 100


@dataclass
class OperationCoverage:
    """What exchanges touched of one operation; each count is one of exchanges.

    `path` begins with the `base_path` of its server. `statuses` are as the document writes them
    ("200", "4XX", "default"), `undocumented_statuses` are others that a client received. Names of
    `parameters` say where they are ("query limit"). Fields of bodies are JSON pointers, with `*`
    for any item of an array and any name of a map ("/messages/*/role"); those of responses are
    listed by status.
    """

    id: str
    method: str
    path: str
    base_path: str = ""
    tags: list[str] = field(default_factory=list)
    calls: int = 0
    statuses: Counts = field(default_factory=dict)
    undocumented_statuses: Counts = field(default_factory=dict)
    parameters: Counts = field(default_factory=dict)
    request_fields: Counts = field(default_factory=dict)
    response_fields: dict[str, Counts] = field(default_factory=dict)

    def add(self, other: OperationCoverage) -> None:
        """Add the counts of another result about the same operation."""
        self.calls += other.calls
        add_counts(self.statuses, other.statuses)
        add_counts(self.undocumented_statuses, other.undocumented_statuses)
        add_counts(self.parameters, other.parameters)
        add_counts(self.request_fields, other.request_fields)
        for status, fields in other.response_fields.items():
            add_counts(self.response_fields.setdefault(status, {}), fields)


@dataclass
class ApiCoverage:
    """What exchanges touched of one API; its operations are in the document's order."""

    api: str
    operations: list[OperationCoverage] = field(default_factory=list)

    @property
    def calls(self) -> int:
        """The number of exchanges of its operations."""
        return sum(operation.calls for operation in self.operations)

    def add(self, other: ApiCoverage) -> None:
        """Add the counts of another result about the same API."""
        known = {operation.id: operation for operation in self.operations}
        for operation in other.operations:
            if operation.id in known:
                known[operation.id].add(operation)
            else:
                self.operations.append(operation)


@dataclass
class Coverage:
    """What exchanges touched of several APIs.

    `used` are the names of the operations that a program uses, see `selection`. `outside` counts
    requests that no operation has ("GET /unknown"), and `notes` what could not be looked at.
    """

    apis: list[ApiCoverage] = field(default_factory=list)
    used: list[str] = field(default_factory=list)
    outside: Counts = field(default_factory=dict)
    notes: Counts = field(default_factory=dict)

    def add(self, other: Coverage) -> None:
        """Add the counts of another result, of other exchanges of the same APIs or others."""
        known = {api.api: api for api in self.apis}
        for api in other.apis:
            if api.api in known:
                known[api.api].add(api)
            else:
                self.apis.append(api)
        self.used = list(dict.fromkeys([*self.used, *other.used]))
        for request, count in other.outside.items():
            self.add_outside(request, count)
        add_counts(self.notes, other.notes)

    def add_outside(self, request: str, count: int = 1) -> None:
        """Count a request that no operation has; of very many different ones only the number."""
        if request not in self.outside and len(self.outside) >= MOST_OUTSIDE:
            request = "other requests"
        add_counts(self.outside, {request: count})

    def add_note(self, reason: str, count: int = 1) -> None:
        """Count a reason why something could not be looked at."""
        add_counts(self.notes, {reason: count})


class Figures(NamedTuple):
    """How many of the parts that a document has were touched."""

    covered: int
    of: int


#: The kinds of parts that are counted, in the order of reports.
KINDS = ("operations", "statuses", "parameters", "fields")


def figures(operations: Iterable[OperationCoverage]) -> dict[str, Figures]:
    """Return the figures of each of `KINDS` over some operations."""
    totals = {kind: Figures(0, 0) for kind in KINDS}
    for operation in operations:
        for kind, counts in _counts_of(operation).items():
            covered, of = totals[kind]
            values = counts.values()
            totals[kind] = Figures(covered + sum(map(bool, values)), of + len(values))
    return totals


def _counts_of(operation: OperationCoverage) -> dict[str, Mapping[str, int]]:
    fields = {
        f"{status} {pointer}": count
        for status, counts in operation.response_fields.items()
        for pointer, count in counts.items()
    }
    return {
        "operations": {operation.id: operation.calls},
        "statuses": operation.statuses,
        "parameters": operation.parameters,
        "fields": {**fields, **operation.request_fields},
    }


def add_counts(counts: Counts, more: Mapping[str, int]) -> None:
    """Add counts to those of the same names."""
    for name, count in more.items():
        counts[name] = counts.get(name, 0) + count
