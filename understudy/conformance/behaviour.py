"""The tier "behaviour": does a server keep the rules of an API? The rules are the workflows of the
Arazzo document beside the API's contract."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from typing import Any

import msgspec
import requests

from understudy.conformance.arazzo.alternatives import adapted, needed_operations
from understudy.conformance.arazzo.runner import Advance, ClockError, Outcome, Runner
from understudy.conformance.arazzo.workflow import Workflow
from understudy.conformance.implemented.implementation import Implementation
from understudy.conformance.options import CheckOptions
from understudy.conformance.reports.cause import rule_cause
from understudy.conformance.reports.finding import Finding
from understudy.conformance.reports.report import Report
from understudy.conformance.reports.rule_result import RuleResult
from understudy.conformance.reports.wording import as_shown, excerpt
from understudy.conformance.shape.response_checks import ResponseChecker
from understudy.conformance.target.bounded_http import BoundedAdapter, describe_error
from understudy.conformance.target.http_client import new_session
from understudy.http.curl import full_curl
from understudy.http.messages import Exchange
from understudy.http.secrets import without_user
from understudy.openapi.personas import has_operation


def check_behaviour(
    rules: Iterable[Workflow],
    runner: Runner,
    report: Report,
    options: CheckOptions,
    response_checker: ResponseChecker | None = None,
    implementation: Implementation | None = None,
    settled: Callable[[Exchange], Exchange] = lambda exchange: exchange,
) -> None:
    """Run rules, and record the results.

    The response checker validates all responses; what the `implementation` lacks is not called;
    `settled` takes from an exchange what differs from run to run.
    """
    pending, implementation = deque(rules), implementation or Implementation()
    by_id = {rule.id: rule for rule in pending}
    for outcome in runner.run(_runnable(pending, report, options, implementation)):
        rule = outcome.workflow
        number = f"rule {len(by_id) - len(pending)} of {len(by_id)}"
        options.progress(f"{number}: {rule.id}: {outcome.verdict}")
        if _tells_absence(outcome, implementation):
            pending.appendleft(by_id[rule.id])  # it may do without
            continue
        _record(outcome, report)
        if outcome.clock_error and outcome.clock_error not in report.errors:
            report.errors.append(outcome.clock_error)
        if response_checker is not None:
            response_checker.check(outcome.exchanges)
        if outcome.verdict == "broken" and options.counts_rule(rule):
            report.findings.append(_finding(outcome, list(map(settled, outcome.exchanges))))


def _runnable(
    pending: deque[Workflow], report: Report, options: CheckOptions, implementation: Implementation
) -> Iterator[Workflow]:
    """Yield the rules as they can be run; record those that cannot."""
    while pending:
        rule = pending.popleft()
        lacking = {o.id for o in rule.all_operations if not has_operation(o, options.persona)}
        absent = lacking | implementation.absent
        if needed := needed_operations(rule, implementation.absent):
            report.rules.append(_result(rule, "not judged", f"needs {needed[0]}"))
        elif needed_operations(rule, absent):
            reason = f"the persona {options.persona} lacks operations that it calls"
            report.rules.append(_result(rule, "not judged", reason))
        else:
            yield adapted(rule, absent)


def _tells_absence(outcome: Outcome, implementation: Implementation) -> bool:
    """Return whether a rule is broken only since an operation is absent, which was not known: it
    answered as an unknown path, where the rule expects another status."""
    if outcome.verdict != "broken" or "$statusCode" not in outcome.reason:
        return False
    return implementation.observe_failure(outcome.exchanges[-1])


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


def _finding(outcome: Outcome, exchanges: list[Exchange]) -> Finding:
    rule, last = outcome.workflow, exchanges[-1]
    step = next(step for step in rule.steps if step.id == outcome.step)
    lines = [f"at the step {step.id}: {outcome.reason}", step.description, rule.description]
    if last.response.status:
        lines.append(f"the response is {excerpt(last)}")
    return Finding(
        step.operation.id,
        rule.id,
        rule.summary,
        "\n".join(filter(None, lines)),
        tuple(map(full_curl, exchanges)),
        "behaviour",
        rule.basis,
        tuple(map(as_shown, exchanges)),
        cause=rule_cause(rule.id, step.operation.id, outcome.reason),
    )


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
