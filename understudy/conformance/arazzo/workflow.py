"""Workflows, read from a document in the portable subset of Arazzo 1.0.1.

The subset: one OpenAPI source; workflows of steps that name operationIds; parameters, JSON bodies,
criteria of the types `simple` and `regex`, and outputs. Step ids are unique in the whole document,
and every workflow takes the input `run`, a text that no other run has. Anything else is rejected
before the document is used, because runners disagree on its meaning (`problems`, `subset.json`).

Extensions, which other runners ignore: `x-understudy-basis` of a workflow says where its rule comes
from ("documented", "observed", or "decided" by us); `x-understudy-advance` of a step is the time
that passes before it (an ISO 8601 duration), `x-understudy-wait` a moment that is waited, so that
two times differ; `x-understudy-cleanup` of a workflow are steps that remove what it made, even if
it failed. A step with `x-understudy-premise: true` awaits what a server may do, but need not: where
its criteria do not hold, the rule is not judged. `x-understudy-alternatives` of a step are steps
without an id: the first of them whose operation a server has is performed if it lacks the step's,
such as to take an agent that exists, where none can be created; `[]` leaves the step out.
`x-security` of a workflow belongs to Redocly's runner: it says what the key is; our runner takes
the key as an option.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from understudy.conformance.arazzo.expressions import Condition, parse_expression, regex, simple
from understudy.conformance.arazzo.problems import RulesError, problems_of
from understudy.openapi.contract import Contract
from understudy.openapi.extensions import ADVANCE, ALTERNATIVES, BASIS, CLEANUP, PREMISE, WAIT
from understudy.openapi.loading.problem import DocumentProblem
from understudy.openapi.loading.retrieval import read_data
from understudy.openapi.loading.rules_files import rules_files
from understudy.openapi.operation import Operation

_OUTPUT = re.compile(r"\$steps\.[\w-]+\.outputs\.[\w-]+")


@dataclass(frozen=True, slots=True)
class Criterion:
    """A condition and its text."""

    text: str
    condition: Condition


@dataclass(frozen=True, slots=True)
class Step:
    """One request, the criteria of its response, and the outputs that later steps use.

    `alternatives` are performed where its operation is missing, the first that can be; None if
    nothing can take its place.
    """

    id: str
    description: str
    operation: Operation
    parameters: tuple[tuple[str, str, Any], ...]
    payload: Any
    has_body: bool
    criteria: tuple[Criterion, ...]
    outputs: Mapping[str, str]
    advance: str | None
    wait: str | None
    is_premise: bool
    alternatives: tuple[Step, ...] | None = None


@dataclass(frozen=True, slots=True)
class Workflow:
    """One rule of an API. `summary` is what it guarantees, `description` where that is written,
    `basis` "documented", "observed" or "decided". `used_outputs` are the expressions of the outputs
    that its steps use; those that only its cleanup uses may be missing."""

    id: str
    summary: str
    description: str
    basis: str
    steps: tuple[Step, ...]
    cleanup: tuple[Step, ...]
    used_outputs: frozenset[str]

    @property
    def needs_time(self) -> bool:
        """Return whether time must pass between its steps."""
        return any(step.advance for step in self.steps)

    @property
    def all_operations(self) -> Iterator[Operation]:
        """The operations of its steps and of their alternatives, and of its cleanup."""
        for step in (*self.steps, *self.cleanup):
            yield from (each.operation for each in (step, *(step.alternatives or ())))

    @property
    def operations(self) -> list[str]:
        """The ids of the operations that it calls, each once, in the order of their last calls."""
        return list(dict.fromkeys(step.operation.id for step in reversed(self.steps)))[::-1]

    @property
    def subjects(self) -> list[Operation]:
        """The operation that the rule is about: that of its last step, which the others prepare;
        and those that may take its place."""
        last = self.steps[-1]
        return [step.operation for step in (last, *(last.alternatives or ()))]


def rules_of(contract: Contract, path: Path | None) -> list[Workflow]:
    """Return the rules beside the document at `path`, those of all `rules_files`.

    Raises RulesError if they cannot be used, with everything that is wrong in them.
    """
    return _workflows(rules_files(path), contract)


def rules_problems(contract: Contract) -> list[DocumentProblem]:
    """Return what is wrong in the rules beside a contract's document."""
    return problems_of(rules_files(contract.path), contract)


def workflows(path: Path, contract: Contract) -> list[Workflow]:
    """Read the workflows of an Arazzo document about a contract. Raises RulesError."""
    return _workflows([path], contract)


def _workflows(paths: list[Path], contract: Contract) -> list[Workflow]:
    problems = problems_of(paths, contract)
    if problems:
        raise RulesError(problems)
    operations = {operation.id: operation for operation in contract.operations}
    documents = map(read_data, paths)
    return [_workflow(each, operations) for document in documents for each in document["workflows"]]


def _workflow(definition: dict[str, Any], operations: Mapping[str, Operation]) -> Workflow:
    return Workflow(
        id=definition["workflowId"],
        summary=definition["summary"],
        description=definition.get("description", ""),
        basis=definition[BASIS],
        steps=tuple(_step(step, operations) for step in definition["steps"]),
        cleanup=tuple(_step(step, operations) for step in definition.get(CLEANUP, ())),
        used_outputs=frozenset(_OUTPUT.findall(repr(definition["steps"]))),
    )


def _step(
    definition: dict[str, Any], operations: Mapping[str, Operation], step_id: str = ""
) -> Step:
    """Return a step; alternatives have the `step_id` of the one that they stand for."""
    body, name = definition.get("requestBody"), step_id or definition["stepId"]
    others = definition.get(ALTERNATIVES)
    return Step(
        id=name,
        description=definition.get("description", ""),
        operation=operations[definition["operationId"]],
        parameters=tuple(
            (p["in"], p["name"], p["value"]) for p in definition.get("parameters", ())
        ),
        payload=None if body is None else body["payload"],
        has_body=body is not None,
        criteria=tuple(_criteria(definition.get("successCriteria", ()))),
        outputs={n: parse_expression(e) for n, e in definition.get("outputs", {}).items()},
        advance=definition.get(ADVANCE),
        wait=definition.get(WAIT),
        is_premise=definition.get(PREMISE, False),
        alternatives=(
            None if others is None else tuple(_step(each, operations, name) for each in others)
        ),
    )


def _criteria(definitions: Any) -> Iterator[Criterion]:
    for definition in definitions:
        kind, text = definition.get("type", "simple"), definition["condition"]
        if kind == "simple":
            yield Criterion(text, simple(text))
        else:
            context = definition["context"]
            yield Criterion(f"{context} matches {text}", regex(context, text))
