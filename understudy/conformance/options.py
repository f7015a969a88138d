"""What a check covers, and how gently it treats the server."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from understudy.conformance.arazzo.runner import Advance
from understudy.conformance.arazzo.workflow import Workflow
from understudy.openapi.operation import Operation

TIERS = ("shape", "behaviour")


@dataclass(frozen=True)
class CheckOptions:
    """What to check, and how.

    `only` and `skip` are names of operations, tags and rules, `skip` also of Schemathesis's checks
    (`use_after_free`); `required` are the ids of operations that the server must have, each with
    the name by which it is required. `max_examples` is the number of generated requests of each
    operation in the tier "shape" (by default, the fewer the more operations there are), `explore`
    that of exploration (0: none). `rate` is the requests a second, `max_requests` the requests of
    the whole run; `timeout` is the time to the first byte of a response in seconds; `sleep` waits
    where the server asks for it. With `cleanup`, what the check made is deleted at its end.
    `persona` is the persona of the API that the server must implement; without, it may implement
    any. With `include_decided`, rules that are our own decisions count too. `advance` lets time
    pass at the server; without, rules that need it are not judged. With `allow_incomplete`, a run
    that `max_requests` cuts short is no failure. `progress` takes a line now and then.
    """

    tiers: tuple[str, ...] = TIERS
    max_examples: int | None = None
    seed: int = 1
    only: frozenset[str] = frozenset()
    skip: frozenset[str] = frozenset()
    required: Mapping[str, str] = field(default_factory=dict)
    rate: int | None = None
    max_requests: int | None = None
    timeout: float = 10
    sleep: Callable[[float], None] = time.sleep
    explore: int = 0
    cleanup: bool = True
    include_decided: bool = False
    allow_incomplete: bool = False
    persona: str | None = None
    advance: Advance | None = None
    progress: Callable[[str], None] = field(default=lambda _: None)

    def selects_operation(self, operation: Operation) -> bool:
        """Return whether an operation is to be checked."""
        names = _names(operation)
        return (not self.only or bool(self.only & names)) and not self.skip & names

    def selects_rule(self, rule: Workflow) -> bool:
        """Return whether a rule is to be checked: `only` names it, its basis, or what it is about;
        and `skip` names neither these nor anything that it calls."""
        subjects = {name for operation in rule.subjects for name in _names(operation)}
        called = {name for step in rule.steps for name in _names(step.operation)}
        own = {rule.id, rule.basis}
        is_wanted = not self.only or bool(self.only & (own | subjects))
        return is_wanted and not self.skip & (own | called)

    def counts_rule(self, rule: Workflow) -> bool:
        """Return whether a server that breaks the rule is at fault."""
        return self.include_decided or rule.basis != "decided"


def _names(operation: Operation) -> set[str]:
    return {operation.id, *operation.definition.get("tags", ())}
