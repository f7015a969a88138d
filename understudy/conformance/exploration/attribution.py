"""What a difference offends: a rule of behaviour, the document, or nothing that is known. Then the
models may know less of the API than the target does, and the difference is for review."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from understudy.conformance.arazzo.workflow import Step as RuleStep
from understudy.conformance.arazzo.workflow import Workflow
from understudy.conformance.exploration.comparison import Difference
from understudy.conformance.exploration.differential import Observation
from understudy.conformance.exploration.sequence import Step
from understudy.http.json_codec import ABSENT

_SILENT = "no rule says which is right"
_LONGEST_SHOWN, _MOST_SHOWN = 400, 5
_POINTER = re.compile(r"#(/[^\s()=<>!&|]+)")
#: Statuses that have one meaning at an operation: not there, in conflict, gone.
_TELLING = (404, 409, 410)
_STATUS = re.compile(r"\$statusCode == (\d{3})")


class Attribution(NamedTuple):
    """What stands behind a difference: the name of a rule and its basis, what is broken in a
    sentence, and what the rule says. Only some grounds fail a server."""

    rule: str
    basis: str
    title: str
    told: str
    fails: bool = True


def attribute(
    found: Observation,
    sequence: Sequence[Step],
    rules: Iterable[Workflow],
    declared: Mapping[str, object],
) -> Attribution:
    """The ground for a difference at the end of a sequence; `declared` are the statuses that the
    document has for the operation."""
    first, status = found.differences[0], found.theirs.status
    if not status:
        return Attribution("no-answer", "documented", "no answer came", found.theirs.trouble)
    known = (str(status), f"{status // 100}XX", "default")
    if not any(name in declared for name in known):
        told = f"the document declares {', '.join(sorted(declared))}"
        title = f"the status {status} is not declared"
        return Attribution("undeclared-status", "documented", title, told)
    rule = _rule_behind(rules, found, sequence)
    if rule is not None:
        told = f"the rule: {rule.summary} {rule.description}"
        return Attribution(rule.id, rule.basis, rule.summary, told)
    title = f"{first.place or 'the answer'} is not what the stand-in answers"
    if first.pointer == "status":
        title = f"{status} where the stand-in answers {found.ours.status}"
    return Attribution("difference", "documented", title, _SILENT, fails=False)


def describe(found: Observation, ground: Attribution, unstable: str) -> str:
    """A difference as a person reads it; `unstable` says how often it came again, if not always."""
    lines = [_line(one) for one in found.differences[:_MOST_SHOWN]]
    if len(found.differences) > _MOST_SHOWN:
        lines.append(f"and {len(found.differences) - _MOST_SHOWN} differences more")
    for name, sent in ((found.model, found.ours), ("the server", found.theirs)):
        answer = sent.answer[:_LONGEST_SHOWN].decode(errors="replace")
        lines.append(f"{name} answers {sent.status or 'nothing'}: {answer}")
    lines.append(ground.told)
    if unstable:
        lines.append(f"unstable: it came again {unstable}")
    return "\n".join(filter(None, lines))


def _line(one: Difference) -> str:
    where = "the status" if one.pointer == "status" else one.pointer or "the answer"
    return f"{where} is {_value(one.target)}, and should be {_value(one.model)}"


def _value(value: object) -> str:
    return "<absent>" if value is ABSENT else repr(value)[:_LONGEST_SHOWN]


def _rule_behind(
    rules: Iterable[Workflow], observation: Observation, sequence: Sequence[Step]
) -> Workflow | None:
    """The rule that asserts, at the same operation, what the model answered and the target did
    not: its status, or something of the values that differ. Where that alone says little (many
    rules assert a success, or a value), it must be one about all operations of the sequence; and a
    request whose success it asserts must have said the same things."""
    said = {step.operation for step in sequence}
    status = observation.differences[0].pointer == "status"
    refused = status and observation.ours.status in _TELLING
    found = [
        rule
        for rule in rules
        if any(_asserts(step, observation, same=status and not refused) for step in rule.steps)
        and (refused or said <= set(rule.operations))
    ]
    return min(found, key=lambda rule: _far(said, rule), default=None)


def _asserts(step: RuleStep, observation: Observation, *, same: bool) -> bool:
    if step.operation.id != observation.step.operation:
        return False
    if same and not _alike(step, observation.step):
        return False
    told = [criterion.text for criterion in step.criteria]
    statuses = {int(found) for text in told for found in _STATUS.findall(text)}
    if observation.ours.status not in statuses:
        return False
    pointers = {_place(found) for text in told for found in _POINTER.findall(text)}
    return any(
        one.pointer == "status" or any(_near(one.place, pointer) for pointer in pointers)
        for one in observation.differences
    )


def _alike(one: RuleStep, other: Step) -> bool:
    """Whether two requests name the same fields and query parameters."""
    query = {name for where, name, _ in one.parameters if where == "query"}
    return query == other.query.keys() and _fields(one.payload) == _fields(other.body)


def _fields(body: object) -> set[str]:
    return set(body) if isinstance(body, dict) else set()


def _place(pointer: str) -> str:
    return re.sub(r"/\d+(?=/|$)", "/*", pointer)


def _near(one: str, other: str) -> bool:
    """Whether one place is the other, or in it."""
    return f"{one}/".startswith(f"{other}/") or f"{other}/".startswith(f"{one}/")


def _far(said: set[str], rule: Workflow) -> tuple[int, int, int]:
    named = set(rule.operations)
    return len(said - named), len(named - said), len(rule.steps)
