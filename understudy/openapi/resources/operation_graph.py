"""The operations of a contract as producers and consumers of resources: what each of them needs,
creates and deletes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from understudy.openapi.contract import Contract
from understudy.openapi.extensions import UNIQUE
from understudy.openapi.operation import Body, Operation, Parameter
from understudy.openapi.resources.resource_types import (
    compatible,
    returned_types,
    type_of_field,
    type_of_path_parameter,
)
from understudy.openapi.schemas.schema import merged, parts


class OperationGraph:
    """The operations of a contract, as producers and consumers of resources.

    Exploration never calls operations that take or return no JSON, nor writes that are about no
    resource of one's own, such as those that stop or change the whole server; nor those that are
    `absent`. `operations` are the
    selected ones of the rest, `callable` all of them. `surveys` are reads that need nothing.
    `path_types` are the resource types of an operation's path parameters, `creates` the types of
    what it creates.
    """

    def __init__(
        self,
        contract: Contract,
        selected: frozenset[str] | None = None,
        absent: frozenset[str] = frozenset(),
    ) -> None:
        self.contract = contract
        self._by_id = {o.id: o for o in contract.operations if o.id not in absent}
        self.path_types: Mapping[str, Mapping[str, str]] = {
            o.id: {p.name: type_of_path_parameter(o, p.name) for p in o.parameters if _is_path(p)}
            for o in contract.operations
        }
        known = {t for types in self.path_types.values() for t in types.values()}
        self.creates = {o.id: self._created_by(o, known) for o in contract.operations}
        self.callable = [o for o in self._by_id.values() if self._is_callable(o)]
        self.operations = [o for o in self.callable if selected is None or o.id in selected]
        self.surveys = [
            o
            for o in self.callable
            if o.method == "GET" and not any(p.required for p in o.parameters)
        ]

    def operation(self, name: str) -> Operation:
        """Return the operation with this id."""
        return self._by_id[name]

    def subject_types(self, operation: Operation) -> frozenset[str]:
        """Return the types of what an operation creates, or has at the end of its path."""
        last = list(self.path_types[operation.id].values())[-1:]
        body = [resource_type for resource_type, _ in self._body_ids(operation)]
        return self.creates[operation.id].union(last or body)

    def providers(self, resource_type: str) -> list[Operation]:
        """Return the operations that create resources of a type, or else those that return some.

        The first ones create exactly this type, and have the fewest ids in their paths.
        """
        providers = [
            o
            for o in self.callable
            if any(compatible(t, resource_type) for t in self.creates[o.id])
        ]
        if not providers:
            providers = [
                o for o in self.callable if resource_type in returned_types(o) - self._in_path(o)
            ]
        return sorted(
            providers,
            key=lambda o: (
                resource_type not in self.creates[o.id],
                len(self.path_types[o.id]),
                o.id,
            ),
        )

    def activators(self, resource_type: str) -> list[Operation]:
        """Return the operations on one resource that need no body, such as starting it."""
        return [
            o
            for o in self.callable
            if o.method == "POST"
            and list(self.path_types[o.id].values()) == [resource_type]
            and (o.body is None or not o.body.required)
            and not o.path.endswith("}")
        ]

    def is_global(self, operation: Operation) -> bool:
        """Return whether an operation returns all that the server has, also what others created."""
        return not self.path_types[operation.id] and not self.creates[operation.id]

    def deleter(self, resource_type: str) -> Operation | None:
        """Return the operation that deletes one resource, by its id alone."""
        deleters = [
            o
            for o in self._by_id.values()
            if o.method == "DELETE"
            and o.path.endswith("}")
            and [compatible(t, resource_type) for t in self.path_types[o.id].values()] == [True]
        ]
        return min(
            deleters,
            key=lambda o: (resource_type not in self._in_path(o), len(o.path)),
            default=None,
        )

    def chosen_by_client(self, operation: Operation) -> frozenset[str]:
        """Return the path parameters in which a client names what it creates."""
        return frozenset(
            p.name for p in operation.parameters if _is_path(p) and p.schema.get(UNIQUE)
        )

    def _in_path(self, operation: Operation) -> set[str]:
        return set(self.path_types[operation.id].values())

    def _is_callable(self, operation: Operation) -> bool:
        if operation.body is not None and operation.body.json is None:
            return False
        if any(p.required and p.where not in ("path", "query") for p in operation.parameters):
            return False
        successes = [body for status, body in operation.responses.items() if status[0] == "2"]
        if not any(_is_json(body) for body in successes):
            return False
        if operation.method == "GET" or self.path_types[operation.id]:
            return True
        has_resource = bool(self.creates[operation.id]) or any(self._body_ids(operation))
        return operation.method == "POST" and operation.body is not None and has_resource

    def _created_by(self, operation: Operation, known: set[str]) -> frozenset[str]:
        if operation.method not in ("POST", "PUT"):
            return frozenset()
        body_ids = list(self._body_ids(operation))
        types = self.path_types[operation.id]
        created = {types[name] for name in self.chosen_by_client(operation)}
        created |= {resource_type for resource_type, is_new in body_ids if is_new}
        if operation.method == "POST" and "201" in operation.responses and not created:
            created = {
                t
                for t in returned_types(operation)
                if any(compatible(t, other) for other in known)
                and not any(compatible(t, other) for other, _ in body_ids)
            }
        return frozenset(created)

    def _body_ids(self, operation: Operation) -> Iterator[tuple[str, bool]]:
        """Yield the types of the ids in the first level of a body, and whether each is new."""
        media = operation.body.json if operation.body else None
        if media is None:
            return
        document = self.contract.document
        for schema in parts(document, media.definition.get("schema", {})):
            for name, part in schema.get("properties", {}).items():
                resource_type = type_of_field(name)
                if resource_type:
                    yield resource_type, bool(merged(document, part).get(UNIQUE))


def _is_path(parameter: Parameter) -> bool:
    return parameter.where == "path"


def _is_json(body: Body) -> bool:
    return not body.media or any(media.is_json for media in body.media.values())
