"""`serve --replay`: answers from recordings, and what these say against the documents."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from understudy.commands.arguments import plural

if TYPE_CHECKING:
    from understudy.http.messages import Exchange
    from understudy.http.request.operation_finder import FoundOperation
    from understudy.openapi.contract import Contract
    from understudy.recordings.replay import Replay
    from understudy.serving.api import Api

#: The contradictions, and the requests of no operation, that are shown of a file.
_MOST_CONTRADICTIONS, _MOST_UNKNOWN = 10, 3
#: The length of a request or of a contradiction that is shown.
_LONGEST = 300


def add_replay(serve: argparse.ArgumentParser) -> None:
    """Add the option."""
    serve.add_argument(
        "--replay",
        action="append",
        default=[],
        type=Path,
        metavar="FILE",
        help="answer from this recording where a request fits one in it, else as usual: a HAR, as "
        "`understudy proxy` records it, a VCR cassette, or a Pact file; repeatable",
    )


def replay_of(files: Sequence[Path], apis: Sequence[Api]) -> Replay | None:
    """Return the answers that are recorded for the operations of APIs, with notes about the files;
    None without files. Raises UsageError."""
    if not files:
        return None
    from understudy.recordings.replay import Replay

    contracts = [api.contract for api in apis]
    replay = Replay(contracts)
    for file in files:
        replay.notes += _read(file, replay, contracts).lines()
    return replay


def print_replay_notes(replay: Replay | None) -> None:
    """Print what is to be known about recordings that are served all the same."""
    for note in () if replay is None else replay.notes:
        print(f"warning: {note}", file=sys.stderr)


def _read(file: Path, replay: Replay, contracts: Sequence[Contract]) -> _Review:
    """Add the exchanges of a file to the answers, and return what was found. Raises UsageError."""
    from understudy.recordings.loader import open_recording

    recording = open_recording(file)
    review = _Review(file, contracts, recording.expectations)
    for number, exchange in enumerate(recording.exchanges, 1):
        if isinstance(exchange, str):
            review.left_out[f"it {exchange}"] += 1
            continue
        found = replay.find(exchange.request)
        if found is None:
            review.add_unknown(number, exchange)
        elif reason := replay.add(found, exchange, str(file), number):
            review.left_out[reason] += 1
        else:
            review.check(number, found, exchange)
    return review


class _Review:
    """What is found in one file: its answers, and what contradicts the documents."""

    def __init__(self, file: Path, contracts: Sequence[Contract], is_expectation: bool) -> None:
        from understudy.conformance.traffic.exchange_validator import ExchangeValidator

        self._file = file
        self._validators = {
            contract.name: ExchangeValidator(contract, expectations=is_expectation)
            for contract in contracts
        }
        self._contradictions: list[str] = []
        self._contradicting: Counter[str] = Counter()
        self._unknown: list[str] = []
        self._unknown_count = 0
        self._answers = 0
        #: Why entries are not answered from, and how many.
        self.left_out: Counter[str] = Counter()

    def add_unknown(self, number: int, exchange: Exchange) -> None:
        """Note an exchange that belongs to no operation."""
        self._unknown_count += 1
        if len(self._unknown) < _MOST_UNKNOWN:
            path = exchange.request.path.decode("latin-1")
            self._unknown.append(f"entry {number} {exchange.request.method} {path}"[:_LONGEST])

    def check(self, number: int, found: FoundOperation, exchange: Exchange) -> None:
        """Validate a response that will be an answer."""
        from understudy.conformance.traffic.exchange_validator import SERVER

        self._answers += 1
        operation, request, response = found.operation, exchange.request, exchange.response
        validator = self._validators[operation.contract.name]
        result = validator.validate_as(found, request, response, exchange.missing_bodies)
        violation = next((v.violation for v in result.violations if v.side == SERVER), None)
        if violation is None:
            return
        self._contradicting[operation.contract.origin] += 1
        if len(self._contradictions) < _MOST_CONTRADICTIONS:
            where = f"{request.method} {operation.path} {response.status}"
            self._contradictions.append(f"entry {number} {where}: {violation}"[:_LONGEST])

    def lines(self) -> list[str]:
        """Return what is to be known, in sentences."""
        lines = list(self._lines_about_contradictions())
        if self._unknown_count:
            more = ", ..." if self._unknown_count > len(self._unknown) else ""
            belong = "entry belongs" if self._unknown_count == 1 else "entries belong"
            examples = ", ".join(self._unknown)
            lines.append(f"{self._unknown_count} {belong} to no operation: {examples}{more}")
        for reason, count in self.left_out.items():
            are = "entry is" if count == 1 else "entries are"
            lines.append(f"{count} {are} not answered from: {reason}")
        if not self._answers:
            lines.append("no entry is an answer to a request for these APIs")
        return [f"{self._file}: {line}" for line in lines]

    def _lines_about_contradictions(self) -> list[str]:
        count = self._contradicting.total()
        if not count:
            return []
        number = plural(self._answers, "recorded response")
        verb = "contradicts" if count == 1 else "contradict"
        document = next(iter(self._contradicting))
        details = "".join(f"\n  {line}" for line in self._contradictions)
        more = count - len(self._contradictions)
        if more:
            details += f"\n  and {more} more"
        return [
            f"{count} of {number} {verb} the document; "
            f"`understudy check --traffic {self._file} --api {document}` has the details:{details}"
        ]
