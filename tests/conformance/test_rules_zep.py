"""Zep's rules of behaviour: our stand-in keeps them, and a server that does not is found out."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.mutants.mutated_app import Case, Stage, staged
from tests.mutants.zep.all import BREAKAGES
from tests.support.server import ROOT
from understudy.conformance.arazzo.runner import Outcome, Runner
from understudy.conformance.arazzo.workflow import Workflow, workflows
from understudy.conformance.behaviour import clock_at
from understudy.serving.project import find_contract

API = "/api/v2"
KEY = {"Authorization": "Api-Key rules"}


@pytest.fixture(scope="module")
def rules() -> list[Workflow]:
    """The rules, as the judge reads them."""
    return workflows(ROOT / "specs" / "zep.arazzo.yaml", find_contract("zep"))


def judged(rules: list[Workflow], origin: str, run: str, clock: bool = True) -> list[Outcome]:
    """What comes of the rules at a server."""
    advance = clock_at(f"{origin}/_understudy/clock") if clock else None
    return list(Runner(origin + API, KEY, run=run, advance=advance).run(rules))


def test_every_rule_is_kept_again_and_again(rules: list[Workflow], origin: str) -> None:
    """Twice in one namespace, whatever the first run made there."""
    for run in ("first", "second"):
        found = [o for o in judged(rules, origin, run) if o.verdict != "kept" or o.not_cleaned_up]
        assert [(o.workflow.id, o.step, o.reason, o.not_cleaned_up) for o in found] == []


def test_nothing_is_left_behind(rules: list[Workflow], http: httpx.Client, origin: str) -> None:
    """The rules remove what they made: of every collection, no record is there any more."""
    judged(rules, origin, "tidy")
    state = http.get("/_understudy/state").json()["apis"]["zep"]["rules"]
    assert state["users"]["serial"] > 100
    left = {name: held["records"] for name, held in state.items() if held["records"]}
    assert left == {"entity_types": {"types": {"entity_types": [], "edge_types": []}}}


def test_every_rule_says_what_it_is_and_where_from(rules: list[Workflow]) -> None:
    """Each has its texts; enough of them do not come from us."""
    for rule in rules:
        assert rule.summary.endswith("."), rule.id
        assert rule.description.endswith("."), rule.id
        assert all(step.criteria for step in rule.steps), rule.id
    foreign = [rule for rule in rules if rule.basis != "decided"]
    assert len(foreign) >= 60
    decided = [rule for rule in rules if rule.basis == "decided"]
    assert all("decided here" in rule.description.lower() for rule in decided)


def test_every_operation_of_zep_is_called(rules: list[Workflow]) -> None:
    """By one rule at least."""
    called = {operation for rule in rules for operation in rule.operations}
    known = {operation.id for operation in find_contract("zep").operations}
    assert known == called


def test_without_a_clock_what_takes_time_is_not_judged(rules: list[Workflow], origin: str) -> None:
    """And the report says why."""
    found = judged([rule for rule in rules if rule.needs_time], origin, "still", clock=False)
    assert len(found) >= 5
    assert {(o.verdict, o.reason) for o in found} == {
        ("not judged", "time must pass, and there is no clock")
    }


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    """All breakages."""
    with staged(BREAKAGES, API, **KEY) as opened:
        yield opened


@pytest.mark.parametrize("case", [c for c in BREAKAGES if c.rule], ids=lambda case: case.name)
def test_a_breakage_is_found_out(rules: list[Workflow], stage: Stage, case: Case) -> None:
    """By a rule that tells why."""
    (outcome,) = stage.outcomes(case.name, [one for one in rules if one.id == case.rule])
    assert outcome.verdict == "broken", outcome.reason
    assert outcome.reason


def test_few_breakages_escape(rules: list[Workflow]) -> None:
    """Of many, hardly any breaks no rule; and few break nothing but our own decisions."""
    basis = {rule.id: rule.basis for rule in rules}
    assert len(BREAKAGES) >= 250
    assert len({case.name for case in BREAKAGES}) == len(BREAKAGES)
    known = [basis[case.rule] for case in BREAKAGES if case.rule]
    assert len(known) >= 0.98 * len(BREAKAGES)
    assert known.count("decided") <= 25
