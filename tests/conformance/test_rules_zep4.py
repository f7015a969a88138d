"""The rules of behaviour of Zep v4: the stand-in keeps them all, and each mutant breaks the rule
that is expected to catch it."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.mutants.mutant import Mutant
from tests.mutants.rules import MutantRunner, mutant_runner, run_rules
from tests.mutants.zep4 import MUTANTS
from understudy.conformance.arazzo.workflow import Workflow, rules_of
from understudy.conformance.behaviour import clock_at
from understudy.serving.project import find_contract

API = "/api/v4"
KEY = {"Authorization": "Api-Key rules"}

#: What rules remove. Tasks and batches stay, and what the project has set.
REMOVED = ("users", "sessions", "groups", "episodes", "nodes", "facts", "context_templates")


@pytest.fixture(scope="module")
def rules() -> list[Workflow]:
    """Read the rules."""
    contract = find_contract("zep4")
    return rules_of(contract, contract.path)


def test_stand_in_keeps_every_rule_twice(
    rules: list[Workflow], http: httpx.Client, origin: str
) -> None:
    """It also keeps them where all rules have run before; they remove what they made."""
    advance = clock_at(f"{origin}/_understudy/clock")
    for run in ("first", "second"):
        outcomes = run_rules(origin + API, rules, run=run, headers=KEY, advance=advance)
        failed = [o for o in outcomes if o.verdict != "kept" or o.not_cleaned_up]
        assert [(o.workflow.id, o.step, o.reason, o.not_cleaned_up) for o in failed] == []
    state = http.get("/_understudy/state").json()["apis"]["zep"]["rules"]
    assert [name for name in REMOVED if state.get(name, {}).get("records")] == []


def test_rules_have_summaries_and_sources(rules: list[Workflow]) -> None:
    """Each rule has its texts, and says which part of it we decided."""
    for rule in rules:
        assert rule.summary.endswith("."), rule.id
        assert rule.description.endswith("."), rule.id
        assert all(step.criteria for step in rule.steps), rule.id
        if rule.basis == "decided":
            assert "decided here" in rule.description.lower(), rule.id


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
