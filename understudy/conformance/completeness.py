"""What a check could not judge: requests without a response, limits, and too little of all."""

from __future__ import annotations

from understudy.conformance.options import CheckOptions
from understudy.conformance.reports.finding import unanswered
from understudy.conformance.reports.report import Report
from understudy.conformance.reports.wording import counted
from understudy.conformance.target.target_client import BUDGET_SPENT, TargetClient, curl_of


def record_failures(client: TargetClient, report: Report, options: CheckOptions) -> None:
    """Report requests without a response, waits, and why the run was cut short."""
    if report.is_cut_short:
        reason = f"the run was cut short: {BUDGET_SPENT}, and the rest was not judged"
        (report.notes if options.allow_incomplete else report.errors).append(reason)
    if client.limited:
        report.notes.append(
            f"the server answered 429, too many requests, {counted(client.limited, 'time')}; such "
            f"responses are not judged; waited {client.waited:.0f} s. Use --rate to send fewer "
            "requests a second"
        )
    if client.failures and not client.responses:
        report.findings.clear()
        (_, description), *_ = client.failures
        report.errors.append(f"no request was answered: {description}")
        return
    for (operation, description), request in client.failures.items():
        report.findings.append(unanswered(operation, description, curl_of(request)))
    is_known = any(error.startswith("the run was cut short") for error in report.errors)
    if client.stop_reason and not client.budget_spent and not is_known:
        report.errors.append(f"the run was cut short: {client.stop_reason}")


def add_doubts(report: Report) -> None:
    """Record an error if too little was checked for a verdict."""
    coverage = report.coverage
    if not coverage.requests:
        report.errors.append("nothing was judged: no request was made")
    elif not (coverage.seen or report.findings or report.errors):
        report.errors.append("nothing was judged: no selected operation was called")
    statuses = set().union(*coverage.statuses.values())
    if statuses and statuses <= {401, 403}:
        report.findings.clear()
        report.errors.append("every request was refused with 401 or 403: is the key right?")
    elif statuses == {429}:
        report.findings.clear()
        report.errors.append("every request was refused with 429, too many requests: use --rate")
    elif 2 * len(report.rate_limited_rules) > len(report.rules) > 0:
        report.errors.append(
            "most rules could not be judged because of status 429, too many requests: use --rate"
        )
    elif 2 * len(coverage.rate_limited) > len(coverage.tested) > 0:
        report.errors.append("most operations answered 429, too many requests: use --rate")
