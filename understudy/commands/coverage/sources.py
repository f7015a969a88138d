"""What `understudy coverage` reads: journals of running stand-ins, recordings, and its own
reports."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import msgspec

from understudy.client import ControlClient, ControlError
from understudy.coverage.collector import Collector
from understudy.coverage.journal_reader import JournalContent, read_journal
from understudy.coverage.json_format import MARK, from_json, is_coverage
from understudy.coverage.result import Coverage
from understudy.coverage.selection import reject_unknown
from understudy.errors import Problem, UsageError
from understudy.files import read_bounded
from understudy.http import json_codec
from understudy.http.messages import Exchange
from understudy.http.secrets import without_user
from understudy.openapi.contract import Contract
from understudy.openapi.loading.retrieval import Source
from understudy.recordings.loader import load_recording
from understudy.recordings.recording import Recording
from understudy.serving.project import documents, find

#: The path of a namespace, or of something in it.
_NAMESPACE = re.compile(r"/_ns/([A-Za-z0-9._-]{1,100})(?:/.*)?")
#: The same at the start of the path of a request, which archives of a journal have.
_PREFIX = re.compile(rb"/_ns/[^/]+(?=/)")


def collect(
    sources: Sequence[Source], apis: Sequence[str], allowed_refs: Sequence[str], used: Sequence[str]
) -> Coverage:
    """Return the coverage of some APIs by all exchanges of some sources. Raises UsageError."""
    reader = _SourceReader(_contracts(apis, allowed_refs), used)
    for source in sources:
        reader.read(source)
    return reader.finish()


class _SourceReader:
    """Collects the coverage of contracts from several sources."""

    def __init__(self, contracts: list[Contract], used: Sequence[str]) -> None:
        self._contracts = contracts
        self._exchanges = Collector(contracts)
        self._expectations: Collector | None = None
        self._coverage = self._exchanges.coverage
        self._coverage.used = list(used)
        reject_unknown(self._coverage)

    def read(self, source: Source) -> None:
        """Add a source. Raises UsageError."""
        if isinstance(source, str):
            self._add_journal(_read_journal(source))
        elif (report := _report(source)) is not None:
            names = {contract.name for contract in self._contracts}
            report.apis = [api for api in report.apis if api.api in names]
            report.used = []
            self._coverage.add(report)
        else:
            self._add_recording(load_recording(source))

    def _add_journal(self, content: JournalContent) -> None:
        for exchange in content.exchanges:
            self._exchanges.add(exchange)
        if content.removed:
            self._coverage.add_note("an exchange is no longer in the journal", content.removed)

    def _add_recording(self, recording: Recording) -> None:
        collector = self._exchanges
        if recording.expectations:  # a Pact file, of which the paths may lack the base path
            self._expectations = self._expectations or Collector(self._contracts, relative=True)
            collector = self._expectations
        for exchange in recording.exchanges:
            collector.add(_without_namespace(exchange))
        for reason in recording.skipped:
            self._coverage.add_note(f"an exchange {reason}")

    def finish(self) -> Coverage:
        """Return the coverage by all sources."""
        if self._expectations is not None:
            self._coverage.add(self._expectations.coverage)
        return self._coverage


def _contracts(apis: Sequence[str], allowed_refs: Sequence[str]) -> list[Contract]:
    """Return the contracts of APIs, documents and projects, each once. Raises UsageError."""
    found: dict[Source, None] = {}
    for api in apis:
        found |= dict.fromkeys(documents([find(api)]))
    contracts = [Contract.load(document, allowed_refs=allowed_refs) for document in found]
    names = [contract.name for contract in contracts]
    for name in names:
        if names.count(name) > 1:
            raise UsageError(f"two documents are named {name!r}; rename one of the files")
    return contracts


def _read_journal(url: str) -> JournalContent:
    parts = urlsplit(url)
    match = _NAMESPACE.fullmatch(parts.path)
    if match is None and parts.path.strip("/") and not parts.path.startswith("/_understudy"):
        raise UsageError(
            f"{without_user(url)} is not the URL of a stand-in: give its origin, such as "
            "http://127.0.0.1:3000, or that of a namespace, http://127.0.0.1:3000/_ns/NAME"
        )
    origin = f"{parts.scheme}://{parts.netloc}"
    try:
        with ControlClient(origin, match[1] if match else "default") as control:
            return read_journal(control)
    except ControlError as error:
        reason = f"answered {error.status}: {str(error)[:200]}"
    except httpx.HTTPError as error:
        reason = f"does not respond: {error}"
    except (ValueError, TypeError, KeyError, AttributeError, httpx.InvalidURL):
        reason = "has no journal: is it a running `understudy serve`?"
    raise UsageError(f"{without_user(url)} {reason}")


def _report(file: Path) -> Coverage | None:
    """Return the coverage in an earlier report; None if the file is something else."""
    if not file.is_file():  # a pipe can be read only once
        return None
    try:
        with file.open("rb") as start:
            if MARK.encode() not in start.read(100):
                return None
        document = json_codec.decode(read_bounded(file))
    except (OSError, Problem):
        return None
    return from_json(document, str(file)) if is_coverage(document) else None


def _without_namespace(exchange: Exchange) -> Exchange:
    """Return an exchange with the path that it has in its namespace."""
    match = _PREFIX.match(exchange.request.path)
    if match is None:
        return exchange
    path = exchange.request.path[match.end() :]
    return exchange.replace(request=msgspec.structs.replace(exchange.request, path=path))
