"""Which operation makes a resource, and where its response has the id, by the contract alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from understudy.errors import UsageError
from understudy.openapi.contract import Contract
from understudy.openapi.document import resolve, steps_of
from understudy.openapi.extensions import DELETES, REFERENCES, SEEDED, UNIQUE
from understudy.openapi.operation import Operation
from understudy.openapi.resources.call import pointer_of
from understudy.openapi.resources.id_places import chosen_id, ids_in_response
from understudy.openapi.resources.operation_graph import OperationGraph
from understudy.openapi.resources.resource_types import compatible

#: The most creators that are kept: fields of clients' bodies may have any names.
_MOST_KEPT = 10_000


@dataclass(frozen=True, slots=True)
class Creator:
    """An operation that makes a resource, or lists some: `chosen` is where its request has the id
    that the client chooses (part and name or pointer), `pointers` are where its response has it."""

    operation: Operation
    chosen: tuple[str, str] | None
    pointers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """An id in a request: its `part`, the name of the parameter or the pointer into the body, the
    type of the resource, the schema or parameter that may name the operation that makes it, and
    what people call such a resource."""

    part: str
    name: str
    resource_type: str
    definition: Mapping[str, Any]
    noun: str


class Creators:
    """The creators of the resources of a contract.

    In this order they are: named by the document (`x-understudy-references`, or a link of OpenAPI);
    one whose ids must be new; POST to the path above the id's own; one that the document's shape
    shows elsewhere; PUT to the resource itself; and at last a list.
    """

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._by_id = {operation.id: operation for operation in contract.operations}
        self._found: dict[tuple[str, str, str], Creator | None] = {}

    def operation(self, name: Any) -> Operation | None:
        """Return the operation with this id, or None."""
        return self._by_id.get(name) if isinstance(name, str) else None

    def creator(self, operation: Operation, reference: Reference) -> Creator | None:
        """Return what makes the resource whose id a request of an operation has; None if nothing
        is known to."""
        key = (operation.id, reference.part, reference.name)
        if REFERENCES in reference.definition:
            return self._named(reference)
        if key in self._found:
            return self._found[key]
        if len(self._found) >= _MOST_KEPT:
            self._found.clear()
        found = next(filter(None, self._candidates(operation, reference)), None)
        self._found[key] = found
        return found

    def is_seeded(self, reference: Reference, value: Any) -> bool:
        """Return whether an id is of a resource that every new namespace has."""
        definition = reference.definition
        if definition.get(SEEDED) is True and definition.get("example") == value:
            return True
        examples = self._seeded.items()
        return any(value == v and compatible(t, reference.resource_type) for t, v in examples)

    def _named(self, reference: Reference) -> Creator | None:
        """Return the creator that the document names."""
        named = reference.definition[REFERENCES]
        value = named.get("value") if isinstance(named, dict) else None
        operation = self.operation(named.get("operation") if isinstance(named, dict) else named)
        if operation is None:
            return None
        pointer = pointer_of(value)
        if pointer is not None:
            return Creator(operation, None, (pointer,))
        return self._usable(operation, reference)

    def _usable(self, operation: Operation, reference: Reference) -> Creator | None:
        """Return an operation as a creator, if its request or response has the id."""
        chosen = chosen_id(operation, reference.resource_type)
        pointers = ids_in_response(operation, reference.resource_type)
        if chosen is not None and chosen[2]:
            return Creator(operation, chosen[:2], ())
        if chosen is None and not pointers:
            return None
        return Creator(operation, None if chosen is None else chosen[:2], pointers)

    def _candidates(self, operation: Operation, reference: Reference) -> Iterator[Creator | None]:
        yield self._links.get((operation.id, reference.name))
        is_path = reference.part == "path"
        above = _path_above(operation.path, reference.name) if is_path else None
        for other in self._makers(reference.resource_type, above):
            if _may_make(other, operation):
                yield self._usable(other, reference)
        if above is not None:
            yield from self._replacing(operation, above)
            for other in self._lists.get(above, ()):
                if _may_make(other, operation):
                    yield self._usable(other, reference)

    def _makers(self, wanted: str, above: str | None) -> Iterator[Operation]:
        """Yield the operations that may make a resource of a type, the most likely first; `above`
        is the path above its id, if that is in a path."""
        creates = self._graph.creates
        made = [o for o in self._contract.operations if creates[o.id]]
        yield from (o for o in made if wanted in creates[o.id] and _is_unique(o))
        yield from self._above.get(above or "", ())
        yield from (o for o in made if wanted in creates[o.id])
        yield from self._by_shape.get(wanted, ())
        yield from (o for o in made if any(compatible(t, wanted) for t in creates[o.id]))

    def _replacing(self, operation: Operation, above: str) -> Iterator[Creator]:
        """Yield the operation that puts a resource to its own path, below a path."""
        own = re.compile(re.escape(above) + r"/\{\}")
        for other in self._contract.operations:
            is_put = other.method == "PUT" and own.fullmatch(_anonymous(other.path))
            if is_put and _may_make(other, operation):
                yield Creator(other, ("path", other.path.rpartition("/")[2].strip("{}")), ())

    @cached_property
    def _graph(self) -> OperationGraph:
        return OperationGraph(self._contract)

    @cached_property
    def _seeded(self) -> dict[str, Any]:
        """The ids in paths that every new namespace has, by the types of their resources."""
        return {
            self._graph.path_types[operation.id][parameter.name]: parameter.definition["example"]
            for operation in self._contract.operations
            for parameter in operation.parameters
            if parameter.where == "path"
            and parameter.definition.get(SEEDED) is True
            and "example" in parameter.definition
        }

    @cached_property
    def _above(self) -> dict[str, list[Operation]]:
        return self._by_path("POST")

    @cached_property
    def _lists(self) -> dict[str, list[Operation]]:
        return self._by_path("GET")

    def _by_path(self, method: str) -> dict[str, list[Operation]]:
        by_path: dict[str, list[Operation]] = {}
        for operation in self._contract.operations:
            if operation.method == method:
                by_path.setdefault(_anonymous(operation.path), []).append(operation)
        return by_path

    @cached_property
    def _by_shape(self) -> dict[str, list[Operation]]:
        """The POSTs to a path that a parameter stands below, by the parameter's type."""
        by_type: dict[str, list[Operation]] = {}
        for operation in self._contract.operations:
            for name, resource_type in self._graph.path_types[operation.id].items():
                for other in self._above.get(_path_above(operation.path, name), ()):
                    known = by_type.setdefault(resource_type, [])
                    if other not in known:
                        known.append(other)
        return by_type

    @cached_property
    def _links(self) -> dict[tuple[str, str], Creator]:
        """The creators by OpenAPI's links: of the operation that a link leads to, and the parameter
        that it gives a value of a response's body."""
        links: dict[tuple[str, str], Creator] = {}
        for source, link in self._link_objects():
            target = self._target(link)
            parameters = link.get("parameters")
            if target is None or not isinstance(parameters, dict):
                continue
            for name, value in parameters.items():
                pointer, name = pointer_of(value), name.removeprefix("path.")
                if pointer is not None and not self._passes_on(source, target, name):
                    links.setdefault((target, name), Creator(source, None, (pointer,)))
        return links

    def _passes_on(self, source: Operation, target: str, name: str) -> bool:
        """Return whether a link gives an id that the request to its source has in its path: what
        made the resource is then not known by the link."""
        types = self._graph.path_types
        wanted = types.get(target, {}).get(name)
        return wanted is not None and wanted in types[source.id].values()

    def _link_objects(self) -> Iterator[tuple[Operation, dict[str, Any]]]:
        for operation in self._contract.operations:
            for status, response in operation.responses.items():
                links = response.definition.get("links") if status[0] == "2" else None
                for node in links.values() if isinstance(links, dict) else ():
                    try:
                        link = resolve(self._contract.document, node)
                    except UsageError:
                        continue
                    if isinstance(link, dict):
                        yield operation, link

    def _target(self, link: Mapping[str, Any]) -> str | None:
        """Return the id of the operation that a link leads to."""
        if isinstance(link.get("operationId"), str):
            return str(link["operationId"])
        steps = steps_of(str(link.get("operationRef", "")))
        found = (o for o in self._contract.operations if steps_of(o.place) == steps)
        return next((o.id for o in found), None)


def _is_unique(operation: Operation) -> bool:
    """Return whether an operation takes an id that the document says must be new."""
    from_path = any(p.where == "path" and UNIQUE in p.schema for p in operation.parameters)
    return from_path or operation.method == "POST"


def _may_make(creator: Operation, operation: Operation) -> bool:
    """Return whether an operation may make what another one needs: it is another one, deletes
    nothing, and exists in each persona that has the other."""
    if creator is operation or DELETES in creator.definition:
        return False
    if creator.personas is None:
        return True
    return operation.personas is not None and operation.personas <= creator.personas


def _path_above(path: str, name: str) -> str:
    """Return the path above a parameter, with parameters without names."""
    return _anonymous(path.partition("/{" + name + "}")[0])


def _anonymous(path: str) -> str:
    return re.sub(r"\{.+?\}", "{}", path)
