"""The answers that the rules of behaviour get, held against the contract by the way: a rule makes
possible what no request by chance does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace

from understudy.conformance.arazzo.runner import Sent
from understudy.conformance.reports.report import Exchange, Finding, Report
from understudy.conformance.traffic.exchange_validator import (
    CONTENT_TYPE,
    HEADERS,
    SCHEMA,
    SERVER,
    STATUS,
    ExchangeValidator,
    ExchangeViolation,
)
from understudy.conformance.traffic.recording import build_request, build_response
from understudy.openapi.contract import Contract

#: What Schemathesis calls the same findings, so that they are told once.
_TITLES = {
    CONTENT_TYPE: "Undocumented Content-Type",
    HEADERS: "Missing required headers",
    SCHEMA: "Response violates schema",
    STATUS: "Undocumented HTTP status code",
}


class ResponseChecker:
    """Hears what is said while rules are judged; tells each operation's faults once."""

    def __init__(self, contract: Contract, report: Report) -> None:
        self._judge = ExchangeValidator(contract)
        self._report = report
        self._told: set[tuple[str, str]] = set()

    def hear(self, exchanges: list[Sent], operations: Mapping[str, str]) -> None:
        """Judge the exchanges of a rule into the report; `operations` are those of its steps."""
        for number, sent in enumerate(exchanges):
            operation = operations[sent.step]
            if sent.status in (0, 429) or sent.trouble:
                continue
            self._report.shaped.add(operation)
            for fault in self._faults(sent):
                if (operation, fault.rule) not in self._told:
                    self._told.add((operation, fault.rule))
                    said = exchanges[: number + 1]
                    self._report.findings.append(_finding(operation, fault, said))

    def _faults(self, sent: Sent) -> Iterator[ExchangeViolation]:
        with suppress(ValueError):  # an address that is none was judged by whoever sent it
            request, _ = build_request(sent.url, sent.method, sent.headers.items(), sent.body)
            response = build_response(sent.status, sent.told.items(), sent.answer)
            faults = self._judge.validate(request, response).violations
            yield from (fault for fault in faults if fault.side == SERVER)


def _finding(operation: str, fault: ExchangeViolation, said: list[Sent]) -> Finding:
    last = said[-1]
    answer = last.answer[:500].decode(errors="replace")
    found = Finding(
        operation,
        fault.rule,
        _TITLES[fault.rule],
        f"{fault.violation}\nit answered {last.status}: {answer}",
        tuple(sent.curl for sent in said),
    )
    exchanges = (Exchange.of(s.method, s.url, s.body, s.status, s.answer) for s in said)
    return replace(found, exchanges=tuple(exchanges))
