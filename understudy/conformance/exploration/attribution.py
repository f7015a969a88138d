"""What a difference breaks: a rule of behaviour, the document, or nothing that is known.

In the last case the models may know less about the API than the target does, and the difference is
for review.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from understudy.conformance.arazzo.workflow import Step, Workflow
from understudy.conformance.exploration.comparison import ResponseDifference
from understudy.conformance.exploration.differential import Observation
from understudy.conformance.exploration.sequence import Call
from understudy.conformance.reports.wording import counted, excerpt
from understudy.http.json_codec import ABSENT

_MAX_LENGTH, _MAX_SHOWN = 400, 5
_POINTER = re.compile(r"#(/[^\s()=<>!&|]+)")
#: Statuses that have one meaning at an operation: not found, in conflict, gone.
_SPECIFIC_STATUSES = (404, 409, 410)
_STATUS = re.compile(r"\$statusCode == (\d{3})")


class Attribution(NamedTuple):
    """The cause of a difference: the name of a rule and its basis, what is broken in a sentence,
    and what the rule says. `fails`: whether the server is at fault."""

    rule: str
    basis: str
    title: str
    explanation: str
    fails: bool = True


def attribute(
    observation: Observation,
    sequence: Sequence[Call],
    rules: Iterable[Workflow],
    declared: Mapping[str, object],
) -> Attribution:
    """Return what a difference at the end of a sequence breaks.

    `declared` are the statuses that the document has for the operation.
    """
    difference, target = observation.differences[0], observation.target_exchange
    status = target.response.status
    if not status:
        return Attribution("no-response", "documented", "no response came", target.error)
    names = (str(status), f"{status // 100}XX", "default")
    if not any(name in declared for name in names):
        explanation = f"the document declares {', '.join(sorted(declared))}"
        title = f"the status {status} is not declared"
        return Attribution("undeclared-status", "documented", title, explanation)
    rule = _broken_rule(rules, observation, sequence)
    if rule is not None:
        explanation = f"the rule: {rule.summary} {rule.description}"
        return Attribution(rule.id, rule.basis, rule.summary, explanation)
    title = f"{difference.place or 'the response'} differs from the stand-in's"
    if difference.pointer == "status":
        expected = observation.model_exchange.response.status
        title = f"{status} where the stand-in answers {expected}"
    explanation = "no rule says which is right"
    return Attribution("difference", "documented", title, explanation, fails=False)


def describe(observation: Observation, attribution: Attribution, unstable: str) -> str:
    """Return a description for people; `unstable` says how often the difference came again, if not
    always."""
    differences = observation.differences
    lines = [_line(difference) for difference in differences[:_MAX_SHOWN]]
    if len(differences) > _MAX_SHOWN:
        lines.append(f"and {counted(len(differences) - _MAX_SHOWN, 'more difference')}")
    exchanges = {observation.model: observation.model_exchange}
    exchanges["the server"] = observation.target_exchange
    for name, exchange in exchanges.items():
        text = excerpt(exchange, _MAX_LENGTH) if exchange.response.status else "nothing"
        lines.append(f"{name} answers {text}")
    lines.append(attribution.explanation)
    if unstable:
        lines.append(f"unstable: it came again {unstable}")
    return "\n".join(filter(None, lines))


def _line(difference: ResponseDifference) -> str:
    pointer = difference.pointer or "the response"
    place = "the status" if difference.pointer == "status" else pointer
    return f"{place} is {_shown(difference.target)}, and should be {_shown(difference.model)}"


def _shown(value: object) -> str:
    return "<absent>" if value is ABSENT else repr(value)[:_MAX_LENGTH]


def _broken_rule(
    rules: Iterable[Workflow], observation: Observation, sequence: Sequence[Call]
) -> Workflow | None:
    """Return the closest rule that asserts what the model returned and the target did not.

    It must assert that at the same operation: the status, or one of the values that differ. If that
    alone says little (many rules assert a success, or a value), it must also call all operations of
    the sequence; and a request whose success it asserts must have the same fields.
    """
    called = {call.operation for call in sequence}
    is_status = observation.differences[0].pointer == "status"
    status = observation.model_exchange.response.status
    is_specific = is_status and status in _SPECIFIC_STATUSES
    same_fields = is_status and not is_specific
    candidates = [
        rule
        for rule in rules
        if any(_asserts(step, observation, same_fields=same_fields) for step in rule.steps)
        and (is_specific or called <= set(rule.operations))
    ]
    return min(candidates, key=lambda rule: _distance(called, rule), default=None)


def _asserts(step: Step, observation: Observation, *, same_fields: bool) -> bool:
    if step.operation.id != observation.call.operation:
        return False
    if same_fields and not _has_same_fields(step, observation.call):
        return False
    criteria = [criterion.text for criterion in step.criteria]
    statuses = {int(status) for text in criteria for status in _STATUS.findall(text)}
    if observation.model_exchange.response.status not in statuses:
        return False
    places = {_place(pointer) for text in criteria for pointer in _POINTER.findall(text)}
    return any(
        difference.pointer == "status" or any(_overlap(difference.place, p) for p in places)
        for difference in observation.differences
    )


def _has_same_fields(step: Step, call: Call) -> bool:
    """Return whether two requests have the same fields and query parameters."""
    query = {name for location, name, _ in step.parameters if location == "query"}
    return query == call.query.keys() and _fields(step.payload) == _fields(call.body)


def _fields(body: object) -> set[str]:
    return set(body) if isinstance(body, dict) else set()


def _place(pointer: str) -> str:
    return re.sub(r"/\d+(?=/|$)", "/*", pointer)


def _overlap(left: str, right: str) -> bool:
    """Return whether two places are the same, or one is inside the other."""
    return f"{left}/".startswith(f"{right}/") or f"{right}/".startswith(f"{left}/")


def _distance(called: set[str], rule: Workflow) -> tuple[int, int, int]:
    operations = set(rule.operations)
    return len(called - operations), len(operations - called), len(rule.steps)
