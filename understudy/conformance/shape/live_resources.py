"""The resources that live at a server, as far as one run knows: requests are about these, so that
they are answered with more than 404."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from understudy.openapi.contract import Contract
from understudy.openapi.operation import Operation
from understudy.openapi.resources.operation_graph import OperationGraph
from understudy.openapi.resources.resource_types import (
    compatible,
    resources_in,
    type_of_parameter,
)

#: How many resources of a type are never deleted; how often requests may miss one before it counts
#: as gone; how many of a type are remembered.
_KEPT, _MOST_MISSES, _MOST = 3, 3, 60


@dataclass(slots=True, eq=False)
class Resource:
    """The ids of a resource and of what it belongs to, by their types; how many requests were about
    it, and how many of them were answered with 404 since the last that was not."""

    ids: Mapping[str, Any]
    uses: int = 0
    misses: int = 0

    def id_of(self, resource_type: str) -> Any:
        """Return its id of a type, or of one that can stand for it; None if it has none."""
        if resource_type in self.ids:
            return self.ids[resource_type]
        return next((v for t, v in self.ids.items() if compatible(t, resource_type)), None)


class LiveResources:
    """The resources that live, the oldest first, as requests and responses tell."""

    def __init__(self, contract: Contract) -> None:
        self.graph = OperationGraph(contract)
        self.types = frozenset(t for ts in self.graph.path_types.values() for t in ts.values())
        self._by_type: dict[str, list[Resource]] = {t: [] for t in sorted(self.types)}
        #: The ids under which a resource was created (2) or found (1), not only mentioned.
        self._ranks: dict[tuple[str, Any], int] = {}
        #: The ids that lead to nothing any more.
        self._gone: set[tuple[str, Any]] = set()
        #: The texts of all ids that the run has seen, also of what has been deleted.
        self._seen: defaultdict[str, set[str]] = defaultdict(set)

    def learn(
        self, operation: Operation, path: Mapping[str, Any], body: Any, response: Any
    ) -> None:
        """Add what a successful request was about, and what it returned."""
        types = self.graph.path_types[operation.id]
        above = {types[name]: value for name, value in path.items() if _is_id(types, name, value)}
        for id_ in above.items():
            self._ranks.setdefault(id_, 1)
        returned = list(islice(resources_in(operation.path, response, self.types), _MOST))
        if operation.method != "GET" and len(returned) < 2 and isinstance(body, dict):
            sent = next(resources_in(operation.path, body, self.types), {})
            above = {**sent, **above}
        created = self.graph.creates[operation.id]
        for ids in returned or [{}]:
            new = {(t, v) for t, v in ids.items() if any(compatible(t, c) for c in created)}
            self._ranks |= dict.fromkeys(new, 2)
            self._gone -= new
            self._add(Resource({**above, **ids}))

    def forget(self, path: str, values: Mapping[str, Any]) -> None:
        """Remove what has been deleted, which has this path, and what belongs to it."""
        ids = {
            type_of_parameter(path, name): str(values[name])
            for name in re.findall(r"\{(.+?)\}", path)
            if name in values
        }
        last = list(ids)[-1:]
        if self.is_relation(list(ids)):
            last = list(ids)
        for resources in self._by_type.values():
            resources[:] = [
                one for one in resources if not all(str(one.id_of(t)) == ids[t] for t in last)
            ]

    def is_relation(self, types: Sequence[str]) -> bool:
        """Return whether the ids of a path are of resources that live apart from each other: what
        has the path is that one belongs to the other."""
        return len(types) > 1 and self.graph.deleter(types[-1]) is not None

    def find(self, types: Sequence[str], *, expendable: bool = False) -> Resource | None:
        """Return a resource with an id of the last of these types, and of most of the others. It is
        one that nothing else needs, if it is `expendable`."""
        kept = self._kept(types[-1]) if expendable else ()
        candidates = [one for one in self._known(types[-1]) if one.id_of(types[-1]) not in kept]
        return max(candidates, key=lambda one: self._merit(one, types), default=None)

    def find_id(self, resource_type: str) -> Any:
        """Return the id of a resource that is never deleted; None if none of the type is known."""
        return next(iter(self._kept(resource_type)), None)

    def is_seen(self, resource_type: str, value: Any) -> bool:
        """Return whether an id is, or was, that of a resource that the run knows."""
        return any(
            str(value) in values
            for other, values in self._seen.items()
            if compatible(other, resource_type)
        )

    def is_expendable(self, resource_type: str, value: Any) -> bool:
        """Return whether nothing else needs the resource with an id."""
        return str(value) not in map(str, self._kept(resource_type))

    def rank(self, resource: Resource, resource_type: str) -> int:
        """Return how sure it is that a resource lives: it was created, found, or mentioned."""
        ids = ((t, v) for t, v in resource.ids.items() if compatible(t, resource_type))
        return max((self._ranks.get(id_, 0) for id_ in ids), default=0)

    def answered(self, resource: Resource, resource_type: str, *, is_missing: bool) -> None:
        """Record whether a request about a resource of a type was answered with 404."""
        resource.uses += 1
        resource.misses = resource.misses + 1 if is_missing else 0
        if resource.misses >= _MOST_MISSES:
            self._gone.add((resource_type, resource.ids.get(resource_type)))
            for resources in self._by_type.values():
                resources[:] = [one for one in resources if one is not resource]

    def _add(self, resource: Resource) -> None:
        if not self._gone.isdisjoint(resource.ids.items()):
            return
        for resource_type, value in resource.ids.items():
            self._seen[resource_type].add(str(value))
            resources = self._by_type.setdefault(resource_type, [])
            if all(one.ids != resource.ids for one in resources):
                resources.append(resource)
                if len(resources) > _MOST:
                    del resources[_KEPT]

    def _merit(self, resource: Resource, types: Sequence[str]) -> tuple[int, ...]:
        """Return how well a request with ids of these types can be about a resource."""
        covered = sum(resource.id_of(t) is not None for t in types)
        return covered, self.rank(resource, types[-1]), -resource.misses, -resource.uses

    def _known(self, resource_type: str) -> list[Resource]:
        """Return the resources with an id of a type, or else of one that can stand for it."""
        return self._by_type.get(resource_type) or [
            one
            for other, resources in self._by_type.items()
            if compatible(other, resource_type)
            for one in resources
        ]

    def _kept(self, resource_type: str) -> list[Any]:
        """Return the ids of a type that are never deleted: the first ones."""
        ids = dict.fromkeys(one.id_of(resource_type) for one in self._known(resource_type))
        ranked = sorted(ids, key=lambda value: -self._ranks.get((resource_type, value), 0))
        return ranked[:_KEPT]


def _is_id(types: Mapping[str, str], name: str, value: Any) -> bool:
    return name in types and isinstance(value, str | int)
