"""Validation of the responses that behaviour rules receive; they reach states that random requests
do not."""

from __future__ import annotations

from collections.abc import Iterator

from understudy.conformance.reports.report import Finding, Report
from understudy.conformance.reports.wording import excerpt
from understudy.conformance.traffic.exchange_validator import (
    CONTENT_TYPE,
    HEADERS,
    SCHEMA,
    SERVER,
    STATUS,
    ExchangeValidator,
    ExchangeViolation,
)
from understudy.http.har import full_curl
from understudy.http.messages import Exchange
from understudy.openapi.contract import Contract

#: The titles that Schemathesis gives the same findings, so that they are reported once.
_TITLES = {
    CONTENT_TYPE: "Undocumented Content-Type",
    HEADERS: "Missing required headers",
    SCHEMA: "Response violates schema",
    STATUS: "Undocumented HTTP status code",
}


class ResponseChecker:
    """Validates responses by a contract; reports each rule once for each operation."""

    def __init__(self, contract: Contract, report: Report) -> None:
        self._validator = ExchangeValidator(contract)
        self._report = report
        self._reported: set[tuple[str, str]] = set()

    def check(self, exchanges: list[Exchange]) -> None:
        """Validate the responses to the steps of a rule."""
        for number, exchange in enumerate(exchanges, 1):
            operation = str(exchange.operation)
            if exchange.response.status in (0, 429) or exchange.error:
                continue
            self._report.coverage.shaped.add(operation)
            for violation in self._violations(exchange):
                if (operation, violation.rule) not in self._reported:
                    self._reported.add((operation, violation.rule))
                    finding = _finding(operation, violation, exchanges[:number])
                    self._report.findings.append(finding)

    def _violations(self, exchange: Exchange) -> Iterator[ExchangeViolation]:
        result = self._validator.validate(exchange.request, exchange.response)
        return (violation for violation in result.violations if violation.side == SERVER)


def _finding(operation: str, violation: ExchangeViolation, exchanges: list[Exchange]) -> Finding:
    return Finding(
        operation,
        violation.rule,
        _TITLES[violation.rule],
        f"{violation.violation}\nthe response is {excerpt(exchanges[-1])}",
        tuple(full_curl(exchange) for exchange in exchanges),
        exchanges=tuple(exchanges),
    )
