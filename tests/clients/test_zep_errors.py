"""Every error that the document declares, as Zep's Python client raises it.

The requests are the document's examples. `Prefer: code=N` requests the error itself, because
some have no cause in a stand-in, such as a database that is down.
"""

from __future__ import annotations

import inspect
from functools import cache
from operator import attrgetter
from typing import Any

import pytest
from inflection import underscore
from zep_cloud import errors
from zep_cloud.core.api_error import ApiError

from tests.clients.sdk import description
from tests.clients.zep_python import KEY, connect
from tests.support.server import ROOT
from understudy.openapi.contract import Contract
from understudy.openapi.examples.example_response import example_response
from understudy.openapi.operation import Operation

#: The client's own error types by status.
TYPED: dict[int, type[ApiError]] = {
    400: errors.BadRequestError,
    401: errors.UnauthorizedError,
    404: errors.NotFoundError,
    409: errors.ConflictError,
    500: errors.InternalServerError,
}


@cache
def operations() -> dict[tuple[str, str], Operation]:
    """Return the operations of the document by method and shape of path."""
    contract = Contract.load(ROOT / "specs" / "zep.yaml")
    return {(o.method.lower(), shape(o.path)): o for o in contract.operations}


def shape(path: str) -> str:
    """Return a path whose parameters have no names."""
    return "/".join("{}" if part.startswith("{") else part for part in path.split("/"))


def examples(operation: Operation) -> dict[str, Any]:
    """Return the example values of a request: parameters, and the fields of the body."""
    values = {
        underscore(p.name): p.definition["example"]
        for p in operation.parameters
        if p.required and "example" in p.definition
    }
    if operation.body is not None:
        body = next(operation.body.preferred.examples(operation.contract.document))
        values["request"] = body
        if isinstance(body, dict):
            values.update({underscore(name): value for name, value in body.items()})
    return values


def declared() -> list[Any]:
    """Return each call of the client with each error that the document declares for it."""
    return [
        pytest.param(call, operation, int(status), id=f"{call['name']}-{status}")
        for call in description("zep-cloud-2.22.1")["calls"]
        for operation in (operations()[call["method"], call["path"]],)
        for status in sorted(operation.responses)
        if int(status) >= 400
    ]


@pytest.mark.parametrize(("call", "operation", "status"), declared())
def test_declared_errors_reach_the_client(
    origin: str, call: dict[str, Any], operation: Operation, status: int
) -> None:
    """The client raises its type for the error, with the status and the document's message."""
    method = attrgetter(call["name"])(connect(origin, KEY))
    given = examples(operation)
    # The client adds an underscore to names that Python reserves.
    names = {n: n.rstrip("_") for n in inspect.signature(method).parameters}
    options = {"additional_headers": {"Prefer": f"code={status}"}, "max_retries": 0}
    kind = TYPED[status] if str(status) in call["statuses"] else ApiError
    with pytest.raises(ApiError) as raised:
        method(
            **{name: given[plain] for name, plain in names.items() if plain in given},
            request_options=options,
        )
    assert type(raised.value) is kind
    assert raised.value.status_code == status
    expected = example_response(operation, status)[0]["message"]
    body = raised.value.body
    assert (body["message"] if isinstance(body, dict) else body.message) == expected
