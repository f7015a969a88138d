"""The ids that a sequence has come by while it is written."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from understudy.conformance.exploration.executor import Execution
from understudy.conformance.exploration.operation_graph import OperationGraph
from understudy.conformance.exploration.resource_types import alike
from understudy.conformance.exploration.sequence import Made, Named, Reference, Step
from understudy.http.json_codec import ABSENT
from understudy.openapi.contract import Operation

#: Things of one kind that a sequence makes, before it rather uses what it has.
_FEW = 2


@dataclass(slots=True)
class _Known:
    """An id. `own` is 2 if the sequence made it, and so may change it; 1 if it was read of what the
    sequence made; 0 if it was there. `touched`: something was done that may have ended it."""

    kind: str
    reference: Reference
    own: int
    touched: bool = False


class ResourcePool:
    """What is known after a play of the steps that survey what is there from the start."""

    def __init__(self, catalogue: OperationGraph, play: Execution) -> None:
        self._catalogue = catalogue
        self._play = play
        self._known: list[_Known] = []
        self._names = 0
        surveyed = [play.ids(number) for number in range(play.length)]
        #: The ids that were there before the sequence.
        self._before = {text for ids in surveyed for texts in ids.values() for text in texts}
        self._seen: set[tuple[str, str]] = set()
        play.forget(0)

    def of(self, kind: str, *, least: int = 0) -> list[Reference]:
        """The ids that can stand for one of this kind, and are at least so much its own."""
        own = [known for known in self._known if known.own >= least]
        exact = [known.reference for known in own if known.kind == kind]
        return exact or [known.reference for known in own if alike(known.kind, kind)]

    def has_enough(self, kind: str) -> bool:
        """Whether there is no need of more of this kind."""
        return len(self.of(kind, least=2)) >= _FEW

    def new(self, kind: str, *, form: bool = False) -> Named:
        """A name that nothing has yet, in the form of a UUID if that is wanted."""
        self._names += 1
        return Named(kind, 10 + self._names, form)

    def touched(self, step: Step) -> int:
        """How many things of a step may have been ended."""
        references = set(step.references)
        return sum(known.touched for known in self._known if known.reference in references)

    def learn(self, operation: Operation, step: Step, number: int) -> bool:
        """Take in what a step was answered that succeeded; whether it may have ended something."""
        writes = operation.method != "GET"
        if writes:
            self._learn_names(step, self._catalogue.makes[operation.id])
        scoped = not self._catalogue.is_global(operation)
        for kind, texts in self._play.ids(number).items():
            for place, text in enumerate(texts):
                if (kind, text) not in self._seen:
                    self._seen.add((kind, text))
                    own = 0 if text in self._before else 2 if writes else 1 if scoped else 0
                    self._known.append(_Known(kind, Made(number, kind, place), own))
        ends = writes and not _says_more_than_ids(step.body)
        if ends:
            self._touch(step)
        return ends

    def _learn_names(self, step: Step, makes: Collection[str]) -> None:
        for reference in step.references:
            if isinstance(reference, Named):
                text = (reference.kind, self._play.resolve(reference))
                if text not in self._seen:
                    self._seen.add(text)
                    own = 2 if reference.kind in makes else 0
                    self._known.append(_Known(reference.kind, reference, own))

    def _touch(self, step: Step) -> None:
        """Deleted, or ended: what a request without further words is about."""
        about = set(step.references[-1:] if step.body is ABSENT else step.references)
        for known in self._known:
            if known.reference in about:
                known.touched = True


def _says_more_than_ids(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_says_more_than_ids(part) for part in value.values())
    if isinstance(value, list):
        return any(_says_more_than_ids(part) for part in value)
    return value is not ABSENT and not isinstance(value, Made | Named)
