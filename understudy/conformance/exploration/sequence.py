"""Sequences of requests as plain data, that can be shortened and played again and again.

An id in them is no text but what it stands for: one that an earlier step was answered (`Made`), or
one that the client chooses (`Named`), which is another in each run.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from understudy.http.json_codec import ABSENT


@dataclass(frozen=True, slots=True)
class Made:
    """The id number `number` of a kind in the answer to the step number `step`."""

    step: int
    kind: str
    number: int


@dataclass(frozen=True, slots=True)
class Named:
    """A name that the client gives; the same number is the same name throughout a run."""

    kind: str
    number: int
    is_uuid: bool = False

    def text(self, run: str) -> str:
        """The name in a run: letters and digits, or a UUID."""
        if self.is_uuid:
            return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{run} {self.kind} {self.number}"))
        return f"{self.kind[-20:]}{self.number}{run}"


Reference = Made | Named


@dataclass(frozen=True, slots=True)
class Step:
    """A request for an operation; `body` is ABSENT where it has none."""

    operation: str
    path: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Any = ABSENT

    @property
    def references(self) -> list[Reference]:
        """The ids that it is about, those of its path first."""
        return [*_references(self.path), *_references(self.query), *_references(self.body)]


def filled(value: Any, resolve: Callable[[Reference], Any]) -> Any:
    """A part of a step, with what `resolve` gives in the place of each reference."""
    if isinstance(value, Mapping):
        return {key: filled(part, resolve) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [filled(part, resolve) for part in value]
    return resolve(value) if isinstance(value, Made | Named) else value


def kept(sequence: Sequence[Step], wanted: Collection[int]) -> list[Step]:
    """The wanted steps, without those that refer to a step that is gone; all numbers made right."""
    numbers: dict[int, int] = {}
    found: list[Step] = []
    for number, step in enumerate(sequence):
        needed = {made.step for made in step.references if isinstance(made, Made)}
        if number in wanted and needed <= numbers.keys():
            numbers[number] = len(found)
            found.append(_renumbered(step, numbers))
    return found


def closure(sequence: Sequence[Step], number: int) -> set[int]:
    """A step, and all that made what it refers to: by an answer, or by being the first that used
    a name."""
    wanted, pending = set[int](), [number]
    while pending:
        at = pending.pop()
        if at not in wanted:
            wanted.add(at)
            for reference in sequence[at].references:
                if isinstance(reference, Made):
                    pending.append(reference.step)
                else:
                    pending.append(_first(sequence, reference))
    return wanted


def related(sequence: Sequence[Step], wanted: Collection[int]) -> set[int]:
    """These steps, and the others about anything that they are about."""
    about = {reference for number in wanted for reference in sequence[number].references}
    about |= {
        reference
        for step in sequence
        for reference in step.references
        if isinstance(reference, Made) and reference.step in wanted
    }
    return {n for n, step in enumerate(sequence) if n in wanted or about & set(step.references)}


def _first(sequence: Sequence[Step], reference: Reference) -> int:
    return next(n for n, step in enumerate(sequence) if reference in step.references)


def _renumbered(step: Step, numbers: Mapping[int, int]) -> Step:
    def moved(reference: Reference) -> Reference:
        if isinstance(reference, Made):
            return replace(reference, step=numbers[reference.step])
        return reference

    return Step(
        step.operation,
        filled(step.path, moved),
        filled(step.query, moved),
        filled(step.body, moved),
    )


def _references(value: Any) -> Iterator[Reference]:
    if isinstance(value, Made | Named):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _references(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _references(part)
