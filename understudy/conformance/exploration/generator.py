"""Writes sequences by chance, from the contract alone, with a model at hand that tells which ids
there are by now. No request has more than one fault; few names meet often."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from random import Random
from typing import Any

from understudy.conformance.exploration.executor import Execution, Server
from understudy.conformance.exploration.operation_graph import OperationGraph
from understudy.conformance.exploration.request_generator import RequestGenerator
from understudy.conformance.exploration.resource_pool import ResourcePool
from understudy.conformance.exploration.resource_types import alike, is_uuid, kinds_told
from understudy.conformance.exploration.sequence import Named, Reference, Step
from understudy.http.json_codec import ABSENT
from understudy.openapi.contract import Operation

#: The number of a name that nothing has.
_NOBODY = 99
#: How far a step goes to make what it needs.
_DEEPEST = 3


class SequenceGenerator:
    """Writes the sequences of one seed. Each has a theme, an operation that it is mostly about, so
    that not too many sequences come to all of them."""

    def __init__(self, catalogue: OperationGraph, seed: int) -> None:
        self._catalogue = catalogue
        self._chance = Random(seed)
        self._deck: list[Operation] = []
        #: What had to be done to things of a kind before they were of use.
        self._helpers: dict[str, Operation] = {}
        #: How often each operation was called.
        self._used: Counter[str] = Counter()

    def sequence(self, model: Server, run: str, length: int) -> list[Step]:
        """A sequence of about `length` steps, which the model has taken in this order."""
        play = Execution(self._catalogue, model, run)
        for operation in self._catalogue.surveys:
            play.make(Step(operation.id))
        acquired = ResourcePool(self._catalogue, play)
        writing = _SequenceBuilder(
            self._catalogue, self._chance, play, acquired, self._theme(), self._helpers, self._used
        )
        return writing.of(length)

    def _theme(self) -> Operation | None:
        if not self._deck:
            self._deck = [o for o in self._catalogue.operations if o.method != "GET"]
            self._deck = self._deck or list(self._catalogue.operations)
            self._chance.shuffle(self._deck)
        return self._deck.pop() if self._deck else None


class _SequenceBuilder:
    """One sequence while it is written, and played on the model."""

    def __init__(
        self,
        catalogue: OperationGraph,
        chance: Random,
        play: Execution,
        acquired: ResourcePool,
        theme: Operation | None,
        helpers: dict[str, Operation],
        used: Counter[str],
    ) -> None:
        self._catalogue = catalogue
        self._chance = chance
        self._play = play
        self._acquired = acquired
        self._theme = theme
        self._about = catalogue.about(theme) if theme is not None else frozenset()
        self._helpers = helpers
        self._used = used
        self._bodies = RequestGenerator(catalogue.contract.document, chance)
        self._steps: list[Step] = []
        self._last: list[Reference] = []
        self._refused: set[tuple[str, int]] = set()
        #: Whether the last step may have ended what it was about.
        self._ended = False
        self._depth = 0
        self._length = 0

    def of(self, length: int) -> list[Step]:
        self._length = length
        for _ in range(4 * length):
            if len(self._steps) >= length or not self._catalogue.operations:
                break
            weights = [self._weight(o) for o in self._catalogue.operations]
            self._add(self._chance.choices(self._catalogue.operations, weights)[0])
        return self._steps

    def _weight(self, operation: Operation) -> float:
        """State changes, and reads of what was changed; about the theme before all, and rather what
        has not been tried so often."""
        kinds = list(self._catalogue.path_kinds[operation.id].values())
        makes = self._catalogue.makes[operation.id]
        told = kinds_told(operation)
        weight = 1 / (1 + self._used[operation.id])
        if operation is self._theme:
            weight = 4.0
        elif _meet((*kinds, *makes, *told), self._about):
            weight *= 5
        last = {reference.kind for reference in self._last}
        if operation.method == "GET":
            weight *= 4 if _meet((*kinds[-1:], *told), last) else 0.5
        elif self._ended and _meet(kinds[-1:], last):
            weight *= 4
        elif any(self._acquired.has_enough(kind) for kind in makes):
            weight *= 0.3
        return weight

    def _add(self, operation: Operation) -> None:
        """Add a step for an operation, after what it needs; nothing where that cannot be made."""
        if self._depth > _DEEPEST or len(self._steps) > 2 * self._length:
            return
        self._depth += 1
        try:
            self._prepare(operation)
            step = self._step(operation)
        finally:
            self._depth -= 1
        if step is None:
            return
        faulty = self._faulty(operation, step) if self._chance.random() < 0.2 else None
        if faulty is None:
            self._add_whole(operation, step)
        else:
            self._add_faulty(operation, faulty, step)

    def _add_whole(self, operation: Operation, step: Step) -> None:
        status = self._try(operation, step)
        if status >= 400 and not self._acquired.touched(step):
            refused = (operation.id, status)
            if refused in self._refused:  # which has been seen, and changed nothing
                self._forget(len(self._steps) - 1)
            self._refused.add(refused)
            self._mend(operation, step)

    def _add_faulty(self, operation: Operation, faulty: Step, step: Step) -> None:
        """Add a request with a fault, and then the same without it, if that succeeds: so it was
        the only one."""
        before = len(self._steps)
        if self._try(operation, faulty) >= 400 and not 0 < self._try(operation, step) < 400:
            self._forget(before)

    def _mend(self, operation: Operation, step: Step) -> None:
        """Perhaps what was refused is allowed once something was started."""
        kinds = list(self._catalogue.path_kinds[operation.id].values()) or [
            reference.kind for reference in step.references
        ]
        helpers = [h for kind in kinds[:1] for h in self._catalogue.activators(kind)]
        if helpers and not self._acquired.touched(step) and self._depth < _DEEPEST:
            helper = self._helpers.get(kinds[0]) or self._chance.choice(helpers)
            if 0 < self._try_helper(helper, step) < 400 and 0 < self._try(operation, step) < 400:
                self._helpers[kinds[0]] = helper

    def _prepare(self, operation: Operation) -> None:
        for kind in self._catalogue.path_kinds[operation.id].values():
            if not self._acquired.of(kind, least=1):
                providers = [o for o in self._catalogue.providers(kind) if o is not operation]
                if providers:
                    self._add(self._chance.choice([*providers[:1] * 3, *providers[1:2]]))
                    self._activate(kind)

    def _activate(self, kind: str) -> None:
        """Do to a new thing what has helped others of its kind."""
        helper = self._helpers.get(kind)
        if helper is not None and self._chance.random() < 0.8:
            self._add(helper)

    def _step(self, operation: Operation) -> Step | None:
        path: dict[str, Any] = {}
        fresh = self._catalogue.fresh(operation)
        for name, kind in self._catalogue.path_kinds[operation.id].items():
            if name in fresh and self._wants_new(kind):
                path[name] = self._acquired.new(kind)
                continue
            least = 1 if operation.method == "GET" or path else 2
            there = self._acquired.of(kind, least=least)
            if not there:
                return None
            path[name] = self._picked(there)
        body = self._bodies.body(operation, self._identify)
        if body is None:
            return None
        whole = self._catalogue.is_global(operation)
        query = self._bodies.query(operation, self._identify, whole=whole)
        return Step(operation.id, path, query, body)

    def _faulty(self, operation: Operation, step: Step) -> Step | None:
        """The step with one fault: a field that is missing, or an id that nothing has."""
        lacking = self._bodies.lacking(operation, step.body)
        if lacking is not ABSENT and self._chance.random() < 0.5:
            return replace(step, body=lacking)
        fresh = self._catalogue.fresh(operation)
        kinds = self._catalogue.path_kinds[operation.id]
        names = [name for name in kinds if name not in fresh]
        if not names:
            return None
        name = names[-1]
        form = is_uuid(self._play.resolve(step.path[name]))
        return replace(step, path={**step.path, name: Named(kinds[name], _NOBODY, form)})

    def _try(self, operation: Operation, step: Step) -> int:
        """Play a step on the model, and keep it; the status of its answer. That is 0 where it is
        not kept: it was refused for more than one reason, or cannot be judged."""
        number = self._play.length
        sent = self._play.make(step)
        status = 0 if sent is None else sent.status
        if status >= 500 or (status >= 400 and self._acquired.touched(step) > 1):
            status = 0
        if not status:
            self._play.forget(number)
            return 0
        self._steps.append(step)
        self._used[operation.id] += 1
        self._last = step.references or self._last
        if status < 400:
            self._ended = self._acquired.learn(operation, step, number)
        return status

    def _forget(self, length: int) -> None:
        """Leave out the steps from this number on, which were refused."""
        del self._steps[length:]
        self._play.forget(length)

    def _try_helper(self, helper: Operation, step: Step) -> int:
        name = next(iter(self._catalogue.path_kinds[helper.id]))
        return self._try(helper, Step(helper.id, {name: step.references[0]}))

    def _identify(self, kind: str, schema: Mapping[str, Any], needed: bool) -> Any:
        """The id for a field of a body or a query."""
        form = schema.get("format") == "uuid"
        creator = schema.get("x-understudy-references")
        if schema.get("x-understudy-unique") and self._wants_new(kind):
            return self._acquired.new(kind, form=form)
        if creator:
            made_by = self._catalogue.operation(creator)
            kinds = sorted(self._catalogue.makes[creator] or kinds_told(made_by))
            if not any(self._acquired.of(made) for made in kinds):
                self._add(made_by)
            there = [reference for made in kinds for reference in self._acquired.of(made)]
        else:
            there = self._acquired.of(kind)
        if there and (needed or self._chance.random() < 0.8):
            return self._picked(there)
        if needed or (form and self._chance.random() < 0.3):
            return Named(kind, self._chance.randint(1, 2), form)
        return ABSENT

    def _picked(self, there: list[Reference]) -> Reference:
        """One of the latest; rather what the last step was about, to see what came of it."""
        last = [reference for reference in there if reference in self._last]
        return self._chance.choice(last if last and self._chance.random() < 0.5 else there[-3:])

    def _wants_new(self, kind: str) -> bool:
        return self._chance.random() < (0.25 if self._acquired.has_enough(kind) else 0.9)


def _meet(some: Iterable[str], others: Iterable[str]) -> bool:
    """Whether kinds of the one are kinds of the other."""
    others = list(others)
    return any(alike(one, other) for one in some for other in others)
