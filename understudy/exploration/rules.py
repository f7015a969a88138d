"""Which rule of behaviour stands behind a difference. Without one, the models may know less of the
API than the target does."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from understudy.arazzo.workflow import Step as RuleStep
from understudy.arazzo.workflow import Workflow
from understudy.exploration.steps import Step
from understudy.exploration.trial import Observation

_POINTER = re.compile(r"#(/[^\s()=<>!&|]+)")
_STATUS = re.compile(r"\$statusCode == (\d{3})")


def rule_behind(
    rules: Iterable[Workflow], observation: Observation, sequence: Sequence[Step]
) -> Workflow | None:
    """The rule that asserts, at the same operation, what the model answered and the target did
    not: its status, or something of the values that differ. A success, or a value, is what many
    rules assert: there it must be one about all the operations of the sequence."""
    said = {step.operation for step in sequence}
    refused = observation.ours.status >= 400 and observation.differences[0].pointer == "status"
    found = [
        rule
        for rule in rules
        if any(_asserts(step, observation) for step in rule.steps)
        and (refused or said <= set(rule.operations))
    ]
    return min(found, key=lambda rule: _far(said, rule), default=None)


def _asserts(step: RuleStep, observation: Observation) -> bool:
    if step.operation.id != observation.step.operation:
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


def _place(pointer: str) -> str:
    return re.sub(r"/\d+(?=/|$)", "/*", pointer)


def _near(one: str, other: str) -> bool:
    """Whether one place is the other, or in it."""
    return f"{one}/".startswith(f"{other}/") or f"{other}/".startswith(f"{one}/")


def _far(said: set[str], rule: Workflow) -> tuple[int, int]:
    named = set(rule.operations)
    return len(said ^ named), len(rule.steps)
