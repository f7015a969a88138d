"""Which operations are explored, by their contract alone: what each needs, makes, and removes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from understudy.conformance.exploration.resource_types import (
    alike,
    kind_in_path,
    kind_of_field,
    kinds_told,
)
from understudy.openapi.contract import JSON, Body, Contract, Operation
from understudy.openapi.document import resolve


class OperationGraph:
    """The operations that exploration may call. Left out are those that take no JSON, that answer
    none, and writes that are about nothing of one's own: what stops or changes the whole server.
    """

    def __init__(self, contract: Contract, wanted: frozenset[str] | None = None) -> None:
        self.contract = contract
        self._known = {o.id: o for o in contract.operations}
        #: What the ids in an operation's path are, by the names of the parameters.
        self.path_kinds: Mapping[str, Mapping[str, str]] = {
            o.id: {p.name: kind_in_path(o, p.name) for p in o.parameters if p.where == "path"}
            for o in contract.operations
        }
        kinds = {kind for named in self.path_kinds.values() for kind in named.values()}
        #: The kinds of what an operation makes.
        self.makes = {o.id: self._made_by(o, kinds) for o in contract.operations}
        self.operations = [
            o for o in contract.operations if (wanted is None or o.id in wanted) and self._fits(o)
        ]
        #: The reads that need nothing: they tell what is there.
        self.surveys = [
            o
            for o in contract.operations
            if o.method == "GET" and self._fits(o) and not any(p.required for p in o.parameters)
        ]
        self.helpers = [o for o in contract.operations if self._fits(o)]

    def operation(self, name: str) -> Operation:
        """The operation of that id."""
        return self._known[name]

    def about(self, operation: Operation) -> frozenset[str]:
        """The kinds of things that an operation makes, or has at the end of its path."""
        kinds = list(self.path_kinds[operation.id].values())[-1:]
        return self.makes[operation.id].union(kinds or [k for k, _ in self._body_ids(operation)])

    def providers(self, kind: str) -> list[Operation]:
        """The operations that make something of a kind, or else those that tell of such things;
        first those of exactly this kind, and with the fewest ids in their paths."""
        found = [o for o in self.helpers if any(alike(k, kind) for k in self.makes[o.id])]
        if not found:
            found = [o for o in self.helpers if kind in kinds_told(o) - self._in_path(o)]
        return sorted(
            found,
            key=lambda o: (kind not in self.makes[o.id], len(self.path_kinds[o.id]), o.id),
        )

    def activators(self, kind: str) -> list[Operation]:
        """What can be done to one thing without a word, such as starting it."""
        return [
            o
            for o in self.helpers
            if o.method == "POST"
            and list(self.path_kinds[o.id].values()) == [kind]
            and (o.body is None or not o.body.required)
            and not o.path.endswith("}")
        ]

    def is_global(self, operation: Operation) -> bool:
        """Whether it tells of all that the server has: of what others have made, too."""
        return not self.path_kinds[operation.id] and not self.makes[operation.id]

    def remover(self, kind: str) -> Operation | None:
        """What deletes one thing, by its id alone."""
        found = [
            operation
            for operation in self._known.values()
            if operation.method == "DELETE"
            and operation.path.endswith("}")
            and [alike(k, kind) for k in self.path_kinds[operation.id].values()] == [True]
        ]
        return min(found, key=lambda o: (kind not in self._in_path(o), len(o.path)), default=None)

    def fresh(self, operation: Operation) -> frozenset[str]:
        """The path parameters in which a client names what it makes."""
        return frozenset(
            p.name
            for p in operation.parameters
            if p.where == "path" and p.schema.get("x-understudy-unique")
        )

    def _in_path(self, operation: Operation) -> set[str]:
        return set(self.path_kinds[operation.id].values())

    def _fits(self, operation: Operation) -> bool:
        if operation.body is not None and JSON not in operation.body.media:
            return False
        if any(p.required and p.where not in ("path", "query") for p in operation.parameters):
            return False
        if not any(
            _is_json(body) for status, body in operation.responses.items() if status[0] == "2"
        ):
            return False
        if operation.method == "GET" or self.path_kinds[operation.id]:
            return True
        return (
            operation.method == "POST"
            and operation.body is not None
            and (
                bool(self.makes[operation.id]) or any(kind for kind, _ in self._body_ids(operation))
            )
        )

    def _made_by(self, operation: Operation, kinds: set[str]) -> frozenset[str]:
        if operation.method not in ("POST", "PUT"):
            return frozenset()
        found = {self.path_kinds[operation.id][name] for name in self.fresh(operation)}
        found |= {kind for kind, fresh in self._body_ids(operation) if fresh}
        if operation.method == "POST" and "201" in operation.responses and not found:
            told = {k for k in kinds_told(operation) if any(alike(k, known) for known in kinds)}
            said = [kind for kind, _ in self._body_ids(operation)]
            found |= {k for k in told if not any(alike(k, kind) for kind in said)}
        return frozenset(found)

    def _body_ids(self, operation: Operation) -> Iterator[tuple[str, bool]]:
        """The ids in a body's first level: their kinds, and whether they name what is new."""
        media = operation.body.media.get(JSON) if operation.body else None
        if media is None:
            return
        document = self.contract.document
        pending = [resolve(document, media.definition.get("schema", {}))]
        while pending:
            schema = pending.pop()
            if not isinstance(schema, dict):
                continue
            for key in ("allOf", "oneOf", "anyOf"):
                pending += [resolve(document, part) for part in schema.get(key, ())]
            for name, part in schema.get("properties", {}).items():
                kind = kind_of_field(name)
                if kind:
                    yield kind, bool(resolve(document, part).get("x-understudy-unique"))


def _is_json(body: Body) -> bool:
    return not body.media or any(media.is_json for media in body.media.values())
