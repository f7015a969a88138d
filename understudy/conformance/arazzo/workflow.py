"""Workflows, read from a document in the portable subset of Arazzo 1.0.1.

The subset: one OpenAPI source; workflows of steps that name operationIds; parameters, JSON bodies,
criteria of the types `simple` and `regex`, and outputs. Step ids are unique in the whole document,
and every workflow takes the input `run`, a text that no other run has. Anything else is rejected
when the document is read, because runners disagree on its meaning.

Three extensions, which other runners ignore: `x-understudy-basis` of a workflow says where its rule
comes from ("documented", "observed", or "decided" by us); `x-understudy-advance` of a step is the
time that passes before it (an ISO 8601 duration); `x-understudy-cleanup` of a workflow are steps
that remove what it made, even if it failed. `x-security` of a workflow belongs to Redocly's runner:
it says what the key is; our runner takes the key as an option.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec

from understudy.conformance.arazzo.expressions import Condition, parse_expression, regex, simple
from understudy.errors import UsageError
from understudy.openapi.contract import Contract
from understudy.openapi.extensions import ADVANCE, BASIS, CLEANUP
from understudy.openapi.loading.retrieval import read_data
from understudy.openapi.operation import Operation

BASES = ("documented", "observed", "decided")

_ROOT = {"arazzo", "info", "sourceDescriptions", "workflows", "components"}
_WORKFLOW = {
    "workflowId",
    "summary",
    "description",
    "inputs",
    "steps",
    "x-security",
    BASIS,
    CLEANUP,
}
_STEP = {
    "stepId",
    "description",
    "operationId",
    "parameters",
    "requestBody",
    "successCriteria",
    "outputs",
    ADVANCE,
}


@dataclass(frozen=True, slots=True)
class Criterion:
    """A condition and its text."""

    text: str
    condition: Condition


@dataclass(frozen=True, slots=True)
class Step:
    """One request, the criteria of its response, and the outputs that later steps use."""

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
    """One rule of an API. `summary` is what it guarantees, `description` where that is written,
    `basis` one of BASES."""

    id: str
    summary: str
    description: str
    basis: str
    steps: tuple[Step, ...]
    cleanup: tuple[Step, ...]

    @property
    def needs_time(self) -> bool:
        """Return whether time must pass between its steps."""
        return any(step.advance for step in self.steps)

    @property
    def operations(self) -> list[str]:
        """The ids of the operations that it calls, each once."""
        return list(dict.fromkeys(step.operation.id for step in self.steps))


def rules_of(contract: Contract, path: Path | None) -> list[Workflow]:
    """Return the rules beside the document at `path`, those of all `rules_files`.

    Raises UsageError if they cannot be read, or two have one id.
    """
    rules = {file: workflows(file, contract) for file in rules_files(path)}
    parsed = [workflow for workflows_ in rules.values() for workflow in workflows_]
    if len(rules) > 1:
        _reject_duplicate_ids(next(iter(rules)), parsed)
    return parsed


def rules_files(path: Path | None) -> list[Path]:
    """Return the files with the rules of the document at `path`, as far as there are any: in its
    directory NAME.arazzo.yaml, and in NAME/ all files with that ending."""
    if path is None:
        return []
    beside = path.with_name(f"{path.stem}.arazzo.yaml")
    within = sorted(path.with_suffix("").glob("*.arazzo.yaml"))
    # Unlike the method, `os.path.isfile` is no error for a name that is too long.
    return [file for file in (beside, *within) if os.path.isfile(file)]


def workflows(path: Path, contract: Contract) -> list[Workflow]:
    """Read the workflows of an Arazzo document about a contract. Raises UsageError."""
    document = read_data(path)
    try:
        _only(document, _ROOT, str(path))
        if document.get("arazzo") not in ("1.0.0", "1.0.1"):
            raise UsageError(f"{path} is not an Arazzo 1.0 document")
        operations = {operation.id: operation for operation in contract.operations}
        parsed = [_workflow(definition, operations) for definition in document["workflows"]]
    except (KeyError, TypeError, AttributeError, msgspec.ValidationError) as error:
        raise UsageError(f"{path} is not a well-formed Arazzo document ({error!r})") from None
    except RecursionError:
        raise UsageError(f"{path} has a condition that is nested too deeply") from None
    except UsageError as error:
        raise UsageError(f"{path}: {error}") from None
    _reject_duplicate_ids(path, parsed)
    return parsed


def _workflow(definition: dict[str, Any], operations: Mapping[str, Operation]) -> Workflow:
    name = _text(definition["workflowId"])
    _only(definition, _WORKFLOW, name)
    if "run" not in definition.get("inputs", {}).get("properties", {}):
        raise UsageError(f"the workflow {name} lacks the input `run`")
    basis = definition.get(BASIS)
    if basis not in BASES:
        raise UsageError(f"the workflow {name} needs {BASIS}: one of {', '.join(BASES)}")
    if not definition["steps"]:
        raise UsageError(f"the workflow {name} has no steps")
    return Workflow(
        id=name,
        summary=_text(definition["summary"]),
        description=_text(definition.get("description", "")),
        basis=basis,
        steps=tuple(_step(step, operations) for step in definition["steps"]),
        cleanup=tuple(_step(step, operations) for step in definition.get(CLEANUP, ())),
    )


def _step(definition: dict[str, Any], operations: Mapping[str, Operation]) -> Step:
    name = _text(definition["stepId"])
    _only(definition, _STEP, name)
    operation = operations.get(definition["operationId"])
    if operation is None:
        raise UsageError(
            f"the step {name} calls {definition['operationId']}, which the API does not define"
        )
    body = definition.get("requestBody")
    if body is not None:
        _only(body, {"contentType", "payload"}, f"the body of {name}")
    return Step(
        id=name,
        description=_text(definition.get("description", "")),
        operation=operation,
        parameters=tuple(map(_parameter, definition.get("parameters", ()))),
        payload=None if body is None else body["payload"],
        has_body=body is not None,
        criteria=tuple(_criteria(name, definition.get("successCriteria", ()))),
        outputs={n: parse_expression(_text(e)) for n, e in definition.get("outputs", {}).items()},
        advance=_duration(definition.get(ADVANCE)),
    )


def _parameter(definition: dict[str, Any]) -> tuple[str, str, Any]:
    if definition["in"] not in ("path", "query", "header"):
        raise UsageError(f"a parameter is in {definition['in']}; use path, query or header")
    return definition["in"], _text(definition["name"]), definition["value"]


def _duration(text: str | None) -> str | None:
    if text is not None:
        msgspec.convert(text, timedelta)
    return text


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not a text")
    return value


def _criteria(step: str, definitions: Any) -> Iterator[Criterion]:
    for definition in definitions:
        _only(definition, {"condition", "type", "context"}, f"a criterion of {step}")
        kind, text = definition.get("type", "simple"), definition["condition"]
        if kind == "simple":
            yield Criterion(text, simple(text))
        elif kind == "regex":
            context = _text(definition["context"])
            yield Criterion(f"{context} matches {text}", regex(context, text))
        else:
            raise UsageError(f"a criterion of {step} has the type {kind}; use simple or regex")


def _only(definition: Mapping[str, Any], known: set[str], where: str) -> None:
    """Reject fields that the subset does not have."""
    for name in definition:
        if name not in known:
            raise UsageError(f"{where} has {name}, which is not in the portable subset of Arazzo")


def _reject_duplicate_ids(path: Path, parsed: list[Workflow]) -> None:
    seen: set[str] = set()
    for workflow in parsed:
        for name in (workflow.id, *(s.id for s in (*workflow.steps, *workflow.cleanup))):
            if name in seen:
                raise UsageError(f"{path}: the id {name} is used twice")
            seen.add(name)
