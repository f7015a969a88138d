"""Records the events of a run of Schemathesis in a report."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from understudy.conformance.reports.cause import failure_cause
from understudy.conformance.reports.finding import Finding
from understudy.conformance.reports.report import Report
from understudy.conformance.reports.wording import excerpt
from understudy.conformance.shape.hooks import stateful_data_of
from understudy.http.messages import Exchange, Request, Response, origin_of
from understudy.openapi.contract import Contract


class EventRecorder:
    """Records the events of Schemathesis's engine in a report."""

    def __init__(self, contract: Contract, report: Report) -> None:
        self._contract = contract
        self._report = report

    def record(self, event: Any) -> None:
        """Record one event."""
        kind = type(event).__name__
        if kind == "NonFatalError":
            self._record_error(event)
        elif kind == "FatalError":
            self._report.errors.append(f"Schemathesis failed: {event.exception}")
        elif kind == "Interrupted":
            self._report.errors.append("the run was interrupted")
        elif kind == "ScenarioFinished":
            interactions = event.recorder.interactions.values()
            self._report.coverage.requests += sum(i.response is not None for i in interactions)
            for case_id, node in event.recorder.cases.items():
                self._record_case(event.recorder, case_id, node.value)

    def _record_error(self, event: Any) -> None:
        """Record what could not be checked. The target client has recorded requests that failed."""
        from requests import RequestException
        from schemathesis.engine import errors

        ignored = (
            RequestException,
            errors.UnhealthyAPIError,
            errors.UnresponsiveOperationError,
        )
        if isinstance(event.value, errors.ServerUnavailable):
            self._report.errors.append(
                "the run was cut short: the server no longer accepts requests"
            )
        elif not isinstance(event.value, ignored):
            error = f"{event.label}: {event.info.title}: {event.info.message}"
            if error not in self._report.errors:  # each phase has it
                self._report.errors.append(error)

    def _record_case(self, recorder: Any, case_id: str, case: Any) -> None:
        operation = self._contract.operation(case.operation.method, case.operation.path)
        interaction = recorder.interactions.get(case_id)
        if interaction is not None and interaction.response is not None:
            response, coverage = interaction.response, self._report.coverage
            coverage.see(operation.id, response.status_code)
            coverage.shaped.add(operation.id)
            coverage.fuzzed.add(operation.id)
            # A response to another method says nothing about this operation's persona.
            if interaction.request.method == operation.method and response.content is not None:
                self._report.personas.add(operation.id, response.status_code, response.content)
        for check in recorder.checks.get(case_id, ()):
            if check.failure_info is not None:
                self._add_finding(operation.id, recorder, case, check)

    def _add_finding(self, operation: str, recorder: Any, case: Any, check: Any) -> None:
        """Add a finding, once for each operation and rule."""
        failure = check.failure_info.failure
        key = operation, check.name, failure.title
        if any(key == known.text_key for known in self._report.findings):
            return
        curl = check.failure_info.code_sample.splitlines()[-1]
        exchanges = _exchanges(recorder, case)
        what, *schema = failure.message.strip().split("\n\n", 1)
        shown = (f"the response is {excerpt(one)}" for one in exchanges)
        lines = [*filter(None, [what]), *shown, *schema]
        self._report.findings.append(
            Finding(
                *key,
                "\n".join(lines),
                (*_curl_before(recorder, case), curl),
                exchanges=exchanges,
                cause=failure_cause(check.name, failure),
            )
        )


def _exchanges(recorder: Any, case: Any) -> tuple[Exchange, ...]:
    """Return the exchange of a case, if it has a response."""
    interaction = recorder.interactions.get(case.id)
    if interaction is None or interaction.response is None:
        return ()
    sent, received = interaction.request, interaction.response
    request = Request.to_url(sent.method, sent.uri, _pairs(sent.headers), sent.body or b"")
    content = received.content or b""
    response = Response.received(received.status_code, _pairs(received.headers), content)
    return (Exchange(0, 0, None, None, request, response, origin=origin_of(sent.uri)),)


def _pairs(headers: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(name, ", ".join(values)) for name, values in headers.items()]


def _curl_before(recorder: Any, case: Any) -> list[str]:
    """Return the curl lines that lead to a case: its chain, else those that created its ids; and
    what deleted the resource between them."""
    created = stateful_data_of(case).creation_curl
    chain = [
        earlier.as_curl_command()
        for earlier in recorder.iter_chain_cases(case_id=case.id)
        if earlier.id != case.id
    ]
    before = chain or _creations(case.as_curl_command(), created)
    deletions = [curl for curl in _deletions_before(recorder, case) if curl not in before]
    return [*before, *deletions]


def _creations(curl: str, created: Mapping[str, str]) -> list[str]:
    """Return the curl lines that created the ids in a line, each after those of its own ids."""
    lines: list[str] = []
    for value, creation in created.items():
        is_named = value in curl and re.search(rf"{re.escape(value)}(?![\w-])", curl)
        if is_named and creation != curl and creation not in lines:
            earlier = {v: line for v, line in created.items() if line != creation}
            lines += [line for line in _creations(creation, earlier) if line not in lines]
            lines.append(creation)
    return lines


def _deletions_before(recorder: Any, case: Any) -> Iterator[str]:
    """Yield the curl lines of requests of the scenario that had deleted what a case is about."""
    for case_id, node in recorder.cases.items():
        if case_id == case.id:
            return
        interaction, earlier = recorder.interactions.get(case_id), node.value
        response = interaction and interaction.response
        is_deletion = earlier.method == "DELETE" and response and response.status_code < 300
        if is_deletion and f"{case.formatted_path}/".startswith(f"{earlier.formatted_path}/"):
            yield earlier.as_curl_command()
