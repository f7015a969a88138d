"""A report without what differs from run to run: names of the run, and what the server made up."""

from __future__ import annotations

from dataclasses import replace

from understudy.conformance.reports.finding import Finding
from understudy.conformance.reports.report import Report
from understudy.conformance.target.server_values import ServerValues, numbered


def settle(report: Report, values: ServerValues) -> None:
    """Put fixed words in the places of such values, in all that a report says."""
    for findings in (report.findings, report.for_review):
        findings[:] = [_settled(finding, values) for finding in findings]
    report.rules[:] = [
        replace(
            rule,
            reason=_text(rule.reason, values),
            exchanges=tuple(map(values.marked_exchange, rule.exchanges)),
        )
        for rule in report.rules
    ]
    for texts in (report.errors, report.notes, report.not_cleaned_up):
        texts[:] = [_text(text, values) for text in texts]


def _text(text: str, values: ServerValues) -> str:
    return numbered([values.marked(text)])[0]


def _settled(finding: Finding, values: ServerValues) -> Finding:
    """Return a finding whose ids are numbered in the order in which its requests need them."""
    exchanges = tuple(map(values.marked_exchange, finding.exchanges))
    bodies = [
        body.decode("latin-1")
        for exchange in exchanges
        for body in (
            exchange.request.path,
            exchange.request.query,
            exchange.request.body,
            exchange.response.body,
        )
    ]
    *curl, message = map(values.marked, (*finding.curl, finding.message))
    texts = numbered([*curl, message, *bodies])
    commands, message, parts = texts[: len(curl)], texts[len(curl)], texts[len(curl) + 1 :]
    settled = []
    for number, exchange in enumerate(exchanges):
        path, query, sent, received = (text.encode("latin-1") for text in parts[4 * number :][:4])
        request = exchange.request
        request = type(request)(request.method, path, query, request.headers, sent)
        response = exchange.response.replace(body=received)
        settled.append(exchange.replace(request=request, response=response))
    return replace(
        finding,
        curl=tuple(commands),
        message=message,
        exchanges=tuple(settled),
        cause=_text(finding.cause, values),
    )
