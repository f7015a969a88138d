"""`readOnly` properties are optional in requests and `writeOnly` ones in responses."""

from __future__ import annotations

from typing import Any

import pytest

from tests.openapi.schemas.support import validators_of, violations_of

REF = "#/components/schemas/"


def one_way(keyword: str) -> dict[str, dict[str, Any]]:
    """Return shared schemas that require `id` and `name`, and in which `id` goes one way."""
    marked = {"type": "string", keyword: True}
    base = {"type": "object", "properties": {"id": marked, "name": {"type": "string"}}}
    required = {"required": ["id", "name"]}
    return {
        "Id": marked,
        "Wrapped": {"allOf": [{"$ref": f"{REF}Id"}], "description": "-"},
        "Base": base,
        "Required": {"type": "object", **required},
        "Beside": {**base, **required},
        "BesideAllOf": {"allOf": [{"$ref": f"{REF}Base"}], **required},
        "OwnPart": {"allOf": [{"$ref": f"{REF}Base"}, required]},
        "PartByReference": {"allOf": [{"$ref": f"{REF}Base"}, {"$ref": f"{REF}Required"}]},
        "Deep": {"allOf": [{"allOf": [{"$ref": f"{REF}OwnPart"}]}, {"$ref": f"{REF}Required"}]},
        "PropertyByReference": {"properties": {"id": {"$ref": f"{REF}Id"}}, **required},
        "PropertyByAllOf": {"properties": {"id": {"$ref": f"{REF}Wrapped"}}, **required},
        "PropertyOfObject": {"properties": {"id": {"type": "object", keyword: True}}, **required},
        "RequiredAround": {**required, "anyOf": [{"$ref": f"{REF}Base"}, {"type": "null"}]},
    }


COMPOSITIONS = [
    *("Beside", "BesideAllOf", "OwnPart", "PartByReference", "Deep", "PropertyByReference"),
    *("PropertyByAllOf", "PropertyOfObject", "RequiredAround"),
]


@pytest.mark.parametrize("name", COMPOSITIONS)
@pytest.mark.parametrize(("keyword", "direction"), [("readOnly", 0), ("writeOnly", 1)])
def test_one_way_property_is_optional_wherever_it_stands(
    name: str, keyword: str, direction: int
) -> None:
    """A value without it is valid in one direction, and a value with it in both."""
    validators = validators_of({"$ref": REF + name}, one_way(keyword))
    value = {"id": {} if name == "PropertyOfObject" else "1", "name": "a"}
    assert all(validator.accepts(value) for validator in validators)
    assert validators[direction].accepts({"name": "a"})
    assert not validators[1 - direction].accepts({"name": "a"})
    violations = violations_of(validators[direction], {})
    assert set(violations) == {("", '"name" is a required property')}


def test_alternatives_that_require_a_one_way_property_may_all_fit() -> None:
    """In the direction without it, several alternatives of a `oneOf` may be the same."""
    schema = {
        "properties": {"id": {"readOnly": True}},
        "oneOf": [{"required": ["id"]}, {"required": ["number"]}],
    }
    request, response = validators_of(schema)
    assert request.accepts({"number": 1})
    assert not response.accepts({"number": 1, "id": 1})


def test_one_way_property_of_one_alternative_is_required_in_another() -> None:
    """Alternatives are on their own: what one calls `readOnly` another may require."""
    required = {"required": ["id"]}
    request, _ = validators_of(
        {
            "oneOf": [
                {"properties": {"id": {"readOnly": True}, "kind": {"const": "a"}}, **required},
                {"properties": {"kind": {"const": "b"}}, **required},
            ]
        }
    )
    assert request.accepts({"kind": "a"})
    assert not request.accepts({"kind": "b"})


def test_one_way_property_may_not_be_forbidden_for_all() -> None:
    """`not` with `required` keeps its meaning: it says that a property is absent."""
    schema = {"properties": {"id": {"readOnly": True}}, "not": {"required": ["id"]}}
    for validator in validators_of(schema):
        assert validator.accepts({})
        assert not validator.accepts({"id": 1})


def test_dependent_names_are_optional_as_well() -> None:
    """`dependentRequired` requires no one-way property."""
    schema = {"properties": {"id": {"readOnly": True}}, "dependentRequired": {"a": ["id", "b"]}}
    request, response = validators_of(schema)
    assert request.accepts({"a": 1, "b": 1})
    assert not request.accepts({"a": 1})
    assert not response.accepts({"a": 1, "b": 1})
