"""Hooks for Schemathesis: 404 for what may have been deleted is no failure."""

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


def reports_404_after_deletes(*statuses: int) -> bool:
    """Return whether a 404 is a failure after DELETEs with these statuses (0: no response)."""
    schema: Any = schemathesis.openapi.from_dict(DOCUMENT)
    operation = schema["/toys/{toy-id}"]
    for status in statuses:
        case = operation["DELETE"].Case(path_parameters={"toy-id": "rex"})
        before_call(None, case, {})
        if status:
            after_call(None, case, SimpleNamespace(status_code=status))
    case = operation["GET"].Case(path_parameters={"toy-id": "rex"})
    return filter_failure(None, GONE, case, SimpleNamespace(status_code=404))


def test_resource_may_be_missing_if_a_delete_may_have_succeeded() -> None:
    """It may be missing after no response or a server error."""
    assert reports_404_after_deletes()
    assert reports_404_after_deletes(404)
    assert reports_404_after_deletes(401, 404)
    assert not reports_404_after_deletes(0)
    assert not reports_404_after_deletes(0, 404)
    assert not reports_404_after_deletes(500, 404)
    assert not reports_404_after_deletes(200, 404)
