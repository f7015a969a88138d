"""Runs exploration: generates sequences, compares, minimizes what differs, and reports it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from understudy.conformance.arazzo.workflow import Workflow
from understudy.conformance.exploration.attribution import attribute, describe
from understudy.conformance.exploration.differential import (
    DifferentialRunner,
    Model,
    Observation,
    Signature,
)
from understudy.conformance.exploration.executor import CountingClient
from understudy.conformance.exploration.generator import SequenceGenerator
from understudy.conformance.exploration.minimizer import Minimizer
from understudy.conformance.exploration.sequence import Call
from understudy.conformance.reports.finding import Finding
from understudy.conformance.reports.report import Report
from understudy.conformance.reports.wording import counted
from understudy.conformance.target.http_client import HttpClient
from understudy.http.curl import full_curl
from understudy.http.messages import Exchange
from understudy.openapi.contract import Contract
from understudy.openapi.credentials import Credentials
from understudy.openapi.resources.operation_graph import OperationGraph

#: About how many calls a sequence has.
LENGTH = 10
#: How often a difference is reproduced before it is reported.
REPLAYS = 3


@dataclass(frozen=True)
class ExploreOptions:
    """How much to explore: about so many `requests` to the target, by `seed`, and only these
    operations (None: all). `absent` are those that the target lacks."""

    requests: int
    seed: int = 1
    operations: frozenset[str] | None = None
    absent: frozenset[str] = frozenset()
    progress: Callable[[str], None] = lambda _: None


def check_exploration(
    contract: Contract,
    report: Report,
    options: ExploreOptions,
    models: Sequence[Model],
    rules: Sequence[Workflow],
    credentials: Credentials,
    client: HttpClient,
    run: str,
) -> None:
    """Explore, and record the results.

    A difference that breaks one of the rules is a finding; any other one is for review. `client`
    sends all requests to the target; `run` is a text that no other run has.
    """
    target = CountingClient(report.url, credentials, client)
    graph = OperationGraph(contract, options.operations, options.absent)
    runner = DifferentialRunner(graph, target, models, credentials, run)
    _Exploration(report, options, runner, rules).run()


class _Exploration:
    """One exploration; it reports each difference once."""

    def __init__(
        self,
        report: Report,
        options: ExploreOptions,
        runner: DifferentialRunner,
        rules: Sequence[Workflow],
    ) -> None:
        self._report = report
        self._options = options
        self._runner = runner
        self._rules = rules
        self._reported: set[Signature] = set()

    def run(self) -> None:
        """Explore until the requests are spent.

        A sequence that no model can execute costs no request, so there are at most as many
        sequences as requests.
        """
        runner, target, limit = self._runner, self._runner.target, self._options.requests
        generator = SequenceGenerator(runner.graph, self._options.seed)
        runner.survey()
        for number in range(limit):
            if target.count >= limit or target.stopped:
                break
            model = runner.models[number % len(runner.models)]
            namespace = f"generated{number}"
            client = runner.model_client(model, namespace)
            sequence = generator.sequence(client, namespace, LENGTH)
            model.drop_namespace(namespace)
            self._explore(sequence)
            differences = counted(len(self._reported), "difference")
            self._options.progress(
                f"exploration: {target.count} of {limit} requests, {differences}"
            )
        self._report.coverage.requests += target.count
        for creator, number in sorted(runner.not_cleaned_up.items()):
            self._report.not_cleaned_up.append(f"exploration: {number} created by {creator}")

    def _explore(self, sequence: list[Call]) -> None:
        """Run a sequence until its first new difference, and report that."""
        new = None
        with self._runner.trial(sequence) as trial:
            for observation in trial:
                if not observation.signatures <= self._reported:
                    new = observation
                    break
        self._record_coverage(trial.exchanges)
        if new is not None:
            signatures = new.signatures - self._reported
            self._reported |= new.signatures
            self._minimize(sequence[: new.number + 1], new, trial.exchanges, signatures)

    def _record_coverage(self, exchanges: list[Exchange]) -> None:
        coverage = self._report.coverage
        for exchange in exchanges:
            operation, status = str(exchange.operation), exchange.response.status
            coverage.explored.add(operation)
            if status:
                coverage.see(operation, status)

    def _minimize(
        self,
        sequence: list[Call],
        observation: Observation,
        exchanges: list[Exchange],
        signatures: frozenset[Signature],
    ) -> None:
        """Shorten a sequence, count how often it reproduces the difference, and report it."""
        minimizer = Minimizer(self._runner, signatures)
        reproduced = [minimizer.reproduces(sequence) for _ in range(REPLAYS)]
        if all(reproduced):
            sequence = minimizer.shortest(sequence)
            reproduced = [minimizer.reproduces(sequence, ignore_limit=True) for _ in range(REPLAYS)]
        if minimizer.last is not None:
            observation, exchanges = minimizer.last
            self._reported |= observation.signatures
        self._add_finding(observation, sequence, exchanges, sum(reproduced))

    def _add_finding(
        self,
        observation: Observation,
        sequence: list[Call],
        exchanges: list[Exchange],
        reproduced: int,
    ) -> None:
        operation = observation.call.operation
        declared = self._runner.graph.operation(operation).responses
        attribution = attribute(observation, sequence, self._rules, declared)
        unstable = f"{reproduced} of {REPLAYS} times" if reproduced < REPLAYS else ""
        finding = Finding(
            operation,
            attribution.rule,
            attribution.title,
            describe(observation, attribution, unstable),
            tuple(full_curl(exchange) for exchange in exchanges),
            "exploration",
            attribution.basis,
        )
        is_failure = attribution.fails and reproduced
        findings = self._report.findings if is_failure else self._report.for_review
        if all(finding.text_key != earlier.text_key for earlier in findings):
            findings.append(finding)
