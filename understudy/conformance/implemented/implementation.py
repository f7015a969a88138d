"""Which operations a server lacks, as far as is known: each response may tell more."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import urlsplit

import requests

from understudy.conformance.implemented.fingerprint import Fingerprint, fingerprint
from understudy.http.messages import Exchange
from understudy.openapi.contract import Contract

#: The statuses that say that an operation is not there.
NOT_THERE = frozenset({405, 501})
#: The statuses of a resource that is not there: another text than that of an unknown path tells
#: that the operation is.
_NO_RESOURCE = frozenset({404, 409, 410})
#: Values in paths that servers repeat as they are.
_PLAIN = re.compile(r"[\w.~-]+")


class Doubt(NamedTuple):
    """Why an operation may be absent: what responses to unknown paths are like, and the word of its
    path that they may repeat. `is_seen` tells whether it answered so, `is_likely` whether other
    operations on the same resource answer otherwise."""

    word: str
    unknown: frozenset[Fingerprint]
    is_seen: bool = True
    is_likely: bool = False


@dataclass
class Implementation:
    """What a server implements.

    `absent` are the ids of the operations that it lacks, `doubtful` those that may be absent: their
    paths look like unknown ones, since there is nothing at them or since there is no such
    operation. They are judged until more is known. `unknown` are the fingerprints of responses to
    unknown paths, `probes` the exchanges that told; `paths` are the paths of all operations.
    """

    absent: set[str] = field(default_factory=set)
    doubtful: dict[str, Doubt] = field(default_factory=dict)
    unknown: set[Fingerprint] = field(default_factory=set)
    probes: dict[str, Exchange] = field(default_factory=dict)
    paths: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, contract: Contract) -> Implementation:
        """Return what is known before any request: that nothing is absent."""
        return cls(paths={operation.id: operation.path for operation in contract.operations})

    @property
    def unproven(self) -> Collection[str]:
        """The operations of which nothing tells that they are there."""
        return self.absent | self.doubtful.keys()

    def observe(self, operation: str, response: requests.Response) -> None:
        """Learn from a response to any request: a success tells that an operation is there."""
        if operation not in self.absent and operation not in self.doubtful:
            return
        sent, status = response.request, response.status_code
        content_type = response.headers.get("Content-Type", "")
        is_unknown = self._is_unknown(
            operation, sent.method, sent.url, status, content_type, response.content
        )
        doubt = self.doubtful.get(operation)
        if is_unknown and doubt is not None:
            self.doubtful[operation] = doubt._replace(is_seen=True)
        elif not is_unknown and (
            200 <= status < 300
            or (
                doubt is not None and status in _NO_RESOURCE and self._is_plain(operation, sent.url)
            )
        ):
            self._confirm(operation)

    def observe_failure(self, exchange: Exchange) -> bool:
        """Learn from the response to a request that should have succeeded; return whether it tells
        that its operation, which was doubtful, is absent."""
        operation, response = str(exchange.operation), exchange.response
        if operation not in self.doubtful or not response.status:
            return False
        content_type = (response.media_type or b"").decode("latin-1")
        method, url = exchange.request.method, exchange.url
        if self._is_unknown(operation, method, url, response.status, content_type, response.body):
            self._settle({operation})
            return True
        self._confirm(operation)
        return False

    def settle_likely(self) -> None:
        """Take those for absent that are so most likely."""
        self._settle({name for name, doubt in self.doubtful.items() if doubt.is_likely})

    def settle(self) -> None:
        """Take those for absent that never answered but as unknown paths do."""
        self._settle({name for name, doubt in self.doubtful.items() if doubt.is_seen})
        self.doubtful.clear()

    def _settle(self, operations: set[str]) -> None:
        self.absent |= operations
        for operation in operations:
            del self.doubtful[operation]

    def _confirm(self, operation: str) -> None:
        self.absent.discard(operation)
        self.doubtful.pop(operation, None)

    def _is_unknown(
        self,
        operation: str,
        method: str | None,
        url: str | None,
        status: int,
        content_type: str,
        body: bytes,
    ) -> bool:
        """Return whether a response is that of an operation that is not there."""
        if status in NOT_THERE:
            return True
        doubt = self.doubtful.get(operation)
        unknown = self.unknown | (doubt.unknown if doubt else set())
        if all(status != known.status for known in unknown):
            return False
        parts = urlsplit(url or "")
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        words = [*self._values(operation, url), doubt.word if doubt else ""]
        return fingerprint(status, content_type, body, method or "", target, words) in unknown

    def _is_plain(self, operation: str, url: str | None) -> bool:
        return all(map(_PLAIN.fullmatch, self._values(operation, url)))

    def _values(self, operation: str, url: str | None) -> list[str]:
        """Return the segments of a path that are values in its template, which is its end."""
        template, path = self.paths[operation].split("/"), urlsplit(url or "").path.split("/")
        pairs = zip(reversed(template), reversed(path), strict=False)
        return [segment for name, segment in pairs if "{" in name]
