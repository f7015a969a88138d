"""What the judge knows of ids that no schema says."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import schemathesis
from schemathesis.openapi.checks import EnsureResourceAvailability

from understudy.conformance.schemathesis_hooks import after_call, before_call, filter_failure

DOCUMENT: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "Toys", "version": "1"},
    "paths": {
        "/toys/{toy-id}": {
            "parameters": [
                {"name": "toy-id", "in": "path", "required": True, "schema": {"type": "string"}}
            ],
            "get": {"operationId": "getToy", "responses": {"200": {"description": "it"}}},
            "delete": {"operationId": "deleteToy", "responses": {"200": {"description": "gone"}}},
        }
    },
}

GONE = EnsureResourceAvailability(
    operation="GET /toys/{toy-id}",
    message="gone",
    created_with="POST /toys",
    not_available_with="GET /toys/{toy-id}",
)


def told(*statuses: int) -> bool:
    """Whether it is told that a toy is not there, after it was deleted with these answers; 0 is
    none."""
    schema: Any = schemathesis.openapi.from_dict(DOCUMENT)
    operation = schema["/toys/{toy-id}"]
    for status in statuses:
        case = operation["DELETE"].Case(path_parameters={"toy-id": "rex"})
        before_call(None, case, {})
        if status:
            after_call(None, case, SimpleNamespace(status_code=status))
    case = operation["GET"].Case(path_parameters={"toy-id": "rex"})
    return filter_failure(None, GONE, case, SimpleNamespace(status_code=404))


def test_what_may_have_been_deleted_need_not_be_there() -> None:
    """A server may have done what it did not answer, or answered with an error of its own."""
    assert told()
    assert told(404)
    assert told(401, 404)
    assert not told(0)
    assert not told(0, 404)
    assert not told(500, 404)
    assert not told(200, 404)
