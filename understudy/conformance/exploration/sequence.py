"""Sequences of API calls as plain data, that can be shortened and repeated.

They contain no ids, but references: to an id in an earlier response (`ServerId`), or to a name that
the client chooses (`ClientId`), which differs from run to run.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from understudy.http.json_codec import ABSENT


@dataclass(frozen=True, slots=True)
class ServerId:
    """The id number `index` of a resource type in the response to the call number `call`."""

    call: int
    type: str
    index: int


@dataclass(frozen=True, slots=True)
class ClientId:
    """A name that the client chooses; the same number is the same name throughout a run."""

    type: str
    number: int
    is_uuid: bool = False

    def text(self, run: str) -> str:
        """Return the name in a run: letters and digits, or a UUID."""
        if self.is_uuid:
            return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{run} {self.type} {self.number}"))
        return f"{self.type[-20:]}{self.number}{run}"


Reference = ServerId | ClientId


@dataclass(frozen=True, slots=True)
class Call:
    """A call of an operation; `body` is ABSENT if it has none."""

    operation: str
    path: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Any = ABSENT

    @property
    def references(self) -> list[Reference]:
        """The references in it, those of the path first."""
        return [*_references(self.path), *_references(self.query), *_references(self.body)]


def substitute(value: Any, resolve: Callable[[Reference], Any]) -> Any:
    """Return a part of a call, each reference replaced by what `resolve` returns."""
    if isinstance(value, Mapping):
        return {key: substitute(part, resolve) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [substitute(part, resolve) for part in value]
    return resolve(value) if isinstance(value, ServerId | ClientId) else value


def subsequence(sequence: Sequence[Call], wanted: Collection[int]) -> list[Call]:
    """Return the calls with these numbers, except those that refer to a call that is left out."""
    new_numbers: dict[int, int] = {}
    calls: list[Call] = []
    for number, call in enumerate(sequence):
        needed = {r.call for r in call.references if isinstance(r, ServerId)}
        if number in wanted and needed <= new_numbers.keys():
            new_numbers[number] = len(calls)
            calls.append(_renumbered(call, new_numbers))
    return calls


def dependencies(sequence: Sequence[Call], number: int) -> set[int]:
    """Return a call and all calls that it depends on.

    Those are the calls whose responses have its ids, and the first calls that use its names.
    """
    numbers, pending = set[int](), [number]
    while pending:
        current = pending.pop()
        if current not in numbers:
            numbers.add(current)
            for reference in sequence[current].references:
                if isinstance(reference, ServerId):
                    pending.append(reference.call)
                else:
                    pending.append(_first_use(sequence, reference))
    return numbers


def with_related(sequence: Sequence[Call], numbers: Collection[int]) -> set[int]:
    """Return these calls, and the others about any resource that they are about."""
    shared = {reference for number in numbers for reference in sequence[number].references}
    shared |= {
        reference
        for call in sequence
        for reference in call.references
        if isinstance(reference, ServerId) and reference.call in numbers
    }
    return {n for n, call in enumerate(sequence) if n in numbers or shared & set(call.references)}


def _first_use(sequence: Sequence[Call], reference: Reference) -> int:
    return next(number for number, call in enumerate(sequence) if reference in call.references)


def _renumbered(call: Call, new_numbers: Mapping[int, int]) -> Call:
    def moved(reference: Reference) -> Reference:
        if isinstance(reference, ServerId):
            return replace(reference, call=new_numbers[reference.call])
        return reference

    return Call(
        call.operation,
        substitute(call.path, moved),
        substitute(call.query, moved),
        substitute(call.body, moved),
    )


def _references(value: Any) -> Iterator[Reference]:
    if isinstance(value, ServerId | ClientId):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _references(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _references(part)
