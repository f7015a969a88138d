"""Discriminators choose the schema of a value, and violations are those of that schema alone."""

from __future__ import annotations

from typing import Any
from unittest.mock import Mock

import pytest

from tests.openapi.schemas.support import (
    BODY,
    contract_of,
    rules_of,
    validators_of,
    violations_of,
)
from understudy.openapi import structure
from understudy.openapi.document import UpgradedDocument
from understudy.openapi.schemas.discriminator import discriminator_of

REF = "#/components/schemas/"
CAT = {"$ref": f"{REF}Cat"}
DOG = {"$ref": f"{REF}Dog"}
MAPPING = {"cat": f"{REF}Cat", "dog": "Dog"}


def pet(**properties: Any) -> dict[str, Any]:
    """Return the schema of an object with a `kind` and other properties."""
    kind = properties.pop("kind", {"type": "string"})
    return {"type": "object", "required": ["kind"], "properties": {"kind": kind, **properties}}


#: Schemas that only the discriminator tells apart.
PETS = {"Cat": pet(name={"type": "string"}), "Dog": pet(name={"type": "integer"})}
BY_KIND = {"propertyName": "kind", "mapping": MAPPING}
CHOICES: list[dict[str, Any]] = [
    {"oneOf": [CAT, DOG], "discriminator": BY_KIND},
    {"anyOf": [CAT, DOG], "discriminator": BY_KIND},
    {"oneOf": [{"allOf": [CAT], "description": "-"}, DOG], "discriminator": BY_KIND},
    {"oneOf": [{**CAT, "description": "-"}, DOG], "discriminator": BY_KIND},
    {"allOf": [{"oneOf": [CAT, DOG], "discriminator": BY_KIND}, {"required": ["kind"]}]},
    {"oneOf": [CAT, DOG, {"type": "null"}], "discriminator": BY_KIND},
    {"oneOf": [CAT, DOG], "discriminator": BY_KIND, "nullable": True},
    {"$ref": f"{REF}Pet"},
]


@pytest.mark.parametrize("schema", CHOICES)
def test_value_chooses_the_schema(schema: dict[str, Any]) -> None:
    """A value must fit the schema that it names, and no other."""
    shared = {**PETS, "Pet": CHOICES[0]}
    for validator in validators_of(schema, shared):
        assert validator.accepts({"kind": "cat", "name": "a"})
        assert validator.accepts({"kind": "dog"})
        assert violations_of(validator, {"kind": "dog", "name": "a"})[0][0] in ("/name", "")
        assert not validator.accepts({"kind": "dog", "name": "a"})
        assert validator.accepts(None) is (
            "nullable" in schema or len(schema.get("oneOf", ())) == 3
        )


@pytest.mark.parametrize(
    ("value", "at", "message"),
    [
        ({"kind": "dog", "name": "a"}, "/name", '"a" is not of type "integer"'),
        ({"name": "a"}, "", '"kind" is a required property'),
        (1, "", '1 is not of type "object"'),
        (
            {"kind": "cow"},
            "/kind",
            '"cow" chooses no schema; the values that do are "cat", "dog", "Cat" or "Dog"',
        ),
    ],
)
def test_violation_is_one_of_the_chosen_schema(value: Any, at: str, message: str) -> None:
    """There is one violation, whatever the alternatives that were not chosen require."""
    assert violations_of(validators_of(CHOICES[0], PETS)[0], value) == [(at, message)]


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        ({"kind": "b", "x": "a"}, f"{BODY}/oneOf/1/properties/x/type"),
        ({"kind": "c"}, f"{BODY}/discriminator"),
        ({}, f"{BODY}/discriminator"),
        ([], f"{BODY}/oneOf/2/type"),
    ],
)
def test_rule_of_a_choice_stands_in_the_document(value: Any, rule: str) -> None:
    """Inline alternatives are found in the list that they stand in."""
    options = [pet(kind={"const": "a"}), pet(kind={"enum": ["b"]}, x={"type": "integer"})]
    schema = {"oneOf": [*options, {"type": "null"}], "discriminator": {"propertyName": "kind"}}
    assert [where for where, _ in rules_of(contract_of(schema), value)] == [rule]


BASE = {
    "Pet": {**pet(), "discriminator": {"propertyName": "kind"}},
    "Cat": {"allOf": [{"$ref": f"{REF}Pet"}, {"required": ["lives"]}]},
    "Kitten": {"allOf": [CAT, {"required": ["weeks"]}]},
    "Dog": {"$ref": f"{REF}Pet", "required": ["barks"]},
}


@pytest.mark.parametrize(
    ("value", "missing"),
    [
        ({"kind": "Pet"}, []),
        ({"kind": "Cat"}, ["lives"]),
        ({"kind": "Kitten"}, ["lives", "weeks"]),
        ({"kind": "Dog"}, ["barks"]),
        ({}, ["kind"]),
    ],
)
@pytest.mark.parametrize("schema", [{"$ref": f"{REF}Pet"}, {"allOf": [{"$ref": f"{REF}Pet"}]}])
def test_base_schema_is_what_includes_it(
    schema: dict[str, Any], value: Any, missing: list[str]
) -> None:
    """A value of a base schema must fit the schema that it names, if that includes the base."""
    violations = violations_of(validators_of(schema, BASE)[0], value)
    assert violations == [("", f'"{name}" is a required property') for name in missing]


def test_schema_that_includes_a_base_is_itself() -> None:
    """The discriminator of a base chooses nothing for a schema that includes it."""
    request, _ = validators_of(CAT, BASE)
    assert request.accepts({"kind": "Cat", "lives": 9})
    assert not request.accepts({"kind": "Cat"})
    (unknown,) = violations_of(validators_of({"$ref": f"{REF}Pet"}, BASE)[0], {"kind": "Cow"})
    assert unknown[0] == "/kind"
    assert '"Pet"' in unknown[1]


@pytest.mark.parametrize(
    ("shared", "discriminator", "value"),
    [
        # The alternatives contradict the mapping.
        ({"Cat": pet(kind={"const": "CAT"}), "Dog": pet(kind={"const": "DOG"})}, BY_KIND, "CAT"),
        # One alternative says its value, the mapping that of the other.
        ({"Cat": pet(kind={"enum": ["cat"]}), "Dog": pet()}, BY_KIND, "dog"),
        # A shared list of values, which the mapping divides.
        (dict.fromkeys(("Cat", "Dog"), pet(kind={"enum": ["cat", "dog"]})), BY_KIND, "dog"),
        # Names without a mapping, and values that are no texts.
        (PETS, {"propertyName": "kind"}, "Dog"),
        ({"Cat": pet(kind={"const": True}), "Dog": pet(kind={"const": False})}, BY_KIND, False),
        # The value of an alternative's alternatives.
        (
            {
                "Cat": {"oneOf": [pet(kind={"const": "lion"}), pet(kind={"const": "puma"})]},
                "Dog": pet(kind={"const": "dog"}),
            },
            {"propertyName": "kind"},
            "puma",
        ),
        # A mapping to a schema that is none of the alternatives.
        ({**PETS, "Cow": pet()}, {"propertyName": "kind", "mapping": {"moo": "Cow"}}, "moo"),
    ],
)
def test_values_come_from_the_schemas_and_the_mapping(
    shared: dict[str, Any], discriminator: dict[str, Any], value: Any
) -> None:
    """What the alternatives say of the property counts before the mapping."""
    schema = {"oneOf": [CAT, DOG], "discriminator": discriminator}
    request, _ = validators_of(schema, shared)
    assert request.accepts({"kind": value})
    (unknown,) = violations_of(request, {"kind": "no such kind"})
    assert unknown[0] == "/kind"


@pytest.mark.parametrize(
    ("schema", "shared"),
    [
        ({"oneOf": [pet(x=False), pet(y=False)]}, {}),
        ({"oneOf": [CAT, {"required": ["y"], "properties": {"x": False}}]}, {"Cat": pet(y=False)}),
        (
            {"oneOf": [CAT, DOG]},
            {
                "Cat": pet(y=False, kind={"enum": ["x", "y"]}),
                "Dog": pet(x=False, kind={"enum": ["x", "y"]}),
            },
        ),
    ],
)
def test_ambiguous_discriminator_chooses_nothing(
    schema: dict[str, Any], shared: dict[str, Any]
) -> None:
    """Alternatives that no value names are told apart by what they require."""
    schema = {**schema, "discriminator": {"propertyName": "kind"}}
    request, _ = validators_of(schema, shared)
    assert request.accepts({"kind": "x", "y": 1})
    assert not request.accepts({"kind": "x", "x": 1, "y": 1})


@pytest.mark.parametrize("value", [{}, {"kind": "cow"}, {"kind": 1}])
def test_default_mapping_is_for_values_that_choose_nothing(value: dict[str, Any]) -> None:
    """An absent or unknown value chooses the schema of `defaultMapping` (OpenAPI 3.2)."""
    shared = {**PETS, "Other": {"type": "object", "required": ["sound"]}}
    discriminator = {**BY_KIND, "defaultMapping": "Other"}
    schema = {"oneOf": [CAT, DOG, {"$ref": f"{REF}Other"}], "discriminator": discriminator}
    request, _ = validators_of(schema, shared)
    assert request.accepts({**value, "sound": "moo"})
    assert violations_of(request, value) == [("", '"sound" is a required property')]
    assert not request.accepts({"kind": "dog", "name": "a", "sound": "-"})


def test_one_way_discriminator_may_be_absent() -> None:
    """A request need not have a `readOnly` property, not even to choose a schema."""
    shared = {
        "Cat": pet(kind={"const": "cat", "readOnly": True}),
        "Dog": pet(kind={"const": "dog"}),
    }
    request, response = validators_of({"oneOf": [CAT, DOG], "discriminator": BY_KIND}, shared)
    assert request.accepts({})
    assert not response.accepts({})


def test_recursive_discriminator_ends() -> None:
    """A base schema that lists the schemas which include it is read once for each value."""
    shared = {
        "Pet": {"oneOf": [CAT, DOG], "discriminator": BY_KIND},
        "Cat": {"allOf": [{"$ref": f"{REF}Pet"}, pet(friend={"$ref": f"{REF}Pet"})]},
        "Dog": pet(friend={"$ref": f"{REF}Pet"}, age={"type": "integer"}),
    }
    request, _ = validators_of({"$ref": f"{REF}Pet"}, shared)
    value = {"kind": "cat", "friend": {"kind": "dog", "friend": {"kind": "dog", "age": "old"}}}
    assert violations_of(request, value)[0][0] == "/friend/friend/age"


def test_partial_value_need_not_have_the_discriminator() -> None:
    """Without the property any alternative counts; with it, the chosen one."""
    validator = validators_of(CHOICES[0], PETS)[0].of_parts()
    assert validator.accepts({"name": 1})
    assert not validator.accepts({"kind": "cat", "name": 1})


def test_strict_validator_lets_one_alternative_fit() -> None:
    """Values for others, who do not read discriminators, fit one alternative only."""
    strict = validators_of(CHOICES[0], PETS)[0].strict()
    assert strict.accepts({"kind": "cat", "name": "a"})
    assert not strict.accepts({"kind": "cat"})
    assert not strict.accepts({"kind": "Cat", "name": "a"})


def test_mapping_to_a_missing_file_costs_one_walk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Schemas that name themselves are looked up once for all discriminators of a document; one
    that has such a name is found."""
    document = UpgradedDocument({"components": {"schemas": {**PETS, "Bird": {"$id": "bird.yaml"}}}})
    walk = Mock(wraps=structure.walk)
    monkeypatch.setattr(structure, "walk", walk)
    mapping = {**MAPPING, "fish": "./lost.yaml#/Fish", "bird": "./bird.yaml"}
    schema = {"oneOf": [CAT, DOG], "discriminator": {"propertyName": "kind", "mapping": mapping}}
    for _ in range(3):
        discriminator = discriminator_of(document, schema)
        assert discriminator is not None
        assert discriminator.values == ["cat", "dog", "bird"]
    assert walk.call_count == 1
