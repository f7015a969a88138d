"""What a check made at the server, and its deletion at the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import requests
from inflection import singularize

from understudy.conformance.run_names import RunNames
from understudy.conformance.target.http_client import ApiClient
from understudy.errors import UsageError
from understudy.http.json_codec import decode_or_text
from understudy.http.messages import Exchange
from understudy.openapi.contract import Contract
from understudy.openapi.credentials import own_base_urls
from understudy.openapi.operation import Operation
from understudy.openapi.resources.operation_graph import OperationGraph
from understudy.openapi.resources.resource_types import compatible, ids_in

#: The share of the requests of a check that its cleanup may take (a deletion is a small part of the
#: work that a generated request is); and at least so many.
_SHARE, _FEWEST = 0.3, 100
#: Bytes of a response in which ids are looked for.
_MOST_BYTES = 100_000
#: Lists that are looked at before the run.
_MOST_LISTS = 5
#: Failures of an operation in a row after which it is not called again.
_MAX_FAILURES = 3


class Cleanup:
    """Learns from all exchanges of a run what it made, and deletes what is left of that.

    Only what is surely new is deleted: its id has a name of the run in it, or the server returned
    it with 201 for the first time.
    """

    def __init__(self, contract: Contract, names: RunNames, base_url: str) -> None:
        self._base_path = urlsplit(base_url).path
        elsewhere = own_base_urls(contract, base_url)
        self._own_base_paths = {name: urlsplit(url).path for name, url in elsewhere.items()}
        self._graph = OperationGraph(contract)
        self._operations = {operation.id: operation for operation in contract.operations}
        self._names = names
        self._known: set[str] = set()
        self._requests = 0
        #: What the server had before this run: of earlier runs, and other ids by operation.
        self._has_earlier_names = False
        self._found: dict[str, int] = {}
        #: The operation that made what has a path.
        self._made: dict[str, str] = {}
        #: What was made that no operation deletes: the operation that made it, and the ids in its
        #: response, such as that of its owner.
        self._lasting: list[tuple[str, frozenset[str]]] = []
        self._gone: set[str] = set()
        self._failures: Counter[str] = Counter()
        self._problems: dict[str, str] = {}

    def observe(self, name: str, response: requests.Response) -> None:
        """Learn from the response to an operation."""
        base_path = self._own_base_paths.get(name, self._base_path)
        path = str(urlsplit(response.request.url or "").path).removeprefix(base_path)
        status, body = response.status_code, response.content
        self._requests += 1
        operation = self._operations.get(name)
        if operation is None or not 200 <= status < 300:
            return
        if operation.method == "DELETE":
            self._made.pop(path, None)
            self._gone.add(unquote(path.rpartition("/")[2]))
        ids = ids_in(operation, _with_texts(decode_or_text(body[:_MOST_BYTES])))
        if operation.method in ("POST", "PUT"):
            self._learn(operation, path, ids, is_created=status == 201)
        self._learn_names(body)
        self._known.update(text for texts in ids.values() for text in texts)

    def look(self, api: ApiClient) -> None:
        """Look at what some lists return before the run, up to the first that does not respond."""
        makers = {o.path for o in self._operations.values() if o.method == "POST"}
        lists = [o for o in self._graph.surveys if o.path in makers]
        for operation in lists[:_MOST_LISTS]:
            exchange = api.call(operation.id, "GET", operation.path)
            if not exchange.response.status:
                return
            if exchange.response.status == 200:
                body = exchange.response.body
                ids = ids_in(operation, _with_texts(decode_or_text(body[:_MOST_BYTES])))
                if number := max(map(len, ids.values()), default=0):
                    self._found[operation.id] = number
                self._known.update(text for texts in ids.values() for text in texts)
                self._learn_names(body)

    def _learn_names(self, body: bytes) -> None:
        self._has_earlier_names |= self._names.is_of_earlier_run(body.decode(errors="replace"))

    def note(self) -> str:
        """Return what there was before the run, in a sentence; empty if the server seems fresh."""
        found = ", ".join(f"{name} returned {number}" for name, number in self._found.items())
        if self._has_earlier_names:
            found = "things that earlier checks made are there"
        return (
            found and f"the server was not empty at the start ({found}): results may depend on it"
        )

    def _learn(
        self, operation: Operation, path: str, ids: dict[str, list[str]], *, is_created: bool
    ) -> None:
        """Record what a request made: what its path names, or what the response has the id of."""
        chosen = self._graph.chosen_by_client(operation)
        if chosen and operation.path.endswith("}"):
            last = unquote(path.rpartition("/")[2])
            if self._names.is_of_run(last) and self._deleter_at(operation.path) is not None:
                self._made[path] = operation.id
            return
        deleter = self._deleter_below(operation)
        if deleter is None:
            if is_created and self._graph.creates[operation.id]:
                texts = frozenset(text for texts in ids.values() for text in texts)
                self._lasting.append((operation.id, texts))
            return
        resource_type = list(self._graph.path_types[deleter.id].values())[-1]
        for made in _ids_of(ids, resource_type):
            if self._names.is_of_run(made) or (is_created and made not in self._known):
                base = path if deleter.path.startswith(f"{operation.path}/") else ""
                self._made[f"{base or deleter.path.rpartition('/')[0]}/{quote(made, safe='')}"] = (
                    operation.id
                )
                return

    def _deleter_at(self, path: str) -> Operation | None:
        """Return the operation that deletes what has a path, and needs nothing else for that."""
        deleters = (o for o in self._operations.values() if o.method == "DELETE" and o.path == path)
        return next(filter(_needs_only_path, deleters), None)

    def _deleter_below(self, operation: Operation) -> Operation | None:
        """Return the operation that deletes what another one makes in a collection."""
        for other in self._operations.values():
            is_below = other.path.startswith(f"{operation.path}/{{")
            if (
                other.method == "DELETE"
                and is_below
                and other.path.count("/") == (operation.path.count("/") + 1)
            ):
                return other if _needs_only_path(other) else None
        for resource_type in sorted(self._graph.creates[operation.id]):
            deleter = self._graph.deleter(resource_type)
            if deleter is not None and _needs_only_path(deleter):
                return deleter
        return None

    def run(self, api: ApiClient, absent: frozenset[str] = frozenset()) -> list[str]:
        """Delete what is left, what others are below first; return what could not be deleted, in
        short. `absent` are the operations that the server does not have."""
        left: Counter[tuple[str, str]] = Counter()
        budget = max(_FEWEST, int(_SHARE * self._requests))
        gone: set[str] = set()
        for path in sorted(self._made, key=lambda path: path.count("/")):
            creator = self._made[path]
            parts = path.split("/")
            if any("/".join(parts[:end]) in gone for end in range(2, len(parts))):
                continue
            problem = self._problem(creator, absent) or self._delete(api, path, budget)
            budget -= 1
            if problem:
                left[creator, problem] += 1
            else:
                gone.add(path)
        self._gone |= {unquote(path.rpartition("/")[2]) for path in gone}
        for creator, ids in self._lasting:
            if not ids & self._gone:  # else it has gone with its owner
                left[creator, "the API has no operation for it"] += 1
        return [self._line(name, why, number) for (name, why), number in sorted(left.items())]

    def _problem(self, creator: str, absent: frozenset[str]) -> str:
        """Return why what an operation made cannot be deleted; empty if it may be."""
        deleter = self._deleter_of(creator)
        if deleter.id in absent:
            return f"{deleter.id} is not implemented"
        return self._problems.get(deleter.id, "")

    def _deleter_of(self, creator: str) -> Operation:
        operation = self._operations[creator]
        deleter = self._deleter_at(operation.path) or self._deleter_below(operation)
        assert deleter is not None  # else nothing was recorded
        return deleter

    def _delete(self, api: ApiClient, path: str, budget: int) -> str:
        """Delete what has a path; return why that failed."""
        if budget <= 0:
            return "that would have taken too many requests"
        deleter = self._deleter_of(self._made[path])
        try:
            exchange: Exchange = api.call(deleter.id, "DELETE", path)
        except UsageError as error:
            return str(error)
        status = exchange.response.status
        if 200 <= status < 300 or status in (404, 410):
            self._failures[deleter.id] = 0
            return ""
        problem = f"{deleter.id} answered {status}" if status else f"{deleter.id}: {exchange.error}"
        self._failures[deleter.id] += 1
        if self._failures[deleter.id] >= _MAX_FAILURES:
            self._problems[deleter.id] = problem
        return problem

    def _line(self, creator: str, why: str, number: int) -> str:
        noun = next(reversed(list(_literals(self._operations[creator].path))), "resources")
        noun = str(singularize(noun)) if number == 1 else noun
        return f"{number} {noun} could not be deleted: {why}"


def _ids_of(ids: dict[str, list[str]], resource_type: str) -> list[str]:
    """Return the ids of a type in a response; those of exactly this type first."""
    exact = ids.get(resource_type, [])
    others = [text for t, texts in ids.items() if compatible(t, resource_type) for text in texts]
    return exact[:1] or others[:1]


def _with_texts(value: Any) -> Any:
    """Return JSON with texts in the place of numbers, which may be ids."""
    if isinstance(value, dict):
        return {key: _with_texts(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_with_texts(part) for part in value]
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _literals(path: str) -> Iterator[str]:
    return (part for part in path.split("/") if part and not part.startswith("{"))


def _needs_only_path(operation: Operation) -> bool:
    parameters: Any = operation.parameters
    body = operation.body
    return not any(p.required and p.where != "path" for p in parameters) and not (
        body is not None and body.required
    )
