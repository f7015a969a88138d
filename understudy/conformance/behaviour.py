"""The second tier of the judge: are an API's rules of behaviour kept? They are the workflows of the
Arazzo document that lies beside its contract."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterable
from datetime import timedelta

import httpx
import msgspec

from understudy.conformance.arazzo.runner import Advance, Outcome, Runner
from understudy.conformance.arazzo.workflow import Workflow
from understudy.conformance.reports.report import Exchange, Finding, Report, Rule
from understudy.conformance.response_checks import ResponseChecker
from understudy.errors import UsageError
from understudy.openapi.personas import has_operation


def check_behaviour(
    rules: Iterable[Workflow],
    runner: Runner,
    report: Report,
    *,
    decided: bool = False,
    variant: str | None = None,
    listener: ResponseChecker | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> None:
    """Run the rules into the report. Our own decisions find nothing, unless that is wanted; a
    listener judges the shape of what is answered."""
    rules = list(rules)
    lacking = [
        rule for rule in rules if not all(has_operation(s.operation, variant) for s in rule.steps)
    ]
    for rule in lacking:
        report.rules.append(_not_judged(rule, f"the variant {variant} lacks what it calls"))
    rules = [rule for rule in rules if rule not in lacking]
    for number, outcome in enumerate(runner.judge(rules), 1):
        workflow = outcome.workflow
        progress(f"rule {number} of {len(rules)}: {workflow.id}: {outcome.verdict}")
        ids = {step.id: step.operation.id for step in (*workflow.steps, *workflow.cleanup)}
        for sent in outcome.exchanges:
            report.cases += 1
            if sent.status:
                report.see(ids[sent.step], sent.status, sent.answer)
        if listener is not None:
            listener.hear(outcome.exchanges, ids)
        report.left += outcome.left
        report.rules.append(
            Rule(
                workflow.id,
                workflow.summary,
                workflow.basis,
                tuple(workflow.operations),
                outcome.verdict,
                outcome.told,
                _exchanges(outcome),
            )
        )
        if outcome.verdict == "broken" and (decided or workflow.basis != "decided"):
            report.findings.append(_finding(outcome, ids[outcome.step]))


def _not_judged(rule: Workflow, told: str) -> Rule:
    operations = tuple(rule.operations)
    return Rule(rule.id, rule.summary, rule.basis, operations, "not judged", told)


def _finding(outcome: Outcome, operation: str) -> Finding:
    workflow = outcome.workflow
    step = next(step for step in workflow.steps if step.id == outcome.step)
    told = [f"at the step {step.id}: {outcome.told}", step.description, workflow.description]
    last = outcome.exchanges[-1]
    if last.status:
        told.append(f"it answered {last.status}: {last.answer[:500].decode(errors='replace')}")
    return Finding(
        operation,
        workflow.id,
        workflow.summary,
        "\n".join(filter(None, told)),
        tuple(sent.curl for sent in outcome.exchanges),
        "behaviour",
        workflow.basis,
        _exchanges(outcome),
    )


def _exchanges(outcome: Outcome) -> tuple[Exchange, ...]:
    return tuple(
        Exchange.of(s.method, s.url, s.body, s.status, s.answer or s.trouble.encode())
        for s in outcome.exchanges
    )


def new_run() -> str:
    """A text that no other run has."""
    return f"r{uuid.uuid4().hex[:10]}"


def clock_at(url: str) -> Advance:
    """Lets time pass by a clock that the target has: `url` takes `{"advance": DURATION}` as our own
    side door does; or, with `{ms}` in it, a GET with the milliseconds from the start."""
    passed = timedelta()

    def advance(duration: str) -> None:
        nonlocal passed
        passed += msgspec.convert(duration, timedelta)
        try:
            if "{ms}" in url:
                milliseconds = passed // timedelta(milliseconds=1)
                answer = httpx.get(url.replace("{ms}", str(milliseconds)))
            else:
                answer = httpx.post(url, json={"advance": duration})
            answer.raise_for_status()
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            told = str(error).partition("\n")[0]  # what follows explains statuses
            raise UsageError(f"the clock at {url} does not obey: {told}") from None

    return advance


def wait(duration: str) -> None:
    """Lets time pass by waiting for it."""
    time.sleep(msgspec.convert(duration, timedelta).total_seconds())
