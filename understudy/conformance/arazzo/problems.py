"""Problems of rules files: all that is wrong in one, each with its line and JSON pointer."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from difflib import get_close_matches
from functools import cache, partial
from importlib.resources import files
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from jsonschema_rs import Draft202012Validator, ValidationError

from understudy.conformance.arazzo.expressions import (
    expressions_in,
    parse_expression,
    regex,
    simple,
)
from understudy.errors import UsageError
from understudy.openapi.contract import Contract
from understudy.openapi.document import pointer, steps_of
from understudy.openapi.extensions import ADVANCE, ALTERNATIVES, BASIS, CLEANUP, WAIT
from understudy.openapi.lint.messages import message_of
from understudy.openapi.loading.problem import DocumentProblem
from understudy.openapi.loading.retrieval import read_data, read_file
from understudy.openapi.loading.yaml_reader import line_numbers
from understudy.suggestions import hint

#: The most problems of one file that are looked for.
_MOST = 200
#: What to write for parts that rules must have, and whose meaning the name does not tell.
_MISSING = {
    "run": "has no input `run`, a text that no other run has; "
    "write `inputs: {type: object, properties: {run: {type: string}}}` in the workflow",
    BASIS: f"has no `{BASIS}`, which says where the rule comes from; "
    "add it, with documented, observed or decided",
}
_MISSING |= {"inputs": _MISSING["run"], "properties": _MISSING["run"]}


class RulesError(UsageError):
    """Rules that cannot be used; the message has the first of its problems."""

    def __init__(self, problems: Sequence[DocumentProblem]) -> None:
        more = f"; and {len(problems) - 1} more" if len(problems) > 1 else ""
        super().__init__(f"{problems[0].describe('', label='')}{more}")
        self.problems = tuple(problems)


class _Step(NamedTuple):
    """A step, and the steps of the JSON pointer to it."""

    at: tuple[str | int, ...]
    node: dict[str, Any]


def problems_of(paths: Sequence[Path], contract: Contract) -> list[DocumentProblem]:
    """Return what is wrong in the rules files of a contract, in the order of their lines."""
    ids: set[str] = set()
    return [problem for path in paths for problem in _file_problems(path, contract, ids)]


def _file_problems(path: Path, contract: Contract, ids: set[str]) -> list[DocumentProblem]:
    """Return the problems of a file; `ids` are those that other files have, to which its own are
    added."""
    try:
        document = read_data(path)
    except UsageError as error:
        return [DocumentProblem("", str(error), file=str(path))]
    found = [*_structural(document), *_semantic(document, contract, ids)]
    if not found:
        return []
    lines = line_numbers(read_file(path))
    located = (replace(p, file=str(path), line=_line(lines, p.pointer)) for p in found)
    return sorted(dict.fromkeys(located), key=lambda problem: problem.line or 0)


def _line(lines: dict[tuple[str, ...], int], place: str) -> int | None:
    steps = tuple(steps_of(f"#{place}"))
    known = (steps[:length] for length in range(len(steps), -1, -1))
    return next((lines[part] for part in known if part in lines), None)


@cache
def _subset() -> Any:
    text = files(__package__).joinpath("subset.json").read_text("utf-8")
    return json.loads(text)


def _structural(document: Any) -> Iterator[DocumentProblem]:
    """Yield where a file is not of the portable subset."""
    for error in islice(Draft202012Validator(_subset()).iter_errors(document), _MOST):
        yield DocumentProblem(pointer(*error.instance_path), _sentence(error))


def _sentence(error: ValidationError) -> str:
    value = getattr(error.kind, "value", None)
    if error.kind.name == "additionalProperties" and isinstance(value, list):
        known = [name for part in _subset()["$defs"].values() for name in part["properties"]]
        close = get_close_matches(value[0], known, 1, 0.8)
        advice = f"did you mean `{close[0]}`?" if close else "remove it"
        names = ", ".join(f"`{name}`" for name in value)
        return f"has {names}, which is not in the portable subset of Arazzo; {advice}"
    if error.kind.name == "required" and value in _MISSING:
        return _MISSING[value]
    return message_of(error)


def _semantic(document: Any, contract: Contract, ids: set[str]) -> Iterator[DocumentProblem]:
    """Yield what no schema can find: unknown operations, ids that are there twice, and conditions,
    expressions and durations that cannot be read."""
    operations = [operation.id for operation in contract.operations]
    for number, workflow in enumerate(_list(document, "workflows")):
        yield from _id_problems(("workflows", number, "workflowId"), workflow, ids)
        steps = list(_steps(("workflows", number), workflow))
        values = set(_known_values(workflow, steps))
        for step in steps:
            yield from _id_problems((*step.at, "stepId"), step.node, ids)
            yield from _output_problems(step)
            for each in (step, *_alternatives(step)):
                yield from _step_problems(each, operations)
                yield from _template_problems(each, values)


def _steps(at: tuple[str | int, ...], workflow: Any) -> Iterator[_Step]:
    for field in ("steps", CLEANUP):
        for number, node in enumerate(_list(workflow, field)):
            if isinstance(node, dict):
                yield _Step((*at, field, number), node)


def _alternatives(step: _Step) -> Iterator[_Step]:
    for number, node in enumerate(_list(step.node, ALTERNATIVES)):
        if isinstance(node, dict):
            yield _Step((*step.at, ALTERNATIVES, number), node)


def _output_problems(step: _Step) -> Iterator[DocumentProblem]:
    """Yield the alternatives of a step that have not its outputs."""
    outputs, others = _dict(step.node, "outputs").keys(), list(_alternatives(step))
    names = ", ".join(outputs) or "none"
    for other in others:
        if _dict(other.node, "outputs").keys() != outputs:
            message = f"has not the outputs of the step in whose place it stands: {names}"
            yield DocumentProblem(pointer(*other.at), message)
    if outputs and not others and ALTERNATIVES in step.node:
        message = f"leaves out a step with outputs ({names}); write an alternative that has them"
        yield DocumentProblem(pointer(*step.at, ALTERNATIVES), message)


def _known_values(workflow: Any, steps: list[_Step]) -> Iterator[str]:
    """Yield the expressions of the inputs of a workflow and of the outputs of its steps."""
    inputs = workflow.get("inputs") if isinstance(workflow, dict) else None
    yield from (f"$inputs.{name}" for name in _dict(inputs, "properties"))
    for step in steps:
        name = step.node.get("stepId")
        yield from (f"$steps.{name}.outputs.{output}" for output in _dict(step.node, "outputs"))


def _template_problems(step: _Step, known: set[str]) -> Iterator[DocumentProblem]:
    """Yield the expressions of a request that will have no value."""
    templates: dict[tuple[str | int, ...], Any] = {
        ("requestBody", "payload"): _dict(step.node, "requestBody").get("payload")
    }
    for number, parameter in enumerate(_list(step.node, "parameters")):
        if isinstance(parameter, dict):
            templates["parameters", number, "value"] = parameter.get("value")
    for place, template in templates.items():
        for expression in expressions_in(template):
            if expression not in known:
                there_is = ", ".join(sorted(known)) or "nothing"
                message = f"uses {expression}, which has no value here; there is {there_is}"
                yield DocumentProblem(pointer(*step.at, *place), message)


def _id_problems(at: tuple[str | int, ...], node: Any, ids: set[str]) -> Iterator[DocumentProblem]:
    name = node.get(at[-1]) if isinstance(node, dict) else None
    if not isinstance(name, str):
        return
    if name in ids:
        yield DocumentProblem(pointer(*at), f"the id {name} is used twice; change one of them")
    ids.add(name)


def _step_problems(step: _Step, operations: list[str]) -> Iterator[DocumentProblem]:
    name = step.node.get("operationId")
    if isinstance(name, str) and name not in operations:
        message = f"calls {name}, which the API does not define{hint(name, operations)}"
        yield DocumentProblem(pointer(*step.at, "operationId"), message)
    advance = step.node.get(ADVANCE)
    if isinstance(advance, str):
        yield from _read((*step.at, ADVANCE), partial(msgspec.convert, advance, timedelta))
    wait = step.node.get(WAIT)
    if isinstance(wait, str):
        yield from _read((*step.at, WAIT), partial(_moment, wait))
    for field, text in _dict(step.node, "outputs").items():
        if isinstance(text, str):
            yield from _read((*step.at, "outputs", field), partial(parse_expression, text))
    for number, node in enumerate(_list(step.node, "successCriteria")):
        if isinstance(node, dict) and isinstance(node.get("condition"), str):
            at = (*step.at, "successCriteria", number)
            yield from _read(at, partial(_condition, node))


def _moment(wait: str) -> None:
    """Raises UsageError if a wait is longer than a moment: checks would be slow for all."""
    if not timedelta() < msgspec.convert(wait, timedelta) <= timedelta(seconds=1):
        raise UsageError(f"is no moment of at most a second; let time pass by `{ADVANCE}`")


def _condition(node: dict[str, Any]) -> Any:
    if node.get("type", "simple") == "simple":
        return simple(node["condition"])
    return regex(str(node.get("context", "$statusCode")), node["condition"])


def _read(at: tuple[str | int, ...], read: Callable[[], Any]) -> Iterator[DocumentProblem]:
    """Yield why a part of a step cannot be read, if so."""
    try:
        read()
    except UsageError as error:
        yield DocumentProblem(pointer(*at), str(error))
    except msgspec.ValidationError:
        yield DocumentProblem(pointer(*at), "is no duration; write one of ISO 8601, such as PT31M")
    except RecursionError:
        yield DocumentProblem(pointer(*at), "has a condition that is nested too deeply")


def _list(node: Any, field: str) -> list[Any]:
    value = node.get(field) if isinstance(node, dict) else None
    return value if isinstance(value, list) else []


def _dict(node: Any, field: str) -> dict[str, Any]:
    value = node.get(field) if isinstance(node, dict) else None
    return value if isinstance(value, dict) else {}
