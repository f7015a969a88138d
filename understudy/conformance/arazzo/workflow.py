"""Workflows, read from a document in the portable subset of Arazzo 1.0.1.

The subset: one OpenAPI source; workflows of steps that name operationIds; parameters, JSON bodies,
criteria of the types `simple` and `regex`, and outputs. Step ids are unique in the whole document,
and every workflow takes the input `run`, a text that no other run has. Anything else is refused
when the document is read, for runners disagree on what it means.

Three extensions, of which other runners know nothing: `x-understudy-basis` of a workflow says where
its rule comes from ("documented", "observed", or "decided" by us); `x-understudy-advance` of a step
is the time that passes before it (an ISO 8601 duration); `x-understudy-cleanup` of a workflow are
steps that remove what it made, whatever came of it. And `x-security` of a workflow is Redocly's: it
tells that runner what the key is, which ours is told otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec

from understudy.conformance.arazzo.expressions import Condition, readable, regex, simple
from understudy.errors import UsageError
from understudy.openapi.contract import Contract, Operation
from understudy.openapi.document import read_as_it_is

BASES = ("documented", "observed", "decided")

_ROOT = {"arazzo", "info", "sourceDescriptions", "workflows", "components"}
_WORKFLOW = {
    "workflowId",
    "summary",
    "description",
    "inputs",
    "steps",
    "x-security",
    "x-understudy-basis",
    "x-understudy-cleanup",
}
_STEP = {
    "stepId",
    "description",
    "operationId",
    "parameters",
    "requestBody",
    "successCriteria",
    "outputs",
    "x-understudy-advance",
}


@dataclass(frozen=True, slots=True)
class Criterion:
    """A condition and its text."""

    text: str
    condition: Condition


@dataclass(frozen=True, slots=True)
class Step:
    """One request, what must be true of its answer, and what later steps want to know of it."""

    id: str
    description: str
    operation: Operation
    parameters: tuple[tuple[str, str, Any], ...]
    payload: Any
    has_body: bool
    criteria: tuple[Criterion, ...]
    outputs: Mapping[str, str]
    advance: str | None


@dataclass(frozen=True, slots=True)
class Workflow:
    """One rule of an API: `summary` is what it guarantees, `description` where that is written,
    `basis` one of BASES."""

    id: str
    summary: str
    description: str
    basis: str
    steps: tuple[Step, ...]
    cleanup: tuple[Step, ...]

    @property
    def needs_time(self) -> bool:
        """Whether time must pass in it."""
        return any(step.advance for step in self.steps)

    @property
    def operations(self) -> list[str]:
        """The operations that it calls."""
        return list(dict.fromkeys(step.operation.id for step in self.steps))


def rules_of(contract: Contract, path: Path | None) -> list[Workflow]:
    """The rules beside a contract's document: NAME.arazzo.yaml; none where there is no such file.

    Raises UsageError where they cannot be read.
    """
    beside = rules_beside(path)
    return [] if beside is None else workflows(beside, contract)


def rules_beside(path: Path | None) -> Path | None:
    """The file of rules that lies beside the document at `path`, if there is one."""
    beside = None if path is None else path.with_name(f"{path.stem}.arazzo.yaml")
    return beside if beside is not None and beside.is_file() else None


def workflows(path: Path, contract: Contract) -> list[Workflow]:
    """The workflows of a document about this contract. Raises UsageError."""
    document = read_as_it_is(path)
    try:
        _only(document, _ROOT, str(path))
        if document.get("arazzo") not in ("1.0.0", "1.0.1"):
            raise UsageError(f"{path} is not Arazzo 1.0")
        operations = {operation.id: operation for operation in contract.operations}
        found = [_workflow(told, operations) for told in document["workflows"]]
    except (KeyError, TypeError, AttributeError, msgspec.ValidationError) as error:
        raise UsageError(f"{path} is not a well-formed Arazzo document ({error!r})") from None
    except RecursionError:
        raise UsageError(f"{path} has a condition that is nested too deeply") from None
    except UsageError as error:
        raise UsageError(f"{path}: {error}") from None
    _refuse_twins(path, found)
    return found


def _workflow(told: dict[str, Any], operations: Mapping[str, Operation]) -> Workflow:
    name = _text(told["workflowId"])
    _only(told, _WORKFLOW, name)
    if "run" not in told.get("inputs", {}).get("properties", {}):
        raise UsageError(f"the workflow {name} lacks the input `run`")
    basis = told.get("x-understudy-basis")
    if basis not in BASES:
        raise UsageError(f"the workflow {name} needs x-understudy-basis: one of {', '.join(BASES)}")
    if not told["steps"]:
        raise UsageError(f"the workflow {name} has no steps")
    return Workflow(
        id=name,
        summary=_text(told["summary"]),
        description=_text(told.get("description", "")),
        basis=basis,
        steps=tuple(_step(step, operations) for step in told["steps"]),
        cleanup=tuple(_step(step, operations) for step in told.get("x-understudy-cleanup", ())),
    )


def _step(told: dict[str, Any], operations: Mapping[str, Operation]) -> Step:
    name = _text(told["stepId"])
    _only(told, _STEP, name)
    operation = operations.get(told["operationId"])
    if operation is None:
        raise UsageError(f"the step {name} calls {told['operationId']}, which the API has not")
    body = told.get("requestBody")
    if body is not None:
        _only(body, {"contentType", "payload"}, f"the body of {name}")
    return Step(
        id=name,
        description=_text(told.get("description", "")),
        operation=operation,
        parameters=tuple(map(_parameter, told.get("parameters", ()))),
        payload=None if body is None else body["payload"],
        has_body=body is not None,
        criteria=tuple(_criteria(name, told.get("successCriteria", ()))),
        outputs={n: readable(_text(e)) for n, e in told.get("outputs", {}).items()},
        advance=_duration(told.get("x-understudy-advance")),
    )


def _parameter(told: dict[str, Any]) -> tuple[str, str, Any]:
    if told["in"] not in ("path", "query", "header"):
        raise UsageError(f"a parameter is in {told['in']}; use path, query or header")
    return told["in"], _text(told["name"]), told["value"]


def _duration(told: str | None) -> str | None:
    if told is not None:
        msgspec.convert(told, timedelta)
    return told


def _text(told: Any) -> str:
    if not isinstance(told, str):
        raise TypeError(f"{told!r} is no text")
    return told


def _criteria(step: str, told: Any) -> Iterator[Criterion]:
    for one in told:
        _only(one, {"condition", "type", "context"}, f"a criterion of {step}")
        kind, text = one.get("type", "simple"), one["condition"]
        if kind == "simple":
            yield Criterion(text, simple(text))
        elif kind == "regex":
            yield Criterion(f"{one['context']} matches {text}", regex(_text(one["context"]), text))
        else:
            raise UsageError(f"a criterion of {step} is of the type {kind}; use simple or regex")


def _only(told: Mapping[str, Any], known: set[str], where: str) -> None:
    """Refuse what the subset does not have."""
    for name in told:
        if name not in known:
            raise UsageError(f"{where} says {name}, which is not in the portable subset of Arazzo")


def _refuse_twins(path: Path, found: list[Workflow]) -> None:
    seen: set[str] = set()
    for workflow in found:
        for name in (workflow.id, *(s.id for s in (*workflow.steps, *workflow.cleanup))):
            if name in seen:
                raise UsageError(f"{path}: the id {name} is used twice")
            seen.add(name)
