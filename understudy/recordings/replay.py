"""Recorded responses by the requests that they answer."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from understudy.http.messages import Exchange, Request, Response
from understudy.http.request.operation_finder import FoundOperation
from understudy.http.response.response_encoder import WITHOUT_BODY
from understudy.http.router import parameter_names
from understudy.http.secrets import REDACTED, Secrets
from understudy.openapi.contract import Contract
from understudy.openapi.operation import Operation
from understudy.recordings.operation_finder import RecordedOperationFinder
from understudy.recordings.recording import PROXY_HEADER
from understudy.recordings.request_key import RequestKey, request_key
from understudy.runtime.counters import Counters

#: Headers of a response that are about its connection or its server, not about what it says.
_NOT_REPLAYED = frozenset(
    [
        *(b"connection", b"proxy-connection", b"keep-alive", b"te", b"trailer", b"upgrade"),
        *(b"transfer-encoding", b"content-length", b"content-encoding", b"date", b"server"),
        *(b"alt-svc", b"strict-transport-security"),
    ]
)
#: Beginnings of their names: of another server's CORS, and of a stand-in.
_PREFIXES_NOT_REPLAYED = (b"access-control-", b"x-understudy-")

#: The name of a header (RFC 9110, 5.1), and what no value may have.
_NAME = re.compile(rb"[a-z0-9!#$%&'*+.^_`|~-]+")
_CONTROL = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")

#: The recorded requests of an operation among which the nearest is looked for.
_MOST_COMPARED = 1000


class RecordedAnswer(NamedTuple):
    """A recorded response, and the entry that it is of which file."""

    file: str
    number: int
    response: Response

    @property
    def place(self) -> str:
        """The file and the entry in words."""
        return f"{self.file}, entry {self.number}"


class OperationReplay:
    """The recorded answers of one operation, by request."""

    def __init__(self, operation: Operation, secrets: Secrets) -> None:
        self._secrets = secrets
        self._names = parameter_names(operation.path)
        self._has_body = operation.body is not None
        self._answers: dict[RequestKey, list[RecordedAnswer]] = {}

    @property
    def has_sequences(self) -> bool:
        """Whether a request has several answers, one after the other."""
        return any(len(answers) > 1 for answers in self._answers.values())

    def add(self, request: Request, path_values: list[bytes], answer: RecordedAnswer) -> None:
        """Add the answer to a request, after those that were recorded before."""
        self._answers.setdefault(self._key(request, path_values), []).append(answer)

    def answer(self, request: Request, counters: Counters) -> RecordedAnswer | None:
        """Return the answer to a request whose route is known, or None if none was recorded. Of
        several it is the next one, or at their end the last; `counters` know how many were used."""
        answers = self._answers.get(self._key(request, request.path_values))
        if not answers:
            return None
        if len(answers) == 1:
            return answers[0]
        used = counters.add(f"replay/{answers[0].place}")
        return answers[min(used, len(answers)) - 1]

    def nearest(self, request: Request) -> str:
        """Return in words which recorded request comes closest, and in what it differs."""
        key = self._key(request, request.path_values)
        recorded = list(self._answers)[:_MOST_COMPARED]
        nearest = min(recorded, key=lambda other: len(key.differences(other, self._names)))
        differences = ", ".join(key.differences(nearest, self._names))
        if places := key.places(nearest):
            differences += f" at {places}"
        return f"{self._answers[nearest][0].place}, which differs in {differences}"

    def _key(self, request: Request, path_values: Iterable[bytes]) -> RequestKey:
        values = tuple(path_values)
        return request_key(request, values, self._secrets, has_body=self._has_body)


class Replay:
    """The recorded answers of all operations of some contracts."""

    def __init__(self, contracts: Iterable[Contract]) -> None:
        contracts = list(contracts)
        self._finder = RecordedOperationFinder(*contracts)
        self._secrets = Secrets(contracts)
        self._operations: dict[tuple[str, str], OperationReplay] = {}
        #: The number of answers from each file, and what is to be known about the files.
        self.answers: Counter[str] = Counter()
        self.notes: list[str] = []

    @property
    def has_sequences(self) -> bool:
        """Whether a request has several answers, so that its answer depends on earlier requests."""
        return any(operation.has_sequences for operation in self._operations.values())

    def find(self, request: Request) -> FoundOperation | None:
        """Return the operation of a recorded request, or None if no contract has one."""
        return self._finder.find(request)

    def add(self, found: FoundOperation, exchange: Exchange, file: str, number: int) -> str:
        """Add a recorded exchange of an operation. Return why it answers nothing, or ""."""
        reason = _reason_to_leave_out(exchange, found.operation)
        if not reason:
            answer = RecordedAnswer(file, number, _replayed(exchange.response))
            operation = self._operations.setdefault(
                _name(found.operation), OperationReplay(found.operation, self._secrets)
            )
            operation.add(exchange.request, found.path_values, answer)
            self.answers[file] += 1
        return reason

    def of(self, operation: Operation) -> OperationReplay | None:
        """Return the answers of an operation, or None if it has none."""
        return self._operations.get(_name(operation))


def _name(operation: Operation) -> tuple[str, str]:
    return operation.contract.name, operation.id


def _reason_to_leave_out(exchange: Exchange, operation: Operation) -> str:
    response = exchange.response
    if "response" in exchange.missing_bodies:
        return "the body of the response was not recorded"
    if "request" in exchange.missing_bodies and operation.body is not None:
        return "the body of the request was not recorded"
    if not 200 <= response.status <= 599:
        return f"{response.status} is not the status of a response"
    if response.status == 304:
        return "304 answers only a client that has the response already"
    if any(name == PROXY_HEADER for name, _ in response.headers):
        return "the server gave no response"
    return ""


def _replayed(response: Response) -> Response:
    """Return a response as it is sent again: without the headers that are not, and without a body
    where its status has none. Browsers write several values of a header as lines of one."""
    headers = tuple(
        (name, line)
        for name, value in response.headers
        if _NAME.fullmatch(name)
        and name not in _NOT_REPLAYED
        and not name.startswith(_PREFIXES_NOT_REPLAYED)
        for line in value.split(b"\n")
        if line != REDACTED.encode() and not _CONTROL.search(line)
    )
    media_type = response.media_type
    if response.status in WITHOUT_BODY:
        return response.replace(headers=headers, body=b"", media_type=None)
    if media_type is not None and _CONTROL.search(media_type):
        media_type = None
    return response.replace(headers=headers, media_type=media_type)
