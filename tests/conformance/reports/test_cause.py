"""The cause of findings: the same, whoever has found them."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest

from understudy.conformance.reports.cause import failure_cause, rule_cause, violation_cause
from understudy.errors import Violation

RULE = "response_schema_conformance"
PET = {
    "type": "object",
    "required": ["age"],
    "properties": {"kind": {"enum": ["dog", "cat"]}, "tags": {"items": {"type": "string"}}},
}


@pytest.mark.parametrize(
    ("value", "rule", "at", "cause"),
    [
        ({}, "#/components/schemas/Pet/required", "", f"{RULE} required age"),
        (
            {"age": 1, "kind": "cow"},
            "#/components/schemas/Pet/properties/kind/enum",
            "/kind",
            f"{RULE} enum kind",
        ),
        (
            {"age": 1, "tags": ["a", 5]},
            "#/components/schemas/Pet/properties/tags/items/type",
            "/tags/1",
            f"{RULE} type tags",
        ),
    ],
)
@pytest.mark.parametrize("is_list", [False, True])
def test_cause_is_the_keyword_and_the_field(
    value: Any, rule: str, at: str, cause: str, is_list: bool
) -> None:
    """In a list or alone, found by Schemathesis or by our own validator."""
    from schemathesis.openapi.checks import JsonSchemaError

    schema, body = ({"items": PET}, [value]) if is_list else (PET, value)
    (error,) = jsonschema_rs.Draft202012Validator(schema).iter_errors(body)
    failure = JsonSchemaError.from_exception(operation="x", exc=error, root_schema=schema)
    assert failure_cause(RULE, failure) == cause
    violation = Violation("response", f"/0{at}" if is_list else at, error.message, rule)
    assert violation_cause(RULE, violation, 200) == cause


def test_cause_of_an_undocumented_status_is_the_status() -> None:
    """Nine operations that answer 418 are one cause; 418 and 500 are two."""
    from schemathesis.openapi.checks import UndefinedStatusCode

    rule, words = "status_code_conformance", {"defined_status_codes": [], "message": "x"}
    failures = [
        UndefinedStatusCode(operation=name, status_code=status, allowed_status_codes=[], **words)  # type: ignore[arg-type]
        for name, status in (("a", 418), ("b", 418), ("c", 500))
    ]
    causes = [failure_cause(rule, failure) for failure in failures]
    assert causes == [f"{rule} 418", f"{rule} 418", f"{rule} 500"]
    assert violation_cause(rule, Violation("response", "", "status 418 is not x"), 418) == causes[0]


def test_cause_of_broken_rules_is_an_absent_field() -> None:
    """However they come to need it; rules that break by anything else have a cause each."""
    reasons = (
        "$response.body#/id is <absent>, and later steps need it",
        "it: $response.body#/id is <absent>",
    )
    causes = {rule_cause(f"rule-{n}", "addPet", reason) for n, reason in enumerate(reasons)}
    assert causes == {"addPet $response.body#/id is <absent>"}
    assert rule_cause("a-rule", "addPet", "$statusCode == 400: $statusCode is 200") == "a-rule"
