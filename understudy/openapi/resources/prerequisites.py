"""The calls that make what a call needs: the records that it names, and those that these need.

They are known from the document alone: from `x-understudy-references` and `x-understudy-needs`, the
links of OpenAPI, and the shape of the paths (`POST /sessions` makes what `/sessions/{sessionId}`
names).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from understudy.openapi.contract import Contract
from understudy.openapi.extensions import NEEDS, REFERENCES, SEEDED, UNIQUE
from understudy.openapi.operation import Operation
from understudy.openapi.resources.call import (
    Arguments,
    Call,
    TakenValue,
    example_arguments,
    pointer_of,
    value_at,
)
from understudy.openapi.resources.creators import Creator, Creators, Reference
from understudy.openapi.resources.id_places import ids_in_body
from understudy.openapi.resources.resource_types import (
    compatible,
    type_of_field,
    type_of_path_parameter,
    words_for,
)

#: The most calls before one, whatever a document says.
MOST_CALLS = 20
#: The most ids in a body that are looked at: the body may be a client's, of any size.
_MOST_IDS = 100

#: The ids that a call is about, by the types of their resources.
_Ids = Mapping[str, Any]


class Prerequisites:
    """Plans calls of the operations of one contract; what it learns of the contract is kept."""

    def __init__(self, contract: Contract) -> None:
        self._creators = Creators(contract)

    def calls(self, operation: Operation, arguments: Arguments | None = None) -> list[Call]:
        """Return the calls that make what a call needs, in their order, and the call itself at the
        end. Without arguments it is the example of the document."""
        plan = _Plan(self._creators)
        plan.add(operation, arguments or example_arguments(operation), frozenset())
        return plan.calls


class _Plan:
    """The calls so far. What is made once is used wherever the same id is meant."""

    def __init__(self, creators: Creators) -> None:
        self._creators = creators
        self.calls: list[Call] = []
        #: The number of the call that makes a resource, by its operation and the id that is meant.
        self._made: dict[tuple[str, str], int] = {}

    def add(
        self,
        operation: Operation,
        arguments: Arguments,
        underway: frozenset[str],
        makes: str = "",
    ) -> int:
        """Add a call after those that make what it needs, unless there is the same call; return its
        number. Those of operations that are `underway` are not added again."""
        for at, call in enumerate(self.calls):
            if call.operation is operation and call.arguments == arguments:
                return at
        underway |= {operation.id}
        references = list(_references(operation, arguments))
        ids = {reference.resource_type: value for reference, value in references}
        taken = self._add_needed(operation, ids, underway)
        for reference, value, creator in self._wanted(operation, references):
            number = self._make(creator, reference, value, ids, underway)
            if number is not None and creator.pointers:
                place = (reference.part, reference.name)
                taken.append(TakenValue(*place, number, creator.pointers))
        self.calls.append(Call(operation, arguments, tuple(taken), makes))
        return len(self.calls) - 1

    def _wanted(
        self, operation: Operation, references: Sequence[tuple[Reference, Any]]
    ) -> list[tuple[Reference, Any, Creator]]:
        """Return the references to what has to be made, with their creators; what a list has comes
        last."""
        wanted = [
            (reference, value, creator)
            for reference, value in references
            if not self._creators.is_seeded(reference, value)
            and (creator := self._creators.creator(operation, reference)) is not None
        ]
        return sorted(wanted, key=lambda each: each[2].operation.method == "GET")

    def _make(
        self,
        creator: Creator,
        reference: Reference,
        value: Any,
        ids: _Ids,
        underway: frozenset[str],
    ) -> int | None:
        """Add the call that makes a resource, unless there is one; return its number."""
        key = (creator.operation.id, str(value))
        if key in self._made:
            return self._made[key]
        if creator.operation.id in underway or len(self.calls) + len(underway) > MOST_CALLS:
            return None
        arguments = _about(
            creator.operation,
            example_arguments(creator.operation),
            {t: v for t, v in ids.items() if t != reference.resource_type},
        )
        if creator.chosen is not None:
            arguments = arguments.with_value(*creator.chosen, value)
        makes = reference.noun if creator.chosen is None else f"{reference.noun} {value}"
        self._made[key] = self.add(creator.operation, arguments, underway, makes)
        return self._made[key]

    def _add_needed(
        self, operation: Operation, ids: _Ids, underway: frozenset[str]
    ) -> list[TakenValue]:
        """Add the calls that the document says must come first; return what their responses give
        the parameters of the operation."""
        taken: list[TakenValue] = []
        needs = operation.definition.get(NEEDS)
        for need in needs if isinstance(needs, list) else ():
            own = need if isinstance(need, dict) else {"operation": need}
            needed = self._creators.operation(own.get("operation"))
            is_full = len(self.calls) + len(underway) > MOST_CALLS
            if needed is None or needed.id in underway or is_full:
                continue
            arguments = example_arguments(needed)
            if "body" in own:
                arguments = replace(arguments, body=own["body"])
            number = self.add(needed, _about(needed, arguments, ids), underway)
            taken += _taken(operation, own.get("parameters"), number)
        return taken


def _references(operation: Operation, arguments: Arguments) -> Iterator[tuple[Reference, Any]]:
    """Yield the ids in a request that are those of other resources, with their values."""
    for parameter in operation.parameters:
        values = arguments.parameters(parameter.where)
        if parameter.name not in values or parameter.schema.get(UNIQUE):
            continue
        own = {REFERENCES, SEEDED} & parameter.definition.keys()
        named = parameter.definition if own else parameter.schema
        if parameter.where == "path":
            resource_type: str | None = type_of_path_parameter(operation, parameter.name)
        else:
            resource_type = type_of_field(parameter.name)
        if resource_type is None and REFERENCES in named:
            resource_type = parameter.name.lower()
        if resource_type is not None:
            above = operation.path.partition("/{" + parameter.name + "}")[0].rpartition("/")[2]
            words = words_for(parameter.name, above if parameter.where == "path" else "")
            reference = Reference(parameter.where, parameter.name, resource_type, named, words)
            yield reference, values[parameter.name]
    if arguments.media is not None:
        ids = ids_in_body(operation, arguments.media, arguments.body)
        for at, resource_type, schema in islice(ids, _MOST_IDS):
            *_, above, name = ["", *(step for step in at.split("/") if not step.isdigit())]
            reference = Reference("body", at, resource_type, schema, words_for(name, above))
            yield reference, value_at(arguments.body, at)


def _taken(operation: Operation, parameters: Any, number: int) -> Iterator[TakenValue]:
    """Yield what the response to a call gives the parameters of an operation."""
    expressions = parameters if isinstance(parameters, dict) else {}
    for parameter in operation.parameters:
        pointer = pointer_of(expressions.get(parameter.name))
        if pointer is not None:
            yield TakenValue(parameter.where, parameter.name, number, (pointer,))


def _about(operation: Operation, arguments: Arguments, ids: _Ids) -> Arguments:
    """Return the arguments of an operation with the ids of these resources in them."""
    for reference, value in list(_references(operation, arguments)):
        new = _id_of(reference.resource_type, ids)
        if new is not None and isinstance(new, type(value)):
            arguments = arguments.with_value(reference.part, reference.name, new)
    return arguments


def _id_of(resource_type: str, ids: _Ids) -> Any:
    if resource_type in ids:
        return ids[resource_type]
    return next((v for t, v in ids.items() if compatible(t, resource_type)), None)
