"""How much the judge looks at, and how gently."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from understudy.conformance.arazzo.runner import Advance
from understudy.conformance.arazzo.workflow import Workflow
from understudy.openapi.contract import Operation

TIERS = ("shape", "behaviour")


@dataclass(frozen=True)
class CheckOptions:
    """What to judge, and how.

    `only` and `skip` name operations, tags and rules; `rate` are requests a second, `most` all of
    a run. `patience` are the seconds to an answer's beginning, `wait` waits where the server asks
    for it. `variant` is the form of the API that the server is held to; without, it may speak any.
    With `decided`, rules that are our own decisions find too.
    """

    tiers: tuple[str, ...] = TIERS
    max_examples: int = 30
    seed: int = 1
    only: frozenset[str] = frozenset()
    skip: frozenset[str] = frozenset()
    rate: int | None = None
    most: int | None = None
    patience: float = 10
    wait: Callable[[float], None] = time.sleep
    explore: int = 0
    decided: bool = False
    variant: str | None = None
    advance: Advance | None = None
    progress: Callable[[str], None] = field(default=lambda _: None)

    def takes(self, names: set[str]) -> bool:
        """Whether something that goes by these names is to be judged."""
        return (not self.only or bool(self.only & names)) and not self.skip & names

    def takes_operation(self, operation: Operation) -> bool:
        """Whether an operation is to be judged."""
        return self.takes({operation.id, *operation.definition.get("tags", ())})

    def takes_rule(self, workflow: Workflow) -> bool:
        """Whether a rule is to be judged: by its own name, or by those of what it is about."""
        operations = {o for step in workflow.steps for o in _names(step.operation)}
        return self.takes({workflow.id, workflow.basis, *operations})


def _names(operation: Operation) -> set[str]:
    return {operation.id, *operation.definition.get("tags", ())}
