"""Generates random sequences from the contract alone, with a model that tells which ids exist by
now. No request has more than one error, and names are few, so that requests share resources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from understudy.conformance.exploration.executor import CountingClient, Execution
from understudy.conformance.exploration.request_generator import RequestGenerator
from understudy.conformance.exploration.resource_pool import DERIVED, OWN, ResourcePool
from understudy.conformance.exploration.sequence import Call, ClientId, Reference
from understudy.http.json_codec import ABSENT
from understudy.openapi.extensions import REFERENCES, UNIQUE
from understudy.openapi.operation import Operation
from understudy.openapi.resources.operation_graph import OperationGraph
from understudy.openapi.resources.resource_types import (
    any_compatible,
    is_uuid,
    returned_types,
)

#: The number of a name that no resource has.
_UNUSED = 99
#: How deep calls may need other calls.
_MAX_DEPTH = 3


@dataclass
class _Memory:
    """What the sequences of one seed share: how often each operation was called, and which
    operation made a new resource of a type usable."""

    random: Random
    uses: Counter[str] = field(default_factory=Counter)
    activators: dict[str, Operation] = field(default_factory=dict)


class SequenceGenerator:
    """Generates the sequences of one seed.

    Each has a theme, an operation that it is mostly about, so that all operations get their share.
    """

    def __init__(self, graph: OperationGraph, seed: int) -> None:
        self._graph = graph
        self._memory = _Memory(Random(seed))
        self._themes: list[Operation] = []

    def sequence(self, model: CountingClient, run: str, length: int) -> list[Call]:
        """Return a sequence of about `length` calls, which the model accepts in this order."""
        execution = Execution(self._graph, model, run)
        for operation in self._graph.surveys:
            execution.perform(Call(operation.id))
        builder = _SequenceBuilder(self._graph, execution, self._theme(), self._memory)
        return builder.build(length)

    def _theme(self) -> Operation | None:
        if not self._themes:
            operations = self._graph.operations
            self._themes = [o for o in operations if o.method != "GET"] or list(operations)
            self._memory.random.shuffle(self._themes)
        return self._themes.pop() if self._themes else None


class _SequenceBuilder:
    """One sequence while it is generated, and executed on the model."""

    def __init__(
        self,
        graph: OperationGraph,
        execution: Execution,
        theme: Operation | None,
        memory: _Memory,
    ) -> None:
        self._graph = graph
        self._random = memory.random
        self._execution = execution
        self._pool = ResourcePool(graph, execution)
        self._theme = theme
        self._theme_types = sorted(graph.subject_types(theme)) if theme is not None else []
        self._memory = memory
        self._requests = RequestGenerator(graph.contract.document, memory.random)
        self._calls: list[Call] = []
        self._last: list[Reference] = []
        self._refused: set[tuple[str, int]] = set()
        #: Whether the last call may have ended what it was about.
        self._may_have_ended = False
        self._depth = 0
        self._length = 0

    def build(self, length: int) -> list[Call]:
        """Return the sequence."""
        self._length = length
        for _ in range(4 * length):
            if len(self._calls) >= length or not self._graph.operations:
                break
            weights = [self._weight(operation) for operation in self._graph.operations]
            self._add(self._random.choices(self._graph.operations, weights)[0])
        return self._calls

    def _weight(self, operation: Operation) -> float:
        """Return how likely an operation is: first those about the theme, then reads of what was
        changed, and those that were called less often."""
        types = list(self._graph.path_types[operation.id].values())
        created = sorted(self._graph.creates[operation.id])
        returned = sorted(returned_types(operation))
        weight = 1 / (1 + self._memory.uses[operation.id])
        if operation is self._theme:
            weight = 4.0
        elif any_compatible([*types, *created, *returned], self._theme_types):
            weight *= 5
        last = [reference.type for reference in self._last]
        if operation.method == "GET":
            weight *= 4 if any_compatible([*types[-1:], *returned], last) else 0.5
        elif self._may_have_ended and any_compatible(types[-1:], last):
            weight *= 4
        elif any(self._pool.has_enough(resource_type) for resource_type in created):
            weight *= 0.3
        return weight

    def _add(self, operation: Operation) -> None:
        """Add a call of an operation after the calls that it needs, if that is possible."""
        if self._depth > _MAX_DEPTH or len(self._calls) > 2 * self._length:
            return
        self._depth += 1
        try:
            self._prepare(operation)
            call = self._call(operation)
        finally:
            self._depth -= 1
        if call is None:
            return
        invalid = self._invalid(operation, call) if self._random.random() < 0.2 else None
        if invalid is None:
            self._add_valid(operation, call)
        else:
            self._add_invalid(operation, invalid, call)

    def _add_valid(self, operation: Operation, call: Call) -> None:
        status = self._try(operation, call)
        if status >= 400 and not self._pool.count_touched(call):
            refusal = (operation.id, status)
            if refusal in self._refused:  # it was seen before, and changed nothing
                self._truncate(len(self._calls) - 1)
            self._refused.add(refusal)
            self._activate_and_retry(operation, call)

    def _add_invalid(self, operation: Operation, invalid: Call, call: Call) -> None:
        """Add a call with an error, and then the same without it, if that succeeds: so it was the
        only error."""
        length = len(self._calls)
        if self._try(operation, invalid) >= 400 and not 0 < self._try(operation, call) < 400:
            self._truncate(length)

    def _activate_and_retry(self, operation: Operation, call: Call) -> None:
        """Try whether what was refused is allowed once a resource is started."""
        types = list(self._graph.path_types[operation.id].values())
        types = types or [reference.type for reference in call.references]
        activators = [o for t in types[:1] for o in self._graph.activators(t)]
        if activators and not self._pool.count_touched(call) and self._depth < _MAX_DEPTH:
            activator = self._memory.activators.get(types[0]) or self._random.choice(activators)
            is_activated = 0 < self._try_activator(activator, call) < 400
            if is_activated and 0 < self._try(operation, call) < 400:
                self._memory.activators[types[0]] = activator

    def _prepare(self, operation: Operation) -> None:
        """Create the resources that the path of an operation needs."""
        for resource_type in self._graph.path_types[operation.id].values():
            if not self._pool.find(resource_type, ownership=DERIVED):
                providers = self._graph.providers(resource_type)
                providers = [o for o in providers if o is not operation]
                if providers:
                    self._add(self._random.choice([*providers[:1] * 3, *providers[1:2]]))
                    self._activate(resource_type)

    def _activate(self, resource_type: str) -> None:
        """Do to a new resource what made others of its type usable."""
        activator = self._memory.activators.get(resource_type)
        if activator is not None and self._random.random() < 0.8:
            self._add(activator)

    def _call(self, operation: Operation) -> Call | None:
        path: dict[str, Any] = {}
        chosen = self._graph.chosen_by_client(operation)
        for name, resource_type in self._graph.path_types[operation.id].items():
            if name in chosen and self._wants_new(resource_type):
                path[name] = self._pool.new_name(resource_type)
                continue
            ownership = DERIVED if operation.method == "GET" or path else OWN
            references = self._pool.find(resource_type, ownership=ownership)
            if not references:
                return None
            path[name] = self._pick(references)
        body = self._requests.body(operation, self._choose_id)
        if body is None:
            return None
        is_global = self._graph.is_global(operation)
        query = self._requests.query(operation, self._choose_id, only_required=is_global)
        return Call(operation.id, path, query, body)

    def _invalid(self, operation: Operation, call: Call) -> Call | None:
        """Return the call with one error: without a required field, or with an unknown id."""
        body = self._requests.without_required_field(operation, call.body)
        if body is not ABSENT and self._random.random() < 0.5:
            return replace(call, body=body)
        chosen = self._graph.chosen_by_client(operation)
        types = self._graph.path_types[operation.id]
        names = [name for name in types if name not in chosen]
        if not names:
            return None
        name = names[-1]
        has_uuid = is_uuid(self._execution.resolve(call.path[name]))
        return replace(call, path={**call.path, name: ClientId(types[name], _UNUSED, has_uuid)})

    def _try(self, operation: Operation, call: Call) -> int:
        """Make a call on the model, and add it to the sequence; return the status.

        The status is 0 if the call is not added: it failed, or was refused for several reasons.
        """
        number = self._execution.length
        exchange = self._execution.perform(call)
        status = 0 if exchange is None else exchange.response.status
        if status >= 500 or (status >= 400 and self._pool.count_touched(call) > 1):
            status = 0
        if not status:
            self._execution.truncate(number)
            return 0
        self._calls.append(call)
        self._memory.uses[operation.id] += 1
        self._last = call.references or self._last
        if status < 400:
            self._may_have_ended = self._pool.learn(operation, call, number)
        return status

    def _truncate(self, length: int) -> None:
        """Remove the calls from this number on, which were refused."""
        del self._calls[length:]
        self._execution.truncate(length)

    def _try_activator(self, activator: Operation, call: Call) -> int:
        name = next(iter(self._graph.path_types[activator.id]))
        return self._try(activator, Call(activator.id, {name: call.references[0]}))

    def _choose_id(self, resource_type: str, schema: Mapping[str, Any], required: bool) -> Any:
        """Return the id for a field of a body or a query; ABSENT for none."""
        is_uuid_field = schema.get("format") == "uuid"
        if schema.get(UNIQUE) and self._wants_new(resource_type):
            return self._pool.new_name(resource_type, is_uuid=is_uuid_field)
        references = self._references_for(resource_type, schema.get(REFERENCES))
        if references and (required or self._random.random() < 0.8):
            return self._pick(references)
        if required or (is_uuid_field and self._random.random() < 0.3):
            return ClientId(resource_type, self._random.randint(1, 2), is_uuid_field)
        return ABSENT

    def _references_for(self, resource_type: str, creator: Any) -> list[Reference]:
        """Return known ids of a type, or of what an operation creates; it is called if needed."""
        if not isinstance(creator, str):
            return self._pool.find(resource_type)
        operation = self._graph.operation(creator)
        types = sorted(self._graph.creates[creator] or returned_types(operation))
        if not any(self._pool.find(created) for created in types):
            self._add(operation)
        return [reference for created in types for reference in self._pool.find(created)]

    def _pick(self, references: Sequence[Reference]) -> Reference:
        """Return one of the latest, often one of the last call, to see the effects of that."""
        last = [reference for reference in references if reference in self._last]
        prefers_last = bool(last) and self._random.random() < 0.5
        return self._random.choice(last if prefers_last else references[-3:])

    def _wants_new(self, resource_type: str) -> bool:
        return self._random.random() < (0.25 if self._pool.has_enough(resource_type) else 0.9)
