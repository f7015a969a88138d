"""Which rules of behaviour concern which operation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from understudy.conformance.arazzo.workflow import Step, Workflow

#: A step that is the same in more rules than this share of them prepares what they are about.
_COMMON = 0.04
#: And in more than so many.
_FEW = 3


@dataclass(frozen=True, slots=True)
class RuleEntry:
    """A workflow; `subjects` are the ids of the operations that it is about, `others` of those that
    it calls besides, to prepare it or to look."""

    workflow: Workflow
    subjects: tuple[str, ...]
    others: tuple[str, ...]

    @property
    def id(self) -> str:
        """The workflow's."""
        return self.workflow.id


def rules_from(workflows: Iterable[Workflow]) -> list[RuleEntry]:
    """The rules of an API, in their order.

    A rule is about the operations of its steps, but not of those that many rules share.
    """
    workflows = list(workflows)
    counts = Counter(sign for workflow in workflows for sign in set(map(_sign, workflow.steps)))
    most = max(_FEW, len(workflows) * _COMMON)
    return [_rule(workflow, counts, most) for workflow in workflows]


def _rule(workflow: Workflow, counts: Counter[tuple[str, ...]], most: float) -> RuleEntry:
    own = [step for step in workflow.steps if counts[_sign(step)] <= most]
    subjects = dict.fromkeys(step.operation.id for step in own or workflow.steps[-1:])
    others = [name for name in workflow.operations if name not in subjects]
    return RuleEntry(workflow, tuple(subjects), tuple(others))


def _sign(step: Step) -> tuple[str, ...]:
    """What makes a step like another: its operation and what must be true of the answer."""
    return step.operation.id, *(criterion.text for criterion in step.criteria)
