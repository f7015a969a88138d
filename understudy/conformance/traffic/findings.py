"""What a run of traffic comes to: verdicts, counted into a report as findings of either side."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import NamedTuple

from understudy.conformance.reports.report import Coverage, Finding, Report
from understudy.conformance.traffic.exchange_validator import (
    CLIENT,
    SERVER,
    WHOLE,
    ExchangeValidator,
    ExchangeViolation,
    ValidationResult,
)
from understudy.conformance.traffic.recording import OURS, Recorded, Recording
from understudy.errors import Violation
from understudy.http.har import curl, secrets_of
from understudy.http.messages import Exchange
from understudy.openapi.contract import Contract, Operation

#: Whose faults count against what is judged.
SIDES = ("server", "client", "both")

#: Findings that are kept of each side; beyond that they tell nothing new.
_MOST = 500

_INDEX = re.compile(r"/\d+(?=/|$)")


class _Key(NamedTuple):
    side: str
    operation: str
    rule: str
    title: str


class TrafficFindings:
    """Takes exchanges, and closes into a report. `counted` are the sides whose faults fail it."""

    def __init__(
        self, contract: Contract, judge: ExchangeValidator, report: Report, counted: str
    ) -> None:
        self.report = report
        self._judge = judge
        self._counted = (CLIENT, SERVER) if counted == "both" else (counted,)
        self._secrets = secrets_of([contract])
        self._found: dict[_Key, Finding] = {}
        self._times: Counter[_Key] = Counter()
        self._kinds: Counter[str] = Counter()
        self._notes: Counter[str] = Counter()

    def take(self, recorded: Recorded) -> ValidationResult:
        """Judge an exchange of the API, and count it."""
        if any(name == OURS for name, _ in recorded.response.headers):
            self.note("a request had no answer from the server")
            return ValidationResult(self._judge.operation_of(recorded.request))
        verdict = self._judge.judge(recorded.request, recorded.response, recorded.unread)
        if recorded.broken:
            fault = ExchangeViolation(SERVER, WHOLE, Violation("response", "", recorded.broken))
            verdict = verdict._replace(faults=(*verdict.faults, fault))
        self.report.coverage.requests += 1
        if verdict.operation is not None:
            self.report.coverage.see(verdict.operation.id, recorded.response.status)
        self._note_unread(verdict, recorded)
        for fault in verdict.faults:
            self._count(fault, verdict, recorded)
        return verdict

    def _note_unread(self, verdict: ValidationResult, recorded: Recorded) -> None:
        for side, why in recorded.unread.items():
            takes_none = verdict.operation is None or verdict.operation.body is None
            if not (takes_none if side == "request" else recorded.broken):
                self.note(f"the body of a {side} {why}")

    def note(self, told: str) -> None:
        """Say, with how often it was so, what was not judged and why."""
        self._notes[told] += 1

    def close(self) -> Report:
        """The report, whole."""
        for key, finding in self._found.items():
            times = self._times[key]
            if times > 1:
                finding = replace(finding, message=f"{finding.message}\nseen {times} times")
            counts = key.side in self._counted
            (self.report.findings if counts else self.report.client_findings).append(finding)
        self.report.notes += [
            f"not judged: {told}{f' ({count} times)' if count > 1 else ''}"
            for told, count in self._notes.items()
        ]
        if not self.report.coverage.tested:
            self.report.errors.append("nothing was judged: no exchange is of an operation")
        return self.report

    def _count(
        self, fault: ExchangeViolation, verdict: ValidationResult, recorded: Recorded
    ) -> None:
        request = recorded.request
        unknown = f"{request.method} {request.path.decode('latin-1')}"
        operation = verdict.operation.id if verdict.operation else unknown
        violation = fault.violation
        place = f"{violation.where}{violation.at and ' ' + _INDEX.sub('/*', violation.at)}"
        title = f"{place} is against {violation.rule}" if violation.rule else str(violation)
        key = _Key(fault.side, operation, fault.rule, title)
        if key not in self._found:
            if self._kinds[key.side] == _MOST:
                self.note(f"the {key.side} has more than {_MOST} kinds of faults")
                return
            self._kinds[key.side] += 1
            self._found[key] = self._finding(key, fault, recorded)
        self._times[key] += 1

    def _finding(self, key: _Key, fault: ExchangeViolation, recorded: Recorded) -> Finding:
        request, response = recorded.request, recorded.response
        said = response.body if fault.side == SERVER else request.body
        told = [f"{fault.violation}", f"{recorded.name}: it answered {response.status}"]
        if said:
            told.append(said[:500].decode(errors="replace"))
        exchange = Exchange(recorded.at, recorded.took, None, None, request, response)
        line = curl(exchange, self._secrets.__contains__, recorded.origin)
        message = "\n".join(told)
        return Finding(key.operation, key.rule, key.title, message, (line,), "traffic")


def check_recording(
    contract: Contract,
    recording: Recording,
    name: str,
    counted: str | None = None,
    takes: Callable[[Operation], bool] = lambda _: True,
) -> Report:
    """What was recorded, judged, but for operations that are not wanted. Unless said otherwise the
    server's faults count, and of what a client expects those of both sides."""
    report = Report(contract.name, name, Coverage(len(contract.operations)))
    judge = ExchangeValidator(contract, expected=recording.expected)
    ledger = TrafficFindings(
        contract, judge, report, counted or ("both" if recording.expected else SERVER)
    )
    known = [judge.operation_of(one.request) for one in recording.exchanges]
    ours = {one.origin for one, its in zip(recording.exchanges, known, strict=True) if its}
    for one, operation in zip(recording.exchanges, known, strict=True):
        if operation is not None and not takes(operation):
            ledger.note("an exchange is of an operation that is left out")
        elif operation is not None or recording.expected or _is_lost(judge, one, ours):
            ledger.take(one)
        else:
            ledger.note("an exchange is not of this API")
    _tell(ledger, recording.passed_over)
    return ledger.close()


def _is_lost(judge: ExchangeValidator, one: Recorded, ours: set[str]) -> bool:
    """Whether an exchange that is of no operation should have been: it went where this API is. What
    a browser asks for by itself (OPTIONS) is none."""
    return one.origin in ours and one.request.method != "OPTIONS" and judge.is_below(one.request)


def _tell(ledger: TrafficFindings, passed_over: Iterable[str]) -> None:
    for why in passed_over:
        ledger.note(f"an exchange {why}")
