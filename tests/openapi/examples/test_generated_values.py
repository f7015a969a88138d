"""Values are generated for every kind of schema that has valid ones, within bounds."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from jsonschema_rs import Draft202012Validator, FancyRegexOptions

from tests.openapi.examples.schema_kinds import KINDS, NAMED
from tests.openapi.test_documents import document, get, get_all
from understudy.errors import Problem
from understudy.openapi.contract import Contract
from understudy.openapi.examples.example_response import (
    example_response,
    generate,
    generated_value,
)
from understudy.openapi.operation import MediaType, Operation


def operation_of(schema: Any, **media: Any) -> Operation:
    """Return an operation whose response has this schema."""
    spec = document({"/x": get(schema, **media)}, components={"schemas": NAMED})
    return Contract("api", {**spec, "openapi": "3.1.0"}).operations[0]


def media_type(operation: Operation) -> MediaType:
    """Return the media type of its response."""
    return operation.responses["200"].preferred


def valid(schema: Any, value: Any) -> bool:
    """Return whether jsonschema-rs accepts a value, without our conversion of schemas."""
    whole = {"allOf": [schema], "components": {"schemas": NAMED}}
    options = FancyRegexOptions(size_limit=100_000_000)
    validator = Draft202012Validator(whole, validate_formats=True, pattern_options=options)
    return validator.is_valid(value)


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_of_schema_has_a_valid_value(name: str) -> None:
    """The example of a response and generated values are valid, and repeat for a seed."""
    operation = operation_of(KINDS[name])
    values = [generated_value(operation, media_type(operation), seed) for seed in "012"]
    values.append(example_response(operation, 200)[0])
    assert [value for value in values if not valid(KINDS[name], value)] == []
    again = operation_of(KINDS[name])
    assert generated_value(again, media_type(again), "1") == values[1]


def test_every_kind_of_schema_is_answered() -> None:
    """Through HTTP, each is 200 with a valid value."""
    names = list(KINDS)
    paths = {f"/{number}": get(KINDS[name]) for number, name in enumerate(names)}
    spec = {**document(paths, components={"schemas": NAMED}), "openapi": "3.1.0"}
    for name, response in zip(names, get_all(spec, *paths), strict=True):
        assert response.status_code == 200, (name, response.text)
        assert valid(KINDS[name], response.json()), name


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "minLength": 10**9},
        {"type": "string", "minLength": 10**9, "pattern": "^[a-z]+$"},
        {"type": "string", "pattern": "^(a{1000}){1000}$"},
        {"type": "array", "minItems": 10**6},
        {"type": "array", "minItems": 10**9, "uniqueItems": True},
        {"type": "array", "contains": {"const": 1}, "minContains": 10**9},
        {"type": "array", "minItems": 999, "items": {"type": "array", "minItems": 999}},
        {"type": "object", "minProperties": 10**9},
    ],
    ids=str,
)
def test_schema_of_huge_values_is_refused(schema: dict[str, Any]) -> None:
    """501, and the sentence says the bounds, instead of a value that fills the memory."""
    (response,) = get_all(document({"/x": get(schema)}), "/x")
    assert response.status_code == 501
    assert "within 20000 values and 1000000 characters" in response.json()["detail"]


_SELF = {"$ref": "#/components/schemas/Self"}


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "object", "required": ["a"], "properties": {"a": _SELF}},
        {"anyOf": [{"type": "object", "required": ["a"], "properties": {"a": _SELF}}] * 9},
        {"oneOf": [{"type": "object"}] * 500},
        {"type": "array", "uniqueItems": True, "minItems": 4, "items": {"enum": [1, 2, 3]}},
        {"type": "integer", "minimum": 5, "maximum": 4},
        {"allOf": [{"type": "string"}, {"type": "integer"}]},
    ],
    ids=["itself", "itself by choices", "500 alike", "too few values", "bounds", "types"],
)
def test_schema_without_values_ends(schema: dict[str, Any]) -> None:
    """501 after a bounded number of attempts, however many ways there are to fail."""
    spec = document({"/x": get(_SELF)}, components={"schemas": {"Self": schema}})
    (response,) = get_all(spec, "/x")
    assert response.status_code == 501
    assert "give its response an example" in response.json()["detail"]


def test_value_without_end_is_bounded() -> None:
    """A schema with 20 properties at each of four levels gives a value of a reasonable size."""
    schema: dict[str, Any] = {"type": "string"}
    for level in "dcba":
        properties = {f"{level}{number}": schema for number in range(20)}
        schema = {"type": "object", "properties": properties}
    (response,) = get_all(document({"/x": get(schema)}), "/x")
    assert response.status_code == 200
    assert 100 < len(response.content) < 100_000


def test_one_way_properties_are_left_out() -> None:
    """No response has what is `writeOnly`, and no generated request has what is `readOnly`."""
    account = {
        "type": "object",
        "required": ["login", "secret", "id"],
        "properties": {
            "login": {"type": "string"},
            "secret": {"allOf": [{"type": "string"}, {"writeOnly": True}]},
            "id": {"type": "integer", "readOnly": True},
        },
    }
    item = get(account)
    item["get"]["requestBody"] = {"content": {"application/json": {"schema": account}}}
    operation = Contract("api", document({"/x": {"post": item["get"]}})).operations[0]
    assert operation.body is not None
    request = generated_value(operation, operation.body.preferred, "0")
    response = generated_value(operation, media_type(operation), "0")
    assert sorted(request) == ["login", "secret"]
    assert sorted(response) == ["id", "login"]


def test_invalid_examples_are_not_used() -> None:
    """Those in other places are, and so is the next one of the same place."""
    schema = {
        "type": "object",
        "required": ["a", "b", "c"],
        "properties": {
            "a": {"type": "integer", "example": "one"},
            "b": {"type": "integer", "example": 2},
            "c": {"type": "integer", "examples": ["three", 3]},
        },
    }
    value, _ = example_response(operation_of(schema), 200)
    assert valid(schema, value)
    assert (value["b"], value["c"]) == (2, 3)


@pytest.mark.parametrize(
    ("example", "expected"),
    [
        ({"value": 1}, 1),
        ({"dataValue": 2}, 2),
        ({"serializedValue": "3"}, 3),
        ({"serializedValue": "{"}, 4),
        ({"externalValue": "elsewhere.json"}, 4),
    ],
    ids=str,
)
def test_named_examples_have_the_words_of_all_versions(example: Any, expected: int) -> None:
    """`value`, and `dataValue` or `serializedValue`; one that has no value is passed over."""
    operation = operation_of({"const": expected}, examples={"one": example})
    assert example_response(operation, 200)[0] == expected


def test_only_one_alternative_fits_if_that_is_possible() -> None:
    """Even where a discriminator chooses, because other validators do not know it."""
    options = [
        {"type": "object", "properties": {"kind": {"enum": [kind]}, kind: {"type": "string"}}}
        for kind in ("a", "b")
    ]
    schema = {"oneOf": options, "discriminator": {"propertyName": "kind"}}
    operation = operation_of(schema)
    for seed in "0123":
        assert valid(schema, generated_value(operation, media_type(operation), seed))


def test_base_schema_names_one_of_its_children() -> None:
    """A schema with a discriminator and without alternatives gives values of what includes it."""
    named = {
        "Animal": {
            "type": "object",
            "required": ["kind"],
            "properties": {"kind": {"type": "string"}},
            "discriminator": {"propertyName": "kind"},
        },
        "Bird": {
            "allOf": [{"$ref": "#/components/schemas/Animal"}],
            "required": ["wings"],
            "properties": {"wings": {"type": "integer"}},
        },
    }
    schema = {"type": "array", "items": {"$ref": "#/components/schemas/Animal"}, "minItems": 9}
    spec = document({"/x": get(schema)}, components={"schemas": named})
    operation = Contract("api", spec).operations[0]
    value = generated_value(operation, media_type(operation), "0")
    assert {animal["kind"] for animal in value} == {"Animal", "Bird"}
    assert all(("wings" in animal) == (animal["kind"] == "Bird") for animal in value)


def test_value_is_the_same_in_every_process() -> None:
    """The order of sets, which Python changes, has no influence."""
    code = (
        "import json; from understudy.openapi.examples.example_response import generate; "
        "from tests.openapi.examples.schema_kinds import KINDS, NAMED; "
        "spec = {'openapi': '3.1.0', 'components': {'schemas': NAMED}}; "
        "print(json.dumps([generate(spec, schema, '7') for schema in KINDS.values()]))"
    )
    printed = [
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert printed[0] == printed[1]
    assert len(json.loads(printed[0])) == len(KINDS)


def test_costly_values_are_kept() -> None:
    """A value that took more than one attempt is generated once for a seed; so is a failure."""
    operation = operation_of(KINDS["one of overlap"])
    first = generated_value(operation, media_type(operation), "0")
    assert generated_value(operation, media_type(operation), "0") is first
    operation = operation_of({"type": "string", "not": {}})
    problems = []
    for _ in range(2):
        with pytest.raises(Problem) as refusal:
            generated_value(operation, media_type(operation), "0")
        problems.append(refusal.value.message)
    assert problems[0] == problems[1]


def test_generate_gives_up_on_impossible_schemas() -> None:
    """It returns None instead of an error."""
    assert generate({}, {"allOf": [{"type": "string"}, {"type": "integer"}]}, "0") is None
