"""The third tier itself: sequences, what differs, the shortest of each, and what it comes to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass

import httpx

from understudy.conformance.arazzo.runner import Sent
from understudy.conformance.arazzo.workflow import Workflow
from understudy.conformance.exploration.attribution import attribute, describe
from understudy.conformance.exploration.differential import (
    DifferentialRunner,
    Model,
    Observation,
    Signature,
)
from understudy.conformance.exploration.executor import Server
from understudy.conformance.exploration.generator import SequenceGenerator
from understudy.conformance.exploration.minimizer import Minimizer
from understudy.conformance.exploration.operation_graph import OperationGraph
from understudy.conformance.exploration.sequence import Step
from understudy.conformance.reports.report import Finding, Report
from understudy.openapi.contract import Contract

#: Steps of a sequence, about.
LENGTH = 10
#: How often a difference is looked for again.
REPLAYS = 3


@dataclass(frozen=True)
class ExploreOptions:
    """How much to explore: `requests` to the target, about; by `seed`; which operations."""

    requests: int
    seed: int = 1
    wanted: frozenset[str] | None = None
    progress: Callable[[str], None] = lambda _: None


def check_exploration(
    contract: Contract,
    report: Report,
    quest: ExploreOptions,
    models: Sequence[Model],
    rules: Sequence[Workflow],
    headers: Mapping[str, str],
    client: httpx.Client,
    run: str,
) -> None:
    """Explore into the report: a difference that a rule speaks against is a finding, any other one
    is for review. `rules` are those that may find, `run` a text that no other run has; `client`
    makes all requests to the target."""
    target = Server(report.url, headers, client)
    catalogue = OperationGraph(contract, quest.wanted)
    with closing(DifferentialRunner(catalogue, target, models, headers, run)) as court:
        _Exploration(report, quest, catalogue, court, rules).go(models)


class _Exploration:
    """One exploration; `_known` are the differences that were told."""

    def __init__(
        self,
        report: Report,
        quest: ExploreOptions,
        catalogue: OperationGraph,
        court: DifferentialRunner,
        rules: Sequence[Workflow],
    ) -> None:
        self._report = report
        self._quest = quest
        self._catalogue = catalogue
        self._court = court
        self._rules = rules
        self._known: set[Signature] = set()

    def go(self, models: Sequence[Model]) -> None:
        """Explore until the requests are spent. Each sequence costs some: if it is not sent, the
        model could not write one, and the next one is tried."""
        author = SequenceGenerator(self._catalogue, self._quest.seed)
        self._court.survey()
        target, most = self._court.target, self._quest.requests
        for number in range(most):
            if target.count >= most or target.over:
                break
            model = models[number % len(models)]
            name = f"written{number}"
            sequence = author.sequence(self._court.world(model, name), name, LENGTH)
            model.drop(name)
            self._explore(sequence)
            self._quest.progress(
                f"exploration: {target.count} of {most} requests, {len(self._known)} differences"
            )
        self._report.cases += target.count
        for maker, left in sorted(self._court.left.items()):
            self._report.left.append(f"exploration: {left} made by {maker}")

    def _explore(self, sequence: list[Step]) -> None:
        found: Observation | None = None
        for observation in self._court.try_(sequence):
            if not observation.signatures <= self._known:
                found = observation
                break
        exchanges = self._court.exchanges
        for sent in exchanges:
            self._report.explored.add(sent.step)
            if sent.status:
                self._report.see(sent.step, sent.status)
        if found is not None:
            new = found.signatures - self._known
            self._known |= found.signatures
            self._tell(sequence[: found.number + 1], found, exchanges, new)

    def _tell(
        self,
        sequence: list[Step],
        found: Observation,
        exchanges: list[Sent],
        new: frozenset[Signature],
    ) -> None:
        """Shorten the sequence, see whether it shows the difference each time, and report it."""
        search = Minimizer(self._court, new)
        shown = [search.shows(sequence) for _ in range(REPLAYS)]
        if all(shown):
            shortest = search.shortest(sequence)
            shown = [search.shows(shortest, sure=True) for _ in range(REPLAYS)]
        else:
            shortest = sequence
        if search.last is not None:
            found, exchanges = search.last
            self._known |= found.signatures
        self._report_it(found, shortest, exchanges, sum(shown))

    def _report_it(
        self, found: Observation, sequence: list[Step], exchanges: list[Sent], shown: int
    ) -> None:
        declared = self._catalogue.operation(found.step.operation).responses
        ground = attribute(found, sequence, self._rules, declared)
        finding = Finding(
            found.step.operation,
            ground.rule,
            ground.title,
            describe(found, ground, f"{shown} times of {REPLAYS}" if shown < REPLAYS else ""),
            tuple(sent.curl for sent in exchanges),
            "exploration",
            ground.basis,
        )
        list_ = self._report.findings if ground.fails and shown else self._report.review
        if all(finding.key != earlier.key for earlier in list_):
            list_.append(finding)
