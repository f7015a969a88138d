"""Runs workflows against a server, each with a run id of its own, until a step fails."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import msgspec

from understudy.conformance.arazzo.expressions import Context, evaluate, evaluate_template
from understudy.conformance.arazzo.workflow import Step, Workflow
from understudy.conformance.target.http_client import ApiClient, HttpClient
from understudy.errors import UsageError
from understudy.http import json_codec
from understudy.http.har import response_headers
from understudy.http.json_codec import ABSENT, decode_or_text
from understudy.http.messages import Exchange
from understudy.openapi.credentials import Credentials


class ClockError(UsageError):
    """The clock of the target cannot be moved."""


#: Lets so much time pass at the target (an ISO 8601 duration). Raises ClockError if it cannot.
Advance = Callable[[str], None]

#: Why rules that need time are not judged.
NO_CLOCK = "time must pass, and there is no clock: --clock URL or --wait-for-time lets it pass"

#: What the steps of a workflow returned so far: step id, output, value.
Outputs = dict[str, dict[str, Any]]


@dataclass
class Outcome:
    """The result of a workflow.

    `verdict` is "kept", "broken" or "not judged"; `reason` says why it is not kept, `step` at which
    step. `clock_error` says how the clock failed, if it did. `exchanges` are those of the steps,
    without cleanup; `not_cleaned_up` are the cleanup steps that failed.
    """

    workflow: Workflow
    verdict: str = "kept"
    step: str = ""
    reason: str = ""
    clock_error: str = ""
    exchanges: list[Exchange] = field(default_factory=list)
    not_cleaned_up: list[str] = field(default_factory=list)


class Runner:
    """Runs workflows against the API at `base_url`, with the credentials that it needs."""

    def __init__(
        self,
        base_url: str,
        credentials: Credentials,
        *,
        run: str,
        advance: Advance | None = None,
        client: HttpClient | None = None,
        own_base_urls: Mapping[str, str] | None = None,
    ) -> None:
        self._api = ApiClient(base_url, credentials, client or HttpClient(), own_base_urls)
        self._run = run
        self._advance = advance

    def run(self, workflows: Iterable[Workflow]) -> Iterator[Outcome]:
        """Run workflows, and yield the outcome of each."""
        for number, workflow in enumerate(workflows):
            yield self._outcome(workflow, f"{self._run}-{number}")

    def _outcome(self, workflow: Workflow, run: str) -> Outcome:
        outcome = Outcome(workflow)
        if workflow.needs_time and self._advance is None:
            outcome.verdict, outcome.reason = "not judged", NO_CLOCK
            return outcome
        outputs: Outputs = {}
        context = Context({"run": run}, outputs)
        try:
            for step in workflow.steps:
                self._perform(step, context, outputs, outcome)
                if outcome.verdict == "broken":
                    break
        except UsageError as error:
            outcome.verdict, outcome.reason = "not judged", str(error)
            outcome.clock_error = str(error) if isinstance(error, ClockError) else ""
        for step in workflow.cleanup:
            self._clean_up(step, context, outcome)
        return outcome

    def _perform(self, step: Step, context: Context, outputs: Outputs, outcome: Outcome) -> None:
        """Call the operation of a step, check its criteria, and record its outputs."""
        self._let_pass(step)
        exchange = self._call(step, context)
        outcome.exchanges.append(exchange)
        response = exchange.response
        headers, body = response_headers(response), decode_or_text(response.body)
        context = context._replace(status=response.status, headers=headers, body=body)
        outputs[step.id] = {name: evaluate(e, context) for name, e in step.outputs.items()}
        used = outcome.workflow.used_outputs
        failure = exchange.error or _failed_criterion(step, context, used)
        if failure and response.status == 429:
            raise UsageError("the server answered 429, too many requests; use --rate")
        if failure and 300 <= response.status < 400:
            failure += f" (a redirect to {headers.get('location')}, which is not followed)"
        if failure and step.is_premise:
            raise UsageError(f"the server need not do what the step {step.id} awaits: {failure}")
        if failure:
            outcome.verdict, outcome.step, outcome.reason = "broken", step.id, failure

    def _let_pass(self, step: Step) -> None:
        """Let the time before a step pass: by the clock, if there is one; a moment by waiting."""
        if step.wait:
            (self._advance or wait)(step.wait)
        if step.advance and self._advance is not None:
            self._advance(step.advance)

    def _clean_up(self, step: Step, context: Context, outcome: Outcome) -> None:
        try:
            exchange = self._call(step, context)
        except UsageError:  # what the step removes was never made
            return
        status = exchange.response.status
        if not 200 <= status < 300 and status not in (404, 410):
            outcome.not_cleaned_up.append(f"{step.id}: {exchange.error or status}")

    def _call(self, step: Step, context: Context) -> Exchange:
        path = step.operation.path
        query: dict[str, str] = {}
        headers: dict[str, str] = {}
        for location, name, template in step.parameters:
            value = evaluate_template(template, context)
            text = value if isinstance(value, str) else json_codec.encode(value).decode()
            if location == "path":
                path = path.replace("{" + name + "}", quote(text, safe=""))
            elif location == "query":
                query[name] = text
            else:
                headers[name] = text
        body = evaluate_template(step.payload, context) if step.has_body else ABSENT
        method = step.operation.method
        return self._api.call(step.operation.id, method, path, query, headers, body)


def wait(duration: str) -> None:
    """Let time pass by waiting."""
    time.sleep(msgspec.convert(duration, timedelta).total_seconds())


def _failed_criterion(step: Step, context: Context, used: Collection[str]) -> str:
    """Return what is wrong with a response: a false criterion, or a missing output; else ""."""
    for criterion in step.criteria:
        result = criterion.condition(context)
        if not result.holds:
            return f"{criterion.text}: {result.actual}"
    for name, expression in step.outputs.items():
        needed = f"$steps.{step.id}.outputs.{name}" in used
        if needed and evaluate(expression, context) is ABSENT:
            return f"{expression} is <absent>, and later steps need it"
    return ""
