"""Calls of operations with what they need created before, each in a namespace of its own, and what
the journal says of the samples that repeat them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import httpx

from understudy.code_samples.example_request import example_request
from understudy.code_samples.files import with_files
from understudy.code_samples.samples import CodeSample, code_samples
from understudy.openapi.contract import Contract
from understudy.openapi.operation import Operation
from understudy.openapi.resources.call import Call
from understudy.openapi.resources.prerequisites import Prerequisites

KEY = "test"


@dataclass(frozen=True)
class PreparedCall:
    """A call in the namespace at `origin`, and the status that it has there."""

    name: str
    origin: str
    call: Call
    status: int

    @property
    def operation(self) -> Operation:
        """The operation of the call."""
        return self.call.operation

    @property
    def samples(self) -> list[CodeSample]:
        """The samples of the call."""
        return code_samples(self.call, self.origin, KEY)


def prepared_calls(http: httpx.Client, contract: Contract, prefix: str) -> Iterator[PreparedCall]:
    """Create what each operation of a contract needs, and yield its call."""
    prerequisites = Prerequisites(contract)
    for operation in contract.operations:
        name = f"{contract.name}.{operation.id}"
        origin = f"{http.base_url}/_ns/{prefix}-{contract.name}-{operation.id}".replace("//_", "/_")
        *before, last = prerequisites.calls(operation)
        responses: list[Any] = []
        for call in before:
            response = _send(http, call, call.filled(responses), origin)
            is_json = "json" in response.headers.get("content-type", "")
            responses.append(response.json() if is_json else None)
        call = replace(last, arguments=with_files(last.filled(responses)), taken=())
        http.put(f"{origin}/_understudy/snapshots/before")
        status = _send(http, call, call.arguments, origin).status_code
        yield PreparedCall(name, origin, call, status)


def _send(http: httpx.Client, call: Call, arguments: Any, origin: str) -> httpx.Response:
    filled = replace(call, arguments=with_files(arguments))
    request = example_request(filled, origin, KEY)
    headers = [(name.encode(), value.encode("latin-1")) for name, value in request.headers]
    return http.request(request.method, request.url, headers=headers, content=request.body)


def begin(http: httpx.Client, calls: Sequence[PreparedCall]) -> None:
    """Restore the namespaces as they were before the calls, with empty journals."""
    for prepared in calls:
        control = f"{prepared.origin}/_understudy"
        if prepared.operation.method not in ("GET", "HEAD"):
            http.post(f"{control}/snapshots/before/restore").raise_for_status()
        http.delete(f"{control}/requests").raise_for_status()


def differences(http: httpx.Client, calls: Sequence[PreparedCall]) -> dict[str, str]:
    """Return how what the journals have differs from the calls, by their names: each shall be there
    once, valid, and with the status of the call."""
    found: dict[str, str] = {}
    for prepared in calls:
        listed = http.get(f"{prepared.origin}/_understudy/requests").json()["requests"]
        wanted = [each for each in listed if each["operation"] == prepared.operation.id]
        if len(wanted) != 1:
            others = [f"{each['request']['method']} {each['request']['path']}" for each in listed]
            found[prepared.name] = f"was called {len(wanted)} times; there were {others}"
        elif wanted[0]["violations"]:
            found[prepared.name] = str(wanted[0]["violations"])
        elif wanted[0]["response"]["status"] != prepared.status:
            status = wanted[0]["response"]["status"]
            found[prepared.name] = f"{status} is not {prepared.status}: {wanted[0]['request']}"
    return found
