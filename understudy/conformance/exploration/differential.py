"""A sequence on trial: played on the target and on all models at once, as far as they agree."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import NamedTuple

import httpx

from understudy.conformance.arazzo.runner import Sent
from understudy.conformance.exploration.comparison import Correspondence, Difference
from understudy.conformance.exploration.executor import Execution, Server, answer_of
from understudy.conformance.exploration.operation_graph import OperationGraph
from understudy.conformance.exploration.sequence import Step
from understudy.http.json_codec import ABSENT


class Model(NamedTuple):
    """A stand-in that knows the API: one of its personas. `transport` leads to it, with a world of
    its own under each path `/_ns/NAME`; `drop` forgets such a world, `wait` lets time pass in it.
    """

    name: str
    transport: httpx.BaseTransport
    drop: Callable[[str], object]
    wait: Callable[[str], object]


#: The status of a server that wants to be left alone: it judges nothing.
_TOO_MANY = 429

#: What tells one difference from others: the operation, the place, and what kind of values differ.
Signature = tuple[str, str, str]


@dataclass(frozen=True)
class Observation:
    """A step at which no model answers as the target does: the differences from the `model` that
    comes closest, and both answers."""

    number: int
    step: Step
    model: str
    ours: Sent
    theirs: Sent
    differences: tuple[Difference, ...]

    @property
    def signatures(self) -> frozenset[Signature]:
        """What is different here."""
        return frozenset((self.step.operation, one.place, _manner(one)) for one in self.differences)

    @property
    def parts_ways(self) -> bool:
        """Whether the one did what the other refused: from here on they hold different things."""
        return (self.ours.status < 400) is not (0 < self.theirs.status < 400)


class DifferentialRunner:
    """Tries sequences, each in a run of its own, and leaves the target tidy."""

    def __init__(
        self,
        catalogue: OperationGraph,
        target: Server,
        models: Sequence[Model],
        headers: Mapping[str, str],
        run: str,
    ) -> None:
        self._catalogue = catalogue
        self._models = models
        self._headers = headers
        self._run = run
        self._numbers = count()
        self._clients = {model.name: httpx.Client(transport=model.transport) for model in models}
        self.target = target
        #: The exchanges with the target of the last trial.
        self.exchanges: list[Sent] = []
        #: How many things could not be removed, by the operation that made them.
        self.left: dict[str, int] = {}
        #: The ids that the target has told of.
        self._told: set[str] = set()

    def world(self, model: Model, name: str) -> Server:
        """A world of a model that has the API to itself."""
        base = f"http://model/_ns/{name}{self._catalogue.contract.base_path}"
        return Server(base, self._headers, self._clients[model.name])

    def survey(self) -> None:
        """Learn what the target has before anything is made there."""
        play = Execution(self._catalogue, self.target, self._run)
        for operation in self._catalogue.surveys:
            play.make(Step(operation.id))
        self._note(play)

    def try_(self, sequence: Sequence[Step]) -> Iterator[Observation]:
        """The steps at which the target differs, as they come; it ends where what follows would
        say nothing. The target is tidied up even if the caller stops before."""
        run = f"{self._run}{next(self._numbers)}"
        play = Execution(self._catalogue, self.target, run)
        witnesses = [
            _ReferenceModel(self, self._catalogue, model, run, self._told) for model in self._models
        ]
        try:
            for number, step in enumerate(sequence):
                theirs = play.make(step)
                if theirs is None or self.target.over or theirs.status == _TOO_MANY:
                    return
                seen = [one for w in witnesses if (one := w.saw(number, step, play, theirs))]
                nearest = min(seen, key=_distance, default=None)
                if nearest is None:
                    return
                if nearest.differences:
                    yield nearest
                witnesses = [w for w in witnesses if w.goes_on]
                if not witnesses:
                    return
        finally:
            self.exchanges = [sent for sent in play.exchanges if sent is not None]
            self._tidy(sequence, play)
            self._note(play)
            for model in self._models:
                for world in "ab":
                    model.drop(f"{run}{world}")

    def close(self) -> None:
        """Let go of the models."""
        for client in self._clients.values():
            client.close()

    def _note(self, play: Execution) -> None:
        for number in range(play.length):
            self._told.update(text for texts in play.ids(number).values() for text in texts)

    def _tidy(self, sequence: Sequence[Step], play: Execution) -> None:
        """Delete what the play made, the last first."""
        for number in reversed(range(play.length)):
            sent = play.exchanges[number]
            if sent is None or not 200 <= sent.status < 300:
                continue
            for kind, text in dict.fromkeys(self._made(sequence[number], number, play)):
                self._remove(sequence[number].operation, kind, text)

    def _made(self, step: Step, number: int, play: Execution) -> Iterator[tuple[str, str]]:
        for kind in sorted(self._catalogue.makes[step.operation]):
            named = [reference for reference in step.references if reference.kind == kind]
            if named:
                yield kind, play.resolve(named[0])
            else:
                yield from ((kind, text) for text in play.ids(number).get(kind, ())[:1])

    def _remove(self, maker: str, kind: str, text: str) -> None:
        remover = self._catalogue.remover(kind)
        status = 0
        if remover is not None:
            name = remover.path.rpartition("{")[2].rstrip("}")
            path = remover.path.replace("{" + name + "}", text)
            status = self.target.ask(remover.id, "DELETE", path, {}, ABSENT).status
        nested = bool(self._catalogue.path_kinds[maker]) and remover is None
        if not nested and not 200 <= status < 300 and status not in (404, 410):
            self.left[maker] = self.left.get(maker, 0) + 1


class _ReferenceModel:
    """A model in two worlds that know nothing of each other, in one of which time goes faster:
    where those differ, the contract does not say what must be."""

    def __init__(
        self,
        court: DifferentialRunner,
        catalogue: OperationGraph,
        model: Model,
        run: str,
        told: AbstractSet[str],
    ) -> None:
        document = catalogue.contract.document
        self._catalogue = catalogue
        self._name = model.name
        self._plays = [Execution(catalogue, court.world(model, run + world), run) for world in "ab"]
        self._later = partial(model.wait, f"{run}b")
        self._likeness = Correspondence(document, run, told)
        self._chance = Correspondence(document, run)
        #: Whether it has seen all that the target did, and so can tell what comes next.
        self.goes_on = True

    def saw(self, number: int, step: Step, play: Execution, theirs: Sent) -> Observation | None:
        """How the target differs from the model at this step; None where the model cannot tell."""
        self._later()
        ours, again = (one.make(step) for one in self._plays)
        if ours is None or again is None:
            self.goes_on = False
            return None
        self._likeness.send(self._plays[0].said, play.said)
        self._chance.send(self._plays[0].said, self._plays[1].said)
        free = {one.place for one in self._compared(self._chance, step, ours, again)}
        found = self._compared(self._likeness, step, ours, theirs)
        differences = tuple(one for one in found if one.place not in free)
        seen = Observation(number, step, self._name, ours, theirs, differences)
        self.goes_on = not seen.parts_ways
        return seen

    def _compared(
        self, likeness: Correspondence, step: Step, ours: Sent, theirs: Sent
    ) -> list[Difference]:
        if ours.status != theirs.status:
            return [Difference("status", ours.status, theirs.status)]
        operation = self._catalogue.operation(step.operation)
        answers = answer_of(ours), answer_of(theirs)
        whole = self._catalogue.is_global(operation)
        return likeness.differences(operation, ours.status, *answers, whole=whole)


def _distance(observation: Observation) -> tuple[bool, int]:
    status = any(one.pointer == "status" for one in observation.differences)
    return status, len(observation.differences)


def _manner(difference: Difference) -> str:
    if difference.pointer == "status":
        return f"{difference.model} not {difference.target}"
    if difference.target is ABSENT:
        return "lacks"
    return "has" if difference.model is ABSENT else "differs"
