"""`readOnly` properties are optional in requests and `writeOnly` ones in responses."""

from __future__ import annotations

from typing import Any

import pytest

from tests.openapi.schemas.support import validators_of, violations_of

REF = "#/components/schemas/"
FIELDS = {"type": "object", "properties": {"id": {"type": "string"}, "name": {"type": "string"}}}


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
        "Sibling": {"properties": {"id": {**FIELDS, keyword: True}}, **required},
        "RequiredAround": {**required, "anyOf": [{"$ref": f"{REF}Base"}, {"type": "null"}]},
        "RequiredInChoice": {**base, "oneOf": [required, {"required": ["number"]}]},
    }


@pytest.mark.parametrize("name", [n for n in one_way("readOnly") if n[:4] not in ("Base", "Requ")])
@pytest.mark.parametrize(("keyword", "direction"), [("readOnly", 0), ("writeOnly", 1)])
def test_one_way_property_is_optional_wherever_it_stands(
    name: str, keyword: str, direction: int
) -> None:
    """A value without it is valid in one direction, and a value with it in both."""
    if name in ("Id", "Wrapped"):
        return
    validators = validators_of({"$ref": REF + name}, **one_way(keyword))
    assert violations_of(validators[direction], {"name": "a"}) == []
    assert (
        violations_of(validators[direction], {"id": {} if name == "Sibling" else "1", "name": "a"})
        == []
    )
    other = violations_of(validators[1 - direction], {"name": "a"})
    assert ("", '"id" is a required property') in other or name == "RequiredInChoice"
    if name != "RequiredInChoice":
        violations = violations_of(validators[direction], {})
        assert set(violations) == {("", '"name" is a required property')}


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
    assert request.accepts({"a": 1, "b": 1}) and not request.accepts({"a": 1})
    assert not response.accepts({"a": 1, "b": 1})
