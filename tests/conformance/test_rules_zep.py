"""Zep's rules of behaviour: the stand-in keeps them all, and each mutant breaks the rule that is
expected to catch it."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.mutants.mutant import Mutant
from tests.mutants.rules import MutantRunner, mutant_runner, run_rules
from tests.mutants.zep import MUTANTS
from understudy.conformance.arazzo.runner import NO_CLOCK, Outcome
from understudy.conformance.arazzo.workflow import Workflow, rules_of
from understudy.conformance.behaviour import clock_at
from understudy.serving.project import find_contract

API = "/api/v2"
KEY = {"Authorization": "Api-Key rules"}

#: Collections of what no client deletes.
UNDELETABLE = ("batch_items", "batches", "projects", "tasks")


@pytest.fixture(scope="module")
def rules() -> list[Workflow]:
    """Read the rules."""
    contract = find_contract("zep")
    return rules_of(contract, contract.path)


def outcomes_at(rules: list[Workflow], origin: str, run: str, clock: bool = True) -> list[Outcome]:
    """Run the rules at a server."""
    advance = clock_at(f"{origin}/_understudy/clock") if clock else None
    return list(run_rules(origin + API, rules, run=run, headers=KEY, advance=advance))


def test_stand_in_keeps_every_rule_twice(rules: list[Workflow], origin: str) -> None:
    """It also keeps them in a namespace where all rules have run before."""
    for run in ("first", "second"):
        outcomes = outcomes_at(rules, origin, run)
        failed = [o for o in outcomes if o.verdict != "kept" or o.not_cleaned_up]
        assert [(o.workflow.id, o.step, o.reason, o.not_cleaned_up) for o in failed] == []


def test_rules_leave_nothing_behind(rules: list[Workflow], http: httpx.Client, origin: str) -> None:
    """The rules remove what they made, but for what no client deletes: the project, tasks, and
    batches that were processed."""
    outcomes_at(rules, origin, "tidy")
    state = http.get("/_understudy/state").json()["apis"]["zep"]["rules"]
    assert state["users"]["serial"] > 100
    left = {
        name: collection["records"]
        for name, collection in state.items()
        if collection["records"] and name not in UNDELETABLE
    }
    assert left == {"entity_types": {"types": {"entity_types": [], "edge_types": []}}}


def test_rules_have_summaries_and_sources(rules: list[Workflow]) -> None:
    """Each rule has its texts; at least 60 rules have a source other than our own decision."""
    for rule in rules:
        assert rule.summary.endswith("."), rule.id
        assert rule.description.endswith("."), rule.id
        assert all(step.criteria for step in rule.steps), rule.id
    sourced = [rule for rule in rules if rule.basis != "decided"]
    assert len(sourced) >= 60
    decided = [rule for rule in rules if rule.basis == "decided"]
    assert all("decided here" in rule.description.lower() for rule in decided)


def test_rules_call_every_operation(rules: list[Workflow]) -> None:
    """At least one rule calls each operation."""
    called = {operation for rule in rules for operation in rule.operations}
    declared = {operation.id for operation in find_contract("zep").operations}
    assert declared == called


def test_rules_that_take_time_need_a_clock(rules: list[Workflow], origin: str) -> None:
    """Without a clock they are not judged, and the outcome says why."""
    slow = [rule for rule in rules if rule.needs_time]
    outcomes = outcomes_at(slow, origin, "still", clock=False)
    assert len(outcomes) >= 5
    assert {(o.verdict, o.reason) for o in outcomes} == {("not judged", NO_CLOCK)}


@pytest.fixture(scope="module")
def runner() -> Iterator[MutantRunner]:
    """Start a runner for all mutants."""
    with mutant_runner(MUTANTS, API, **KEY) as opened:
        yield opened


@pytest.mark.parametrize("mutant", [m for m in MUTANTS if m.rule], ids=lambda m: m.name)
def test_mutant_breaks_its_rule(
    rules: list[Workflow], runner: MutantRunner, mutant: Mutant
) -> None:
    """The rule that is expected to catch it breaks, and says why."""
    expected = [rule for rule in rules if rule.id == mutant.rule]
    (outcome,) = runner.outcomes(mutant.name, expected)
    assert outcome.verdict == "broken", outcome.reason
    assert outcome.reason


def test_mutants_seldom_survive(rules: list[Workflow]) -> None:
    """Rules catch nearly all mutants; few are caught only by rules that we decided."""
    basis = {rule.id: rule.basis for rule in rules}
    assert len(MUTANTS) >= 300
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS)
    assert all(bool(mutant.caught_by) != bool(mutant.survives) for mutant in MUTANTS)
    bases = [basis[mutant.rule] for mutant in MUTANTS if mutant.rule]
    assert len(bases) >= 0.98 * len(MUTANTS)
    assert bases.count("decided") <= 0.15 * len(bases)
