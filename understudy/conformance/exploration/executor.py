"""Plays sequences against a server."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import httpx

from understudy.conformance.arazzo.runner import Sent
from understudy.conformance.exploration.operation_graph import OperationGraph
from understudy.conformance.exploration.resource_types import ids_in
from understudy.conformance.exploration.sequence import Named, Reference, Step, filled
from understudy.errors import UsageError
from understudy.http import json_codec
from understudy.http.json_codec import ABSENT, decode_or_text

_MOST_BYTES = 10_000_000
_LONGEST = 30  # seconds that an answer may take to end


class Server:
    """A server, with the headers that carry its key; `count` is how many requests it was sent.
    It is `over` when the client sends no more."""

    def __init__(
        self,
        base_url: str,
        headers: Mapping[str, str],
        client: httpx.Client,
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._headers = dict(headers)
        self._client = client
        self.count = 0
        self.over = False

    def ask(
        self, operation: str, method: str, path: str, query: Mapping[str, Any], body: Any
    ) -> Sent:
        """What it answers; a status of 0 where that is nothing."""
        headers, content = dict(self._headers), b""
        if body is not ABSENT:
            headers["Content-Type"] = "application/json"
            content = json_codec.encode(body)
        url = str(httpx.URL(self._base_url + path, params=dict(query) or None))
        self.count += 1
        status, answer, trouble = self._exchange(method, url, headers, content)
        return Sent(operation, method, url, headers, content, status, answer, trouble)

    def _exchange(
        self, method: str, url: str, headers: Mapping[str, str], content: bytes
    ) -> tuple[int, bytes, str]:
        began, taken = time.monotonic(), b""
        try:
            with self._client.stream(method, url, headers=headers, content=content) as answer:
                for chunk in answer.iter_bytes():
                    taken += chunk
                    if len(taken) > _MOST_BYTES or time.monotonic() - began > _LONGEST:
                        return 0, b"", "the answer did not end"
                return answer.status_code, taken, ""
        except UsageError as error:
            self.over = True
            self.count -= 1  # nothing was sent
            return 0, b"", str(error)
        except httpx.HTTPError as error:
            return 0, b"", f"no answer: {type(error).__name__}: {error}"


class Execution:
    """One play of a sequence, step by step, in a run of its own: its names are the run's."""

    def __init__(self, catalogue: OperationGraph, server: Server, run: str) -> None:
        self._catalogue = catalogue
        self._server = server
        self._run = run
        self._ids: list[dict[str, list[str]]] = []
        self.exchanges: list[Sent | None] = []
        #: What the last step said: its path, query and body with all ids in them.
        self.said: list[Any] = []

    def make(self, step: Step) -> Sent | None:
        """Make a step; None where it is about something that this server never answered."""
        operation = self._catalogue.operation(step.operation)
        try:
            parts = [filled(part, self.resolve) for part in (step.path, step.query, step.body)]
            self.said = parts
        except LookupError:
            self._note(None, {})
            return None
        path = operation.path
        for name, value in parts[0].items():
            path = path.replace("{" + name + "}", quote(str(value), safe=""))
        query = {name: _text(value) for name, value in parts[1].items()}
        sent = self._server.ask(operation.id, operation.method, path, query, parts[2])
        self._note(sent, ids_in(operation, answer_of(sent)) if 200 <= sent.status < 300 else {})
        return sent

    @property
    def length(self) -> int:
        """How many steps were made."""
        return len(self.exchanges)

    @property
    def status(self) -> int:
        """What the last step was answered."""
        last = self.exchanges[-1]
        return 0 if last is None else last.status

    def forget(self, length: int) -> None:
        """Take all steps from this number on for never made."""
        del self.exchanges[length:]
        del self._ids[length:]

    def ids(self, number: int) -> Mapping[str, list[str]]:
        """The ids that the answer to a step told, by kind."""
        return self._ids[number]

    def resolve(self, reference: Reference) -> str:
        """What a reference stands for in this run. Raises LookupError."""
        if isinstance(reference, Named):
            return reference.text(self._run)
        return self._ids[reference.step][reference.kind][reference.number]

    def _note(self, sent: Sent | None, ids: dict[str, list[str]]) -> None:
        self.exchanges.append(sent)
        self._ids.append(ids)


def answer_of(sent: Sent) -> Any:
    """An answer as JSON, or as text; ABSENT where it is empty."""
    return decode_or_text(sent.answer)


def _text(value: Any) -> str | list[str]:
    if isinstance(value, list):
        return [str(item) for item in value]
    return value if isinstance(value, str) else json_codec.encode(value).decode()
