"""Eliza's rules of behaviour: the stand-in keeps them all, and each mutant breaks the rule that is
expected to catch it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from typing import NamedTuple

import httpx
import pytest

from tests.mutants.eliza import MUTANTS
from tests.mutants.mutant import ALL_RULES, Mutant
from tests.mutants.rules import MutantRunner, advance_of, mutant_runner, run_rules
from tests.support.server import ROOT
from understudy.app import Understudy
from understudy.client import ControlClient
from understudy.client.transports.httpx_transport import Transport
from understudy.client.transports.in_process import InProcess
from understudy.conformance.arazzo.alternatives import needed_operations
from understudy.conformance.arazzo.runner import Outcome
from understudy.conformance.arazzo.workflow import Workflow, workflows
from understudy.openapi.personas import has_operation
from understudy.serving.project import find_contract, load

CONTRACT = find_contract("eliza")
RULES = workflows(ROOT / "specs" / "eliza.arazzo.yaml", CONTRACT)

DEFAULT_SERVER = "00000000-0000-0000-0000-000000000000"


class Namespace(NamedTuple):
    """A namespace of the stand-in in this process."""

    in_process: InProcess
    control: ControlClient
    http: httpx.Client

    def outcomes(self, rules: list[Workflow], run: str) -> list[Outcome]:
        """Run rules in this namespace."""
        return list(
            run_rules(
                self.control.url,
                rules,
                run=run,
                advance=advance_of(self.control),
                in_process=self.in_process,
            )
        )


@pytest.fixture(scope="module")
def open_namespace() -> Iterator[Callable[[], Namespace]]:
    """Return a function that opens new namespaces of one stand-in."""
    in_process, numbers = InProcess(Understudy(load([]))), count(1)
    transport = Transport(in_process)

    def opened() -> Namespace:
        namespace = f"rules-{next(numbers)}"
        control = ControlClient("http://localhost", namespace, transport=transport)
        http = httpx.Client(base_url=control.url, transport=transport)
        return Namespace(in_process, control, http)

    yield opened
    in_process.close()


def test_rules_have_summaries_and_sources() -> None:
    """Each rule has a sentence and a source; at least 60 are documented or observed."""
    assert len(RULES) >= 65
    assert all(r.summary.endswith(".") and r.description.endswith(".") for r in RULES)
    assert sum(r.basis in ("documented", "observed") for r in RULES) >= 60


@pytest.mark.parametrize("persona", ["docs", "1.7"])
def test_stand_in_keeps_every_rule_twice(
    open_namespace: Callable[[], Namespace], persona: str
) -> None:
    """Each persona keeps all rules, but for those of operations that it lacks, also in a namespace
    where all of them have run before."""
    lacking = {o.id for o in CONTRACT.operations if not has_operation(o, persona)}
    rules = [rule for rule in RULES if not needed_operations(rule, lacking)]
    assert len(rules) >= len(RULES) - 5
    namespace = open_namespace()
    namespace.control.settings(personas={"eliza": persona})
    for run in ("first", "second"):
        for outcome in namespace.outcomes(rules, run):
            assert outcome.verdict == "kept", (outcome.workflow.id, outcome.step, outcome.reason)
            assert outcome.not_cleaned_up == []


def test_rules_leave_nothing_behind(open_namespace: Callable[[], Namespace]) -> None:
    """After all rules there are the agents from before, no sessions, and only the channels of jobs,
    which no response names."""
    namespace = open_namespace()
    before = namespace.http.get("/api/agents").json()
    jobs = [rule for rule in RULES if "createJob" in rule.operations]
    namespace.outcomes([rule for rule in RULES if rule not in jobs], "tidy")
    assert namespace.http.get("/api/agents").json() == before
    assert namespace.http.get("/api/messaging/sessions").json()["sessions"] == []
    channels = f"/api/messaging/message-servers/{DEFAULT_SERVER}/channels"
    assert namespace.http.get(channels).json()["data"]["channels"] == []


@pytest.fixture(scope="module")
def runner() -> Iterator[MutantRunner]:
    """Start a runner for all mutants."""
    with mutant_runner(MUTANTS, "") as opened:
        yield opened


def test_mutants_seldom_survive() -> None:
    """At most one mutant in fifty survives, and each of those says why."""
    assert len(MUTANTS) == 310
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS)
    assert all(bool(mutant.caught_by) != bool(mutant.survives) for mutant in MUTANTS)
    survivors = [mutant for mutant in MUTANTS if mutant.survives]
    assert len(survivors) <= 0.02 * len(MUTANTS)


@pytest.mark.parametrize("mutant", [m for m in MUTANTS if m.rule], ids=lambda m: m.name)
def test_mutant_breaks_its_rule(runner: MutantRunner, mutant: Mutant) -> None:
    """The rule that is expected to catch it breaks, and says why."""
    expected = [rule for rule in RULES if rule.id == mutant.rule]
    (outcome,) = runner.outcomes(mutant.name, expected)
    assert outcome.verdict == "broken", outcome.reason
    assert outcome.reason


@pytest.mark.parametrize(
    "mutant", [m for m in MUTANTS if m.caught_by == ALL_RULES], ids=lambda m: m.name
)
def test_mutant_that_fails_now_and_then_breaks_some_rule(
    runner: MutantRunner, mutant: Mutant
) -> None:
    """The broken rule need not be the same each time."""
    assert any(outcome.verdict == "broken" for outcome in runner.outcomes(mutant.name, RULES))
