"""Validators of schemas in a small document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy.openapi.contract import Contract
from understudy.openapi.document import follow
from understudy.openapi.schemas.schema_validator import SchemaValidator

JSON = "application/json"
BODY = "#/paths/~1things/post/requestBody/content/application~1json/schema"


def contract_of(schema: Any, shared: Mapping[str, Any] | None = None) -> Contract:
    """Return a contract with an operation whose bodies have a schema; `shared` are the schemas of
    the document's components."""
    content = {"content": {JSON: {"schema": schema}}}
    operation = {"requestBody": content, "responses": {"200": {"description": "-", **content}}}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Things", "version": "1"},
        "paths": {"/things": {"post": operation}},
        "components": {"schemas": dict(shared or {})},
    }
    return Contract("things", document)


def validators_of(
    schema: Any, shared: Mapping[str, Any] | None = None
) -> tuple[SchemaValidator, SchemaValidator]:
    """Return the validators of the request body and of the response body."""
    (operation,) = contract_of(schema, shared).operations
    assert operation.body is not None
    request = operation.body.media[JSON].validator
    response = operation.responses["200"].media[JSON].validator
    assert request is not None
    assert response is not None
    return request, response


def violations_of(validator: SchemaValidator, value: Any) -> list[tuple[str, str]]:
    """Return where the violations of a value are and what they say; their rules must resolve."""
    violations = validator.violations(value)
    assert bool(violations) is not validator.accepts(value)
    return [(violation.at, violation.message) for violation in violations]


def rules_of(contract: Contract, value: Any) -> list[tuple[str, Any]]:
    """Return the rules that a request body breaks: their pointers, and what those lead to."""
    (operation,) = contract.operations
    assert operation.body is not None
    validator = operation.body.media[JSON].validator
    assert validator is not None
    rules = [violation.rule for violation in validator.violations(value)]
    return [(rule, follow(contract.document, rule)) for rule in rules]
