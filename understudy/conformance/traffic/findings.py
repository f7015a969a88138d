"""Findings of traffic: the violations of many exchanges, counted into one report."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from understudy.conformance.reports.cause import violation_cause
from understudy.conformance.reports.coverage import Coverage
from understudy.conformance.reports.finding import Finding
from understudy.conformance.reports.report import Report
from understudy.conformance.traffic.exchange_validator import (
    CLIENT,
    COMPLETE,
    SERVER,
    ExchangeValidator,
    ExchangeViolation,
    ValidationResult,
)
from understudy.errors import Violation
from understudy.http.curl import curl
from understudy.http.messages import Exchange
from understudy.http.secrets import Secrets
from understudy.openapi.contract import Contract
from understudy.openapi.operation import Operation
from understudy.recordings.recording import PROXY_HEADER, Recording

#: The choices of whose violations fail a run.
SIDES = ("server", "client", "both")

#: Different findings that are kept of each side.
_MOST_FINDINGS = 500

#: Different reasons why exchanges are passed over; base paths may be without end.
_MOST_NOTES = 20

#: An index of an array in a JSON pointer.
_INDEX = re.compile(r"/\d+(?=/|$)")


class _Key(NamedTuple):
    """The identity of a finding: equal violations of other exchanges are counted, not repeated."""

    side: str
    operation: str
    rule: str
    title: str


class TrafficFindings:
    """Collects the violations of exchanges for a report. Violations by the `failing` side
    ("server", "client" or "both") fail it; those by the other side are listed apart."""

    def __init__(
        self, contract: Contract, validator: ExchangeValidator, report: Report, failing: str
    ) -> None:
        self.report = report
        self._validator = validator
        self._failing = (CLIENT, SERVER) if failing == "both" else (failing,)
        self._secrets = Secrets([contract])
        self._findings: dict[_Key, Finding] = {}
        self._occurrences: Counter[_Key] = Counter()
        self._findings_by_side: Counter[str] = Counter()
        self._notes: Counter[str] = Counter()

    def add(self, exchange: Exchange) -> ValidationResult:
        """Validate an exchange of the API, and count its violations."""
        if has_proxy_response(exchange):
            self.add_note("a request had no response from the server")
            return ValidationResult(self._validator.operation_of(exchange.request))
        result = self._validator.validate(
            exchange.request, exchange.response, exchange.missing_bodies
        )
        if exchange.error:
            violation = Violation("response", "", exchange.error)
            incomplete = ExchangeViolation(SERVER, COMPLETE, violation)
            result = result._replace(violations=(*result.violations, incomplete))
        self.report.coverage.requests += 1
        if result.operation is not None:
            self.report.coverage.see(result.operation.id, exchange.response.status)
        self._note_missing_bodies(result.operation, exchange)
        for violation_of_side in result.violations:
            self._add_violation(violation_of_side, result.operation, exchange)
        return result

    def pass_over(self, exchange: Exchange) -> None:
        """Count an exchange that is not of the API, and say why it might have been meant to be."""
        reason = "an exchange is not of this API"
        base_path = self._validator.other_base_path(exchange.request)
        if base_path is not None:
            reason = f"an exchange is below the base path {base_path}, which this API does not have"
        is_new = reason not in self._notes and len(self._notes) >= _MOST_NOTES
        self.add_note("an exchange is not of this API" if is_new else reason)

    def add_note(self, reason: str) -> None:
        """Count a reason why something was not judged."""
        self._notes[reason] += 1

    def finish(self) -> Report:
        """Return the complete report. To be called once, after the last exchange."""
        for key, finding in self._findings.items():
            count = self._occurrences[key]
            if count > 1:
                finding = replace(finding, message=f"{finding.message}\nseen {count} times")
            fails = key.side in self._failing
            (self.report.findings if fails else self.report.client_findings).append(finding)
        self.report.notes += [
            f"not judged: {reason}{f' ({count} times)' if count > 1 else ''}"
            for reason, count in self._notes.items()
        ]
        if not self.report.coverage.tested:
            self.report.errors.append("nothing was judged: no exchange is of an operation")
        return self.report

    def _note_missing_bodies(self, operation: Operation | None, exchange: Exchange) -> None:
        for side, reason in exchange.missing_bodies.items():
            if side == "request":
                matters = operation is not None and operation.body is not None
            else:
                matters = not exchange.error  # else the error is a finding already
            if matters:
                self.add_note(f"the body of a {side} {reason}")

    def _add_violation(
        self, found: ExchangeViolation, operation: Operation | None, exchange: Exchange
    ) -> None:
        request = exchange.request
        route = f"{request.method} {request.path.decode('latin-1')}"
        title = self._secrets.text(_title(found.violation), request)
        key = _Key(found.side, operation.id if operation else route, found.rule, title)
        if key not in self._findings:
            if self._findings_by_side[key.side] == _MOST_FINDINGS:
                self.add_note(f"the {key.side} has more than {_MOST_FINDINGS} findings")
                return
            self._findings_by_side[key.side] += 1
            self._findings[key] = self._finding(key, found, exchange)
        self._occurrences[key] += 1

    def _finding(self, key: _Key, found: ExchangeViolation, exchange: Exchange) -> Finding:
        response = exchange.response
        lines = [
            str(found.violation),
            f"{exchange.name}: the response has status {response.status}",
        ]
        body = response.body if found.side == SERVER else exchange.request.body
        if body:
            lines.append(body[:500].decode(errors="replace"))
        command = curl(exchange, self._secrets, exchange.origin)
        message = self._secrets.text("\n".join(lines), exchange.request)
        cause = f"{found.side} {violation_cause(found.rule, found.violation, response.status)}"
        return Finding(
            key.operation, key.rule, key.title, message, (command,), "traffic", cause=cause
        )


def has_proxy_response(exchange: Exchange) -> bool:
    """Return whether the response is the proxy's own, because the server gave none."""
    return any(name == PROXY_HEADER for name, _ in exchange.response.headers)


def _title(violation: Violation) -> str:
    """Return a title that is the same for equal violations by other values."""
    if not violation.rule:
        return str(violation)
    place = f"{violation.where} {_INDEX.sub('/*', violation.at)}".strip()
    return f"{place} violates {violation.rule}"


def check_recording(
    contract: Contract,
    recording: Recording,
    name: str,
    failing: str | None = None,
    takes: Callable[[Operation], bool] = lambda _: True,
) -> Report:
    """Return the report on a recording, without the operations that `takes` rejects.

    By default, violations by the server fail it, and for expectations those by both sides.
    """
    report = Report(contract.name, name, Coverage.of(filter(takes, contract.operations)))
    validator = ExchangeValidator(contract, expectations=recording.expectations)
    default = "both" if recording.expectations else SERVER
    findings = TrafficFindings(contract, validator, report, failing or default)
    operations = [validator.operation_of(exchange.request) for exchange in recording.exchanges]
    pairs = list(zip(recording.exchanges, operations, strict=True))
    origins = {exchange.origin for exchange, operation in pairs if operation is not None}
    for exchange, operation in pairs:
        if operation is not None and not takes(operation):
            findings.add_note("an exchange is of an operation that is left out")
        elif (
            operation is not None
            or recording.expectations
            or _is_undocumented(validator, exchange, origins)
        ):
            findings.add(exchange)
        else:
            findings.pass_over(exchange)
    for reason in recording.skipped:
        findings.add_note(f"an exchange {reason}")
    return findings.finish()


def _is_undocumented(validator: ExchangeValidator, exchange: Exchange, origins: set[str]) -> bool:
    """Return whether an exchange without an operation should have one, for it went to the API's
    server and prefix. Browsers send OPTIONS by themselves, so that is not one."""
    if exchange.origin not in origins or exchange.request.method == "OPTIONS":
        return False
    return validator.is_below_prefix(exchange.request)
