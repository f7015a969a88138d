"""The ids that a sequence can use while it is generated."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from understudy.conformance.exploration.executor import Execution
from understudy.conformance.exploration.sequence import Call, ClientId, Reference, ServerId
from understudy.http.json_codec import ABSENT
from understudy.openapi.operation import Operation
from understudy.openapi.resources.operation_graph import OperationGraph
from understudy.openapi.resources.resource_types import compatible

#: How many resources of a type a sequence creates before it prefers to reuse them.
_ENOUGH = 2

#: Whose a resource is: it existed before the sequence; it was read from what the sequence created;
#: the sequence created it, and so may change it.
FOREIGN, DERIVED, OWN = 0, 1, 2


@dataclass(slots=True)
class _Known:
    """A known id. `touched` is true once something was done that may have ended the resource."""

    type: str
    reference: Reference
    ownership: int
    touched: bool = False


class ResourcePool:
    """The ids known after an execution of the calls that survey what exists from the start."""

    def __init__(self, graph: OperationGraph, execution: Execution) -> None:
        self._graph = graph
        self._execution = execution
        self._known: list[_Known] = []
        self._names = 0
        surveyed = [execution.ids(number) for number in range(execution.length)]
        #: The ids that existed before the sequence.
        self._before = {text for ids in surveyed for texts in ids.values() for text in texts}
        self._seen: set[tuple[str, str]] = set()
        execution.truncate(0)

    def find(self, resource_type: str, *, ownership: int = FOREIGN) -> list[Reference]:
        """Return the ids that can stand for one of this type, with at least this ownership."""
        known = [k for k in self._known if k.ownership >= ownership]
        exact = [k.reference for k in known if k.type == resource_type]
        return exact or [k.reference for k in known if compatible(k.type, resource_type)]

    def has_enough(self, resource_type: str) -> bool:
        """Return whether the sequence has created enough resources of this type."""
        return len(self.find(resource_type, ownership=OWN)) >= _ENOUGH

    def new_name(self, resource_type: str, *, is_uuid: bool = False) -> ClientId:
        """Return a name that no resource has yet."""
        self._names += 1
        return ClientId(resource_type, 10 + self._names, is_uuid)

    def count_touched(self, call: Call) -> int:
        """Return how many resources of a call may have ended."""
        references = set(call.references)
        return sum(known.touched for known in self._known if known.reference in references)

    def learn(self, operation: Operation, call: Call, number: int) -> bool:
        """Add the ids of a successful call; return whether it may have ended a resource."""
        writes = operation.method != "GET"
        if writes:
            self._learn_names(call, self._graph.creates[operation.id])
        is_global = self._graph.is_global(operation)
        for resource_type, texts in self._execution.ids(number).items():
            for index, text in enumerate(texts):
                if (resource_type, text) not in self._seen:
                    self._seen.add((resource_type, text))
                    ownership = self._ownership(text, writes=writes, is_global=is_global)
                    reference = ServerId(number, resource_type, index)
                    self._known.append(_Known(resource_type, reference, ownership))
        may_end = writes and not _has_other_values(call.body)
        if may_end:
            self._touch(call)
        return may_end

    def _ownership(self, text: str, *, writes: bool, is_global: bool) -> int:
        if text in self._before:
            return FOREIGN
        if writes:
            return OWN
        return FOREIGN if is_global else DERIVED

    def _learn_names(self, call: Call, created: Collection[str]) -> None:
        for reference in call.references:
            if isinstance(reference, ClientId):
                key = (reference.type, self._execution.resolve(reference))
                if key not in self._seen:
                    self._seen.add(key)
                    ownership = OWN if reference.type in created else FOREIGN
                    self._known.append(_Known(reference.type, reference, ownership))

    def _touch(self, call: Call) -> None:
        """Mark what a request without other values is about: it may be deleted, or ended."""
        ended = set(call.references[-1:] if call.body is ABSENT else call.references)
        for known in self._known:
            if known.reference in ended:
                known.touched = True


def _has_other_values(value: Any) -> bool:
    """Return whether a value has anything but references in it."""
    if isinstance(value, dict):
        return any(_has_other_values(part) for part in value.values())
    if isinstance(value, list):
        return any(_has_other_values(part) for part in value)
    return value is not ABSENT and not isinstance(value, ServerId | ClientId)
