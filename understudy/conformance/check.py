"""Does a server keep an API's contract, in shape and in behaviour?

The check knows contracts and a URL, never our app or handlers: it treats all servers alike.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from understudy.conformance.arazzo.runner import Runner
from understudy.conformance.arazzo.workflow import Workflow
from understudy.conformance.behaviour import check_behaviour
from understudy.conformance.cleanup import Cleanup
from understudy.conformance.completeness import add_doubts, record_failures
from understudy.conformance.exploration.differential import Model
from understudy.conformance.exploration.explore import ExploreOptions, check_exploration
from understudy.conformance.implemented.implementation import Implementation
from understudy.conformance.implemented.survey import leave_out, survey
from understudy.conformance.options import CheckOptions
from understudy.conformance.reports.coverage import Coverage
from understudy.conformance.reports.persona_tally import PersonaTally
from understudy.conformance.reports.report import Report
from understudy.conformance.reports.settled import settle
from understudy.conformance.run_names import RunNames
from understudy.conformance.shape.response_checks import ResponseChecker
from understudy.conformance.shape.run import check_shape
from understudy.conformance.target.http_client import ApiClient, HttpClient
from understudy.conformance.target.target_client import TargetClient
from understudy.openapi.contract import Contract
from understudy.openapi.credentials import (
    Credentials,
    credentials_of,
    own_base_urls,
    resolve_base_url,
)
from understudy.openapi.personas import for_persona, has_operation

#: Of a limited number of requests, one in so many may find out which operations there are.
_SHARE_OF_PROBES = 4


def check(
    contract: Contract,
    url: str,
    options: CheckOptions | None = None,
    *,
    rules: Sequence[Workflow] = (),
    models: Sequence[Model] = (),
    api_key: str | None = None,
    app: Any = None,
) -> Report:
    """Check the server at `url`, or the ASGI `app` in this process (its shape alone).

    `url` is the base URL of the API's own client, or the server's origin; `models` are stand-ins,
    with which exploration compares the server. Raises UsageError if no server answers, it has none
    of the operations, a key is needed, or Schemathesis is not installed.
    """
    options = options or CheckOptions()
    base_url = resolve_base_url(contract, url)
    credentials = credentials_of(contract, api_key)
    personas = PersonaTally(contract if options.persona is None else None)
    if options.persona is not None:
        contract = for_persona(contract, options.persona)
    coverage = _coverage(contract, options, rules)
    report = Report(contract.name, base_url, coverage, personas=personas)
    names = RunNames()
    client = _client(contract, base_url, options, names)
    settled = client.server_values.marked_exchange
    checker = ResponseChecker(contract, report, settled, options.selects_operation)
    run = _Run(contract, report, options, credentials, client, checker, rules, models, app, names)
    if app is None:
        with client:
            run.run_at_server(Cleanup(contract, names, base_url))
    else:
        run.run()
    report.findings[:] = [one for one in report.findings if one.rule not in options.skip]
    if app is None:
        record_failures(client, report, options)
    add_doubts(report)
    settle(report, client.server_values)
    return report


def _client(
    contract: Contract, base_url: str, options: CheckOptions, names: RunNames
) -> TargetClient:
    return TargetClient(
        contract,
        base_url,
        timeout=options.timeout,
        rate=options.rate,
        sleep=options.sleep,
        progress=options.progress,
        names=names,
    )


def _coverage(contract: Contract, options: CheckOptions, rules: Sequence[Workflow]) -> Coverage:
    """Return the coverage of the selected operations, and those that selected rules are about."""
    subjects = {o.id for rule in rules if options.selects_rule(rule) for o in rule.subjects}
    return Coverage.of(
        operation
        for operation in contract.operations
        if has_operation(operation, options.persona)
        and (options.selects_operation(operation) or operation.id in subjects)
    )


@dataclass
class _Run:
    """One run of the check: its tiers record into the report."""

    contract: Contract
    report: Report
    options: CheckOptions
    credentials: Credentials
    client: TargetClient
    checker: ResponseChecker
    rules: Sequence[Workflow]
    models: Sequence[Model]
    app: Any
    names: RunNames
    implementation: Implementation = field(default_factory=Implementation)

    def run_at_server(self, cleanup: Cleanup) -> None:
        """Run, and before that look at what the server has; delete at the end what the run made."""
        self.client.observers.append(cleanup.observe)
        self.client.probe()
        options, report = self.options, self.report
        if options.max_requests is None and options.rate is None:
            with HttpClient(timeout=options.timeout) as other:  # its failures are no findings
                cleanup.look(ApiClient(report.url, self.credentials, other))
        self.run()
        report.notes += filter(None, [cleanup.note()])
        if options.cleanup:
            options.progress("deleting what the check made")
            elsewhere = own_base_urls(self.contract, report.url)
            api = ApiClient(report.url, self.credentials, self.client, elsewhere)
            report.not_cleaned_up[:] = cleanup.run(api, frozenset(report.not_implemented))

    def run(self) -> None:
        """Find out what the server implements, and run the tiers on that.

        They share the requests that are allowed evenly; what one leaves over is for the next one.
        """
        tiers, limit = self._tiers(), self.options.max_requests
        if self.app is None:
            self.client.set_budget(None if limit is None else limit // _SHARE_OF_PROBES)
            self.implementation = survey(
                self.contract,
                self.report,
                self.options,
                self._selected_rules(),
                self.credentials,
                self.client,
            )
        for number, tier in enumerate(tiers, 1):
            self.client.set_budget(None if limit is None else limit * number // len(tiers))
            tier()
            self.report.is_cut_short |= self.client.budget_spent
        rules = self._selected_rules()
        leave_out(self.contract, self.report, self.options, rules, self.implementation)

    def _selected_rules(self) -> list[Workflow]:
        if "behaviour" not in self.options.tiers:
            return []
        return [rule for rule in self.rules if self.options.selects_rule(rule)]

    def _tiers(self) -> list[Callable[[], None]]:
        """Return the tiers to run, in order. Behaviour and exploration clean up, so they come
        first: requests for shapes stop and delete what they find."""
        options, has_server = self.options, self.app is None
        tiers = (
            (self._behaviour, "behaviour" in options.tiers and has_server),
            (self._exploration, bool(options.explore and self.models) and has_server),
            (self._shape, "shape" in options.tiers),
        )
        return [tier for tier, is_wanted in tiers if is_wanted]

    def _behaviour(self) -> None:
        options, report = self.options, self.report
        runner = Runner(
            report.url,
            self.credentials,
            run=self.names.id,
            advance=options.advance,
            client=self.client,
            own_base_urls=own_base_urls(self.contract, report.url),
        )
        checker = self.checker if "shape" in options.tiers else None
        check_behaviour(
            self._selected_rules(),
            runner,
            report,
            options,
            checker,
            self.implementation,
            self.client.server_values.marked_exchange,
        )
        if self.client.responses:
            self.client.failures.clear()  # the rules report them

    def _exploration(self) -> None:
        options = self.options
        operations = filter(options.selects_operation, self.contract.operations)
        explore_options = ExploreOptions(
            requests=options.explore,
            seed=options.seed,
            operations=frozenset(operation.id for operation in operations),
            progress=options.progress,
            absent=frozenset(self.implementation.absent),
        )
        check_exploration(
            self.contract,
            self.report,
            explore_options,
            self.models,
            [rule for rule in self.rules if options.counts_rule(rule)],
            self.credentials,
            self.client,
            self.names.id,
        )

    def _shape(self) -> None:
        self.implementation.settle_likely()
        check_shape(
            self.contract,
            self.report,
            self.options,
            self.credentials,
            client=self.client,
            checker=self.checker,
            app=self.app,
            implementation=self.implementation,
            names=self.names,
        )
