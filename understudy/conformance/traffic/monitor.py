"""Who watches what passes: each exchange is judged, told in a line, and kept in a journal."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from typing import Any

from understudy.conformance.reports.report import Coverage, Report
from understudy.conformance.traffic.exchange_validator import (
    CLIENT,
    ExchangeValidator,
    ValidationResult,
)
from understudy.conformance.traffic.findings import TrafficFindings
from understudy.conformance.traffic.recording import OURS, Recorded
from understudy.http.har import har, query_of, secrets_of
from understudy.http.messages import Exchange
from understudy.openapi.contract import Contract
from understudy.openapi.credentials import resolve_base_url
from understudy.runtime.journal import Journal

log = logging.getLogger("understudy")


def upstream_of(contract: Contract, url: str) -> str:
    """What stands before the paths of a contract's requests. Raises UsageError."""
    return resolve_base_url(contract, url).removesuffix(contract.base_path)


class TrafficMonitor:
    """Judges live traffic into a report. `say` takes a line for each exchange."""

    def __init__(
        self, contract: Contract, url: str, counted: str, say: Callable[[str], None]
    ) -> None:
        coverage = Coverage(len(contract.operations))
        report = Report(contract.name, resolve_base_url(contract, url), coverage)
        self._name = contract.name
        self._judge = ExchangeValidator(contract, credentials=True)
        self._ledger = TrafficFindings(contract, self._judge, report, counted)
        self._journal = Journal()
        self._is_secret = secrets_of([contract]).__contains__
        self._origin = ""
        self._unread: deque[tuple[int, str]] = deque(maxlen=self._journal.most)
        self._say = say

    def see(self, recorded: Recorded) -> None:
        """Judge one exchange. What goes wrong in that is no fault of the traffic, which goes on."""
        try:
            self._see(recorded)
        except Exception as error:
            log.exception("the judge failed")
            self._ledger.report.errors.append(f"the judge failed: {error!r}")

    def _see(self, recorded: Recorded) -> None:
        request = recorded.request
        operation = self._judge.operation_of(request)
        api = None
        if operation is None and (request.method == "OPTIONS" or not self._judge.is_below(request)):
            self._ledger.note("an exchange is not of this API")
            told = "not of this API"
        else:
            api = self._name
            told = _told(self._ledger.take(recorded), recorded)
        self._origin = recorded.origin
        self._unread += ((recorded.at, side) for side in recorded.unread)
        name = None if operation is None else operation.id
        self._journal.add(
            Exchange(recorded.at, recorded.took, api, name, request, recorded.response)
        )
        query = query_of(request, self._is_secret)
        line = f"{request.method} {request.path.decode('latin-1')}{query and '?' + query}"
        line = f"{line} {recorded.response.status} {recorded.took // 1000} ms, {told}"
        self._say("".join(c if c.isprintable() else "?" for c in line))

    def har(self) -> dict[str, Any]:
        """What is kept of the traffic, as an archive."""
        kept = list(self._journal.newest())[::-1]
        archive = har(kept, self._is_secret, self._origin)
        unread = set(self._unread)
        for exchange, entry in zip(kept, archive["log"]["entries"], strict=True):
            if (exchange.at, "request") in unread:
                entry["request"]["bodySize"] = -1
            if (exchange.at, "response") in unread:
                kind = entry["response"]["content"]["mimeType"]
                entry["response"].update(content={"size": -1, "mimeType": kind}, bodySize=-1)
        return archive

    def close(self) -> Report:
        """The report, whole."""
        return self._ledger.close()


def _told(verdict: ValidationResult, recorded: Recorded) -> str:
    """The verdict in a few words."""
    named = verdict.operation.id if verdict.operation else "unknown"
    if any(name == OURS for name, _ in recorded.response.headers):
        return f"{named}: no answer from the server"
    if not verdict.faults:
        return f"{named}: {'passed, not judged' if recorded.unread else 'conforms'}"
    whose = {
        side: [str(fault.violation) for fault in verdict.faults if fault.side == side]
        for side in dict.fromkeys(fault.side for fault in verdict.faults)
    }
    parts = [
        f"the {side} is wrong: {found[0]}{f' (and {len(found) - 1} more)' if found[1:] else ''}"
        for side, found in sorted(whose.items(), key=lambda one: one[0] == CLIENT)
    ]
    return f"{named}: {'; '.join(parts)}"
