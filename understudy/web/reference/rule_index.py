"""Find which behaviour rules are about which operation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import msgspec

from understudy.conformance.arazzo.workflow import Step, Workflow, rules_of
from understudy.errors import UsageError
from understudy.openapi.contract import Contract
from understudy.openapi.loading import document_cache
from understudy.openapi.loading.retrieval import read_file
from understudy.openapi.loading.rules_files import rules_files

#: A step that more than this share of the rules have is preparation, not their subject.
_COMMON_SHARE = 0.04
#: A step that no more rules than these have is never taken for preparation.
_COMMON_LEAST = 3
#: Changes with what the cache keeps of rules.
_FORMAT = "2"


class RuleText(msgspec.Struct, frozen=True):
    """What readers see of a workflow."""

    id: str
    summary: str
    description: str
    basis: str


class RuleEntry(msgspec.Struct, frozen=True):
    """A rule: `subjects` are the ids of the operations that it is about; `others` the ids of those
    that it calls only to prepare or to look."""

    workflow: RuleText
    subjects: tuple[str, ...]
    others: tuple[str, ...]

    @property
    def id(self) -> str:
        """The workflow's id."""
        return self.workflow.id


def read_rules(contract: Contract) -> list[RuleEntry]:
    """Return the rules beside a contract's document, in their order. Raises RulesError.

    They are cached: to compile hundreds of workflows takes longer than a page.
    """
    try:
        texts = [read_file(path) for path in rules_files(contract.path)]
    except UsageError:
        return rules_from(rules_of(contract, contract.path))  # it says what cannot be read
    if not texts:
        return []
    ids = "\n".join(operation.id for operation in contract.operations)
    key = document_cache.key("rules", _FORMAT, ids, *texts)
    rules = document_cache.read(key, list[RuleEntry])
    if rules is None:
        rules = rules_from(rules_of(contract, contract.path))
        document_cache.write(key, rules)
    return rules


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
    text = RuleText(
        workflow.id, workflow.summary.strip() or workflow.id, workflow.description, workflow.basis
    )
    return RuleEntry(text, tuple(subjects), tuple(others))


def _key(step: Step) -> tuple[str, ...]:
    """Return what equal steps have in common: the operation and the success criteria."""
    return step.operation.id, *(criterion.text for criterion in step.criteria)
