"""The tier "behaviour": does a server keep the rules of an API? The rules are the workflows of the
Arazzo document beside the API's contract."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import Any

import msgspec
import requests

from understudy.conformance.arazzo.alternatives import adapted, needed_operations
from understudy.conformance.arazzo.runner import Advance, ClockError, Outcome, Runner
from understudy.conformance.arazzo.workflow import Workflow
from understudy.conformance.options import CheckOptions
from understudy.conformance.reports.finding import Finding
from understudy.conformance.reports.report import Report
from understudy.conformance.reports.rule_result import RuleResult
from understudy.conformance.reports.wording import as_shown, excerpt
from understudy.conformance.shape.response_checks import ResponseChecker
from understudy.conformance.target.bounded_http import BoundedAdapter, describe_error
from understudy.conformance.target.http_client import new_session
from understudy.http.har import full_curl
from understudy.http.messages import Exchange
from understudy.http.secrets import without_user
from understudy.openapi.personas import has_operation


def check_behaviour(
    rules: Iterable[Workflow],
    runner: Runner,
    report: Report,
    options: CheckOptions,
    response_checker: ResponseChecker | None = None,
    absent: Collection[str] = (),
) -> None:
    """Run rules, and record the results. The response checker validates all responses; `absent` are
    the operations that the server does not have."""
    runnable = []
    for rule in rules:
        lacking = {o.id for o in rule.all_operations if not has_operation(o, options.persona)}
        if needed := needed_operations(rule, absent):
            report.rules.append(_result(rule, "not judged", f"needs {', '.join(needed)}"))
        elif needed_operations(rule, lacking | set(absent)):
            reason = f"the persona {options.persona} lacks operations that it calls"
            report.rules.append(_result(rule, "not judged", reason))
        else:
            runnable.append(adapted(rule, lacking | set(absent)))
    for number, outcome in enumerate(runner.run(runnable), 1):
        rule = outcome.workflow
        options.progress(f"rule {number} of {len(runnable)}: {rule.id}: {outcome.verdict}")
        _record(outcome, report)
        if outcome.clock_error and outcome.clock_error not in report.errors:
            report.errors.append(outcome.clock_error)
        if response_checker is not None:
            response_checker.check(outcome.exchanges)
        if outcome.verdict == "broken" and options.counts_rule(rule):
            report.findings.append(_finding(outcome))


def _record(outcome: Outcome, report: Report) -> None:
    for exchange in outcome.exchanges:
        report.coverage.requests += 1
        status = exchange.response.status
        if status:
            report.coverage.see(str(exchange.operation), status)
            report.personas.add(str(exchange.operation), status, exchange.response.body)
    report.not_cleaned_up += outcome.not_cleaned_up
    exchanges = tuple(map(as_shown, outcome.exchanges))
    report.rules.append(_result(outcome.workflow, outcome.verdict, outcome.reason, exchanges))


def _result(
    rule: Workflow, verdict: str, reason: str, exchanges: tuple[Exchange, ...] = ()
) -> RuleResult:
    operations = tuple(rule.operations)
    return RuleResult(rule.id, rule.summary, rule.basis, operations, verdict, reason, exchanges)


def _finding(outcome: Outcome) -> Finding:
    rule, last = outcome.workflow, outcome.exchanges[-1]
    step = next(step for step in rule.steps if step.id == outcome.step)
    lines = [f"at the step {step.id}: {outcome.reason}", step.description, rule.description]
    if last.response.status:
        lines.append(f"the response is {excerpt(last)}")
    return Finding(
        step.operation.id,
        rule.id,
        rule.summary,
        "\n".join(filter(None, lines)),
        tuple(full_curl(exchange) for exchange in outcome.exchanges),
        "behaviour",
        rule.basis,
        tuple(map(as_shown, outcome.exchanges)),
    )


def new_run_id() -> str:
    """Return a text that no other run has."""
    return f"r{uuid.uuid4().hex[:10]}"


def clock_at(url: str) -> Advance:
    """Return a function that lets time pass by a clock of the target.

    `url` takes `{"advance": DURATION}` by POST, as our own control API does; or, with `{ms}` in it,
    a GET with the milliseconds since the start of the run.
    """
    passed, shown = timedelta(), without_user(url)

    def advance(duration: str) -> None:
        nonlocal passed
        passed += msgspec.convert(duration, timedelta)
        milliseconds = passed // timedelta(milliseconds=1)
        try:
            if "{ms}" in url:
                status = _status("GET", url.replace("{ms}", str(milliseconds)))
            else:
                status = _status("POST", url, json={"advance": duration})
        except requests.RequestException as error:
            reason = describe_error(error)
            raise ClockError(f"the clock at {shown} cannot be moved: {reason}") from None
        if not 200 <= status < 300:
            raise ClockError(f"the clock at {shown} cannot be moved: it answered {status}")

    return advance


def _status(method: str, url: str, **options: Any) -> int:
    """Send a request, and return the status of the response."""
    with new_session(BoundedAdapter()) as session:
        return session.request(method, url, timeout=5, stream=True, **options).status_code
