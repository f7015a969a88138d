"""Rules at a server that lacks operations: what each of them does without these."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from understudy.conformance.arazzo.expressions import expressions_in
from understudy.conformance.arazzo.workflow import Step, Workflow


def needed_operations(rule: Workflow, absent: Collection[str]) -> list[str]:
    """Return the absent operations without which a rule cannot be judged."""
    needed = (step.operation.id for step in rule.steps if _present(step, absent) is None)
    return list(dict.fromkeys(needed))


def adapted(rule: Workflow, absent: Collection[str]) -> Workflow:
    """Return a rule that calls no absent operation, of one that needs none of them.

    A step whose operation is absent is replaced by its first alternative that is there. Cleanup
    that uses outputs of such a step is left out: what the alternative found existed before.
    """
    steps = tuple(one for step in rule.steps for one in _present(step, absent) or ())
    replaced = {step.id for step in rule.steps if step.operation.id in absent}
    cleanup = tuple(
        step
        for step in rule.cleanup
        if step.operation.id not in absent and not replaced & set(_sources(step))
    )
    return replace(rule, steps=steps, cleanup=cleanup)


def _present(step: Step, absent: Collection[str]) -> list[Step] | None:
    """Return what is performed for a step: itself, an alternative, or nothing; None if there is no
    way to do without its operation."""
    if step.operation.id not in absent:
        return [step]
    if step.alternatives is None:
        return None
    present = [one for one in step.alternatives if one.operation.id not in absent]
    return present[:1] if present or not step.alternatives else None


def _sources(step: Step) -> Iterator[str]:
    """Yield the ids of the steps whose outputs a step uses."""
    values = [value for _, _, value in step.parameters]
    for expression in expressions_in([*values, step.payload]):
        if expression.startswith("$steps."):
            yield expression.split(".")[1]
