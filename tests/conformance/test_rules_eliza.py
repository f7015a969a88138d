"""The rules of ElizaOS: the stand-in keeps them all, and a broken server is found out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any, NamedTuple

import httpx
import pytest

from tests.mutants import mutated_app as breaking
from tests.mutants.eliza.all import BREAKAGES
from tests.mutants.eliza.found import BY_ALL, BY_RULE, BY_SHAPE, ESCAPED
from tests.support.server import ROOT
from understudy.app import Understudy
from understudy.client import ControlClient
from understudy.client.httpx_transport import Transport
from understudy.client.in_process import InProcess
from understudy.client.requests_adapter import Adapter
from understudy.conformance.arazzo.runner import Outcome, Runner
from understudy.conformance.arazzo.workflow import Workflow, workflows
from understudy.conformance.http_client import HttpClient
from understudy.serving.project import find_contract, load

RULES = workflows(ROOT / "specs" / "eliza.arazzo.yaml", find_contract("eliza"))

DEFAULT_SERVER = "00000000-0000-0000-0000-000000000000"

_numbers = count(1)


class Stage(NamedTuple):
    """A server to judge, in a namespace of its own, and its clock."""

    control: ControlClient
    http: httpx.Client
    client: HttpClient

    def judged(self, rules: list[Workflow]) -> list[Outcome]:
        """What comes of the rules there."""
        runner = Runner(
            str(self.http.base_url),
            {},
            run=f"run-{next(_numbers)}",
            advance=lambda duration: void(self.control.clock.advance(duration)),
            client=self.client,
        )
        return list(runner.run(rules))


def void(_: object) -> None:
    """Nothing is made of a result."""


@pytest.fixture(scope="module")
def app() -> Understudy:
    """The stand-in."""
    return Understudy(load([]))


@pytest.fixture
def staged(app: Understudy) -> Iterator[Callable[..., Stage]]:
    """Opens namespaces of an app, the stand-in unless another one is given."""
    opened: list[InProcess] = []

    def open_stage(server: Any = app) -> Stage:
        opened.append(InProcess(server))
        transport, namespace = Transport(opened[-1]), f"rules-{next(_numbers)}"
        control = ControlClient("http://localhost", namespace, transport=transport)
        http = httpx.Client(base_url=f"{control.url}", transport=transport)
        return Stage(control, http, HttpClient(Adapter(opened[-1])))

    yield open_stage
    for inside in opened:
        inside.close()


def test_every_rule_says_what_it_guarantees_and_why() -> None:
    """Each rule has a sentence, a source and a basis; at least 60 are not of our own making."""
    assert len(RULES) >= 65
    assert all(r.summary.endswith(".") and r.description.endswith(".") for r in RULES)
    assert sum(r.basis in ("documented", "observed") for r in RULES) >= 60


@pytest.mark.parametrize("persona", ["docs", "1.7"])
def test_the_stand_in_keeps_all_rules(staged: Callable[..., Stage], persona: str) -> None:
    """Either persona keeps every rule, also in a namespace where they were all tried before."""
    stage = staged()
    stage.control.settings(personas={"eliza": persona})
    for outcome in (*stage.judged(RULES), *stage.judged(RULES)):
        assert outcome.verdict == "kept", (outcome.workflow.id, outcome.step, outcome.reason)
        assert outcome.not_cleaned_up == []


def test_rules_leave_nothing_behind(staged: Callable[..., Stage]) -> None:
    """After all rules there are the agents from before, no sessions, and the channels of jobs
    alone, which nothing tells."""
    stage = staged()
    before = stage.http.get("/api/agents").json()
    jobs = [rule for rule in RULES if "createJob" in rule.operations]
    stage.judged([rule for rule in RULES if rule not in jobs])
    assert stage.http.get("/api/agents").json() == before
    assert stage.http.get("/api/messaging/sessions").json()["sessions"] == []
    channels = f"/api/messaging/message-servers/{DEFAULT_SERVER}/channels"
    assert stage.http.get(channels).json()["data"]["channels"] == []


@pytest.fixture(scope="module")
def broken() -> Iterator[breaking.Stage]:
    """All breakages."""
    with breaking.staged(BREAKAGES, "") as opened:
        yield opened


def test_the_breakages_are_many_and_nearly_all_are_found_out() -> None:
    """What nothing tells is one in twenty at most, and has its reason."""
    assert len(BREAKAGES) >= 300
    names = {case.name for case in BREAKAGES}
    assert names == {*BY_RULE, *BY_ALL, *BY_SHAPE, *ESCAPED}
    assert len(names) == len(BY_RULE) + len(BY_ALL) + len(BY_SHAPE) + len(ESCAPED)
    assert len(ESCAPED) <= 0.05 * len(BREAKAGES)


@pytest.mark.parametrize("case", [c for c in BREAKAGES if c.rule], ids=lambda case: case.name)
def test_a_breakage_is_found_out(broken: breaking.Stage, case: breaking.Case) -> None:
    """By the rule that is about it, which tells why."""
    (outcome,) = broken.outcomes(case.name, [rule for rule in RULES if rule.id == case.rule])
    assert outcome.verdict == "broken", outcome.reason
    assert outcome.reason


@pytest.mark.parametrize("name", BY_ALL)
def test_all_rules_find_out_what_one_does_not(broken: breaking.Stage, name: str) -> None:
    """What goes wrong now and then goes wrong in one rule or another."""
    assert any(outcome.verdict == "broken" for outcome in broken.outcomes(name, RULES))
