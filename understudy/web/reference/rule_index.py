"""Find which behaviour rules are about which operation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from understudy.conformance.arazzo.workflow import Step, Workflow

#: A step that more than this share of the rules have is preparation, not their subject.
_COMMON_SHARE = 0.04
#: A step that no more rules than these have is never taken for preparation.
_COMMON_LEAST = 3


@dataclass(frozen=True, slots=True)
class RuleEntry:
    """A rule: `subjects` are the ids of the operations that it is about; `others` the ids of those
    that it calls only to prepare or to look."""

    workflow: Workflow
    subjects: tuple[str, ...]
    others: tuple[str, ...]

    @property
    def id(self) -> str:
        """The workflow's id."""
        return self.workflow.id


def rules_from(workflows: Iterable[Workflow]) -> list[RuleEntry]:
    """Return the rules of an API, in their order.

    A rule is about the operations of its steps, except for steps that many rules share.
    """
    workflows = list(workflows)
    counts = Counter(key for workflow in workflows for key in set(map(_key, workflow.steps)))
    most = max(_COMMON_LEAST, len(workflows) * _COMMON_SHARE)
    return [_rule(workflow, counts, most) for workflow in workflows]


def _rule(workflow: Workflow, counts: Counter[tuple[str, ...]], most: float) -> RuleEntry:
    own = [step for step in workflow.steps if counts[_key(step)] <= most]
    subjects = dict.fromkeys(step.operation.id for step in own or workflow.steps[-1:])
    others = [name for name in workflow.operations if name not in subjects]
    return RuleEntry(workflow, tuple(subjects), tuple(others))


def _key(step: Step) -> tuple[str, ...]:
    """Return what equal steps have in common: the operation and the success criteria."""
    return step.operation.id, *(criterion.text for criterion in step.criteria)
