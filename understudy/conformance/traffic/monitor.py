"""Monitor of live traffic: validates each exchange, prints a line for it, and keeps a journal."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from understudy.conformance.reports.report import Coverage, Report
from understudy.conformance.traffic.exchange_validator import (
    CLIENT,
    ExchangeValidator,
    ValidationResult,
)
from understudy.conformance.traffic.findings import TrafficFindings, has_proxy_response
from understudy.http.har import har
from understudy.http.messages import Exchange
from understudy.http.secrets import Secrets
from understudy.openapi.contract import Contract
from understudy.openapi.credentials import resolve_base_url
from understudy.runtime.journal import MemoryJournal

log = logging.getLogger("understudy")


def upstream_url(contract: Contract, url: str) -> str:
    """Return the URL before the paths of the contract's requests. Raises UsageError."""
    return resolve_base_url(contract, url).removesuffix(contract.base_path)


class TrafficMonitor:
    """Validates live traffic into a report. `print_line` gets a line for each exchange."""

    def __init__(
        self, contract: Contract, url: str, failing: str, print_line: Callable[[str], None]
    ) -> None:
        coverage = Coverage(len(contract.operations))
        report = Report(contract.name, resolve_base_url(contract, url), coverage)
        self._api = contract.name
        self._validator = ExchangeValidator(contract, credentials=True)
        self._findings = TrafficFindings(contract, self._validator, report, failing)
        self._journal = MemoryJournal()
        self._secrets = Secrets([contract])
        self._origin = ""
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
        operation = self._validator.operation_of(request)
        api: str | None = self._api
        if operation is None and not self._is_of_api(exchange):
            self._findings.add_note("an exchange is not of this API")
            api = None
            summary = "not of this API"
        else:
            summary = _summary(self._findings.add(exchange), exchange)
        self._origin = exchange.origin
        name = None if operation is None else operation.id
        self._journal.add(exchange.replace(api=api, operation=name))
        query = self._secrets.query(request)
        target = f"{request.path.decode('latin-1')}{query and '?' + query}"
        milliseconds = exchange.took // 1000
        line = f"{request.method} {target} {exchange.response.status} {milliseconds} ms, "
        line += self._secrets.text(summary, request)
        self._print_line("".join(c if c.isprintable() else "?" for c in line))

    def _is_of_api(self, exchange: Exchange) -> bool:
        request = exchange.request
        return request.method != "OPTIONS" and self._validator.is_below_prefix(request)

    def har(self) -> dict[str, Any]:
        """Return the last exchanges as an HTTP Archive; sizes of unknown bodies are -1."""
        exchanges = list(self._journal.newest())[::-1]
        archive = har(exchanges, self._secrets, self._origin)
        for exchange, entry in zip(exchanges, archive["log"]["entries"], strict=True):
            if "request" in exchange.missing_bodies:
                entry["request"]["bodySize"] = -1
            if "response" in exchange.missing_bodies:
                media_type = entry["response"]["content"]["mimeType"]
                entry["response"].update(content={"size": -1, "mimeType": media_type}, bodySize=-1)
        return archive

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
