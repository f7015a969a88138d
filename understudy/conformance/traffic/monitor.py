"""Monitor of live traffic: validates each exchange, prints a line for it, and records it."""

from __future__ import annotations

import logging
from collections.abc import Callable

from understudy.conformance.reports.coverage import Coverage
from understudy.conformance.reports.report import Report
from understudy.conformance.traffic.exchange_validator import (
    CLIENT,
    ExchangeValidator,
    ValidationResult,
)
from understudy.conformance.traffic.findings import TrafficFindings, has_proxy_response
from understudy.http.messages import Exchange
from understudy.http.secrets import Secrets
from understudy.openapi.contract import Contract
from understudy.openapi.credentials import resolve_base_url, url_before_paths
from understudy.recordings.har_file import HarFile

log = logging.getLogger("understudy")


def upstream_url(contract: Contract, url: str) -> str:
    """Return the URL before the paths of the contract's requests. Raises UsageError."""
    return url_before_paths(contract, resolve_base_url(contract, url))


class TrafficMonitor:
    """Validates live traffic into a report. `print_line` gets a line for each exchange, and
    `recording` all exchanges, if there is one."""

    def __init__(
        self,
        contract: Contract,
        url: str,
        failing: str,
        print_line: Callable[[str], None],
        recording: HarFile | None = None,
    ) -> None:
        coverage = Coverage.of(contract.operations)
        report = Report(contract.name, resolve_base_url(contract, url), coverage)
        self._validator = ExchangeValidator(contract, credentials=True)
        self._findings = TrafficFindings(contract, self._validator, report, failing)
        self._recording = recording
        self._secrets = Secrets([contract])
        self._print_line = print_line

    def record(self, exchange: Exchange) -> None:
        """Validate and keep one exchange. An error of the monitor itself does not stop traffic."""
        try:
            self._record(exchange)
        except Exception as error:
            log.exception("the monitor failed")
            self._findings.report.errors.append(f"the monitor failed: {error!r}")

    def _record(self, exchange: Exchange) -> None:
        request = exchange.request
        self._keep(exchange)
        operation = self._validator.operation_of(request)
        if operation is None and not self._is_of_api(exchange):
            self._findings.pass_over(exchange)
            summary = "not of this API"
        else:
            summary = _summary(self._findings.add(exchange), exchange)
        query = self._secrets.query(request)
        target = f"{request.path.decode('latin-1')}{query and '?' + query}"
        milliseconds = exchange.took // 1000
        line = f"{request.method} {target} {exchange.response.status} {milliseconds} ms, "
        line += self._secrets.text(summary, request)
        self._print_line("".join(c if c.isprintable() else "?" for c in line))

    def _keep(self, exchange: Exchange) -> None:
        """Record an exchange. Where that fails, say so once, and record nothing more."""
        recording = self._recording
        if recording is None:
            return
        try:
            recording.add(exchange)
        except OSError as error:
            self._recording = None
            reason = (
                f"{recording.path} cannot be written: {error.strerror}; "
                f"the recording ends after {recording.count} exchanges"
            )
            self._findings.report.errors.append(reason)
            self._print_line(reason)

    def _is_of_api(self, exchange: Exchange) -> bool:
        request = exchange.request
        return request.method != "OPTIONS" and self._validator.is_below_prefix(request)

    def finish(self) -> Report:
        """Return the complete report. To be called once, after the last exchange."""
        return self._findings.finish()


def _summary(result: ValidationResult, exchange: Exchange) -> str:
    """Return the operation and the violations in a few words."""
    operation = result.operation.id if result.operation else "unknown operation"
    if has_proxy_response(exchange):
        return f"{operation}: no response from the server"
    if not result.violations:
        return f"{operation}: {'passed, not judged' if exchange.missing_bodies else 'conforms'}"
    messages: dict[str, list[str]] = {}
    for side, _, violation in result.violations:
        messages.setdefault(side, []).append(str(violation))
    parts = [
        f"violation by the {side}: {first}{f' (and {len(more)} more)' if more else ''}"
        for side, (first, *more) in sorted(messages.items(), key=lambda item: item[0] == CLIENT)
    ]
    return f"{operation}: {'; '.join(parts)}"
