"""Violations of large values: the same as of small ones, without the cost of all that there are."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.openapi.schemas.support import validators_of, violations_of
from tests.support.memory import is_measurable, peak_growth
from understudy.openapi.schemas.errors import schema_error
from understudy.openapi.schemas.schema_validator import MOST_VIOLATIONS, SchemaValidator

TEXT = {"type": "string"}
TEXTS = {"type": "array", "items": TEXT}
#: Schemas that refer to each other; each is asked for by its name.
SHARED: dict[str, Any] = {
    "Texts": TEXTS,
    "Node": {
        "type": "object",
        "properties": {"name": TEXT, "children": {"items": {"$ref": "#/components/schemas/Node"}}},
        "required": ["name"],
    },
    "Cat": {"properties": {"kind": {"const": "cat"}, "names": TEXTS}, "required": ["kind"]},
    "Dog": {"properties": {"kind": {"const": "dog"}, "toys": TEXTS}, "required": ["kind", "toys"]},
    "Pet": {
        "oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}],
        "discriminator": {"propertyName": "kind"},
    },
    "Secret": {
        "properties": {"key": {**TEXT, "readOnly": True}, "names": TEXTS},
        "required": ["key", "names"],
    },
}
#: Schemas that apply themselves to one part of a value twice.
for _name, _both in {"Any": "anyOf", "One": "oneOf", "All": "allOf"}.items():
    _part = {"properties": {"part": {"$ref": f"#/components/schemas/{_name}"}}}
    SHARED[_name] = {_both: [{**_part, "title": "a"}, _part], "type": ["object", "string"]}
PET, NODE = {"$ref": "#/components/schemas/Pet"}, {"$ref": "#/components/schemas/Node"}
OPEN = {"properties": {"a": TEXT}, "patternProperties": {"^x-": {"type": "integer"}}}
PATTERNS = {r"^\d+$": TEXT, r"^a\Z": {"type": "integer"}}

#: Schemas with values whose violations are all of parts, or have the words of jsonschema-rs.
CASES: list[tuple[Any, Any]] = [
    (TEXTS, [1, "a", None, [], {"a": [1]}]),
    (TEXTS, {"a": 1}),
    (TEXT, [1, 2]),
    ({"type": ["string", "null"]}, {"a": [2]}),
    (False, [1]),
    ({"items": False}, [1, 2]),
    ({"items": {"items": {"items": TEXT}}}, [[["a", 1], [2]], [[3]], 4]),
    ({"prefixItems": [TEXT, {"items": TEXT}], "items": {"type": "null"}}, [1, [2, "a"], 3, None]),
    ({"properties": {"a": TEXTS, "b": False}}, {"a": [1], "b": 2, "c": 3}),
    ({"required": ["a", "b", "c"]}, {"b": 1, "d": 2}),
    ({**OPEN, "additionalProperties": False}, {"a": 1, "x-a": "a", "b": 1, "c": [2]}),
    ({**OPEN, "additionalProperties": {"type": "null"}}, {"a": 1, "x-a": "a", "b": 1, "c": [2]}),
    ({"patternProperties": PATTERNS}, {"1": 1, "a": "a", "b": 2}),
    ({"propertyNames": {"maxLength": 2, "pattern": "^a"}}, {"abc": [1], "b": 1, "a": 2}),
    ({"dependentRequired": {"a": ["b", "c"], "d": ["e"]}}, {"a": 1, "c": 2}),
    ({"dependentSchemas": {"a": {"required": ["b"], "maxProperties": 0}}}, {"a": 1}),
    ({"minItems": 3, "maxItems": 1, "uniqueItems": True}, [1, 1]),
    ({"minProperties": 3, "maxProperties": 1}, {"a": 1, "b": [1]}),
    ({"const": [7]}, [1, 2]),
    ({"enum": [{"a": 1}, 2]}, {"a": [2]}),
    ({"not": {}}, [1, 2]),
    ({"contains": TEXT}, [1, 2]),
    ({"contains": TEXT, "minContains": 2}, ["a", 2]),
    ({"contains": {}, "maxContains": 1}, [1, 2]),
    ({"anyOf": [TEXTS, {"type": "object"}]}, [1, 2]),
    ({"oneOf": [TEXTS, {"type": "object"}, {"type": "null"}]}, [1, 2]),
    ({"oneOf": [TEXTS, {"items": {"minLength": 1}}]}, ["a", "b"]),
    ({"anyOf": [TEXTS, {"type": "null"}]}, [1, 2]),
    ({"allOf": [TEXTS, {"items": {"minimum": 5}}, {"minItems": 4}]}, [1, 9, "a"]),
    ({"if": {"required": ["a"]}, "then": {"properties": {"a": TEXTS}}}, {"a": [1]}),
    ({"if": {"required": ["a"]}, "else": {"properties": {"b": TEXTS}}}, {"b": [1]}),
    ({"$ref": "#/components/schemas/Texts"}, [1, 2]),
    ({"$ref": "#/components/schemas/Texts", "maxItems": 1}, [1, 2]),
    (NODE, {"name": 1, "children": [{"children": [{}, {"name": "a", "children": [1]}]}, 2]}),
    (PET, {"kind": "cat", "names": [1, 2]}),
    (PET, {"kind": "dog"}),
    (PET, {"kind": "cow", "names": [1]}),
    (PET, {"names": [1]}),
    (PET, [1]),
    ({"items": PET}, [{"kind": "dog", "toys": [1]}, {"kind": "cat", "names": {"a": 1}}]),
    ({"$ref": "#/components/schemas/Secret"}, {"names": [1, 2]}),
    ({"items": {"type": "integer", "format": "int32"}}, [2**40, 1, "a"]),
    ({"items": {"pattern": r"^\d+\Z"}}, ["a", "1"]),
    ({"properties": {"a/b~": TEXTS}}, {"a/b~": [2], "": 1}),
    ({"unevaluatedProperties": TEXT, "properties": {"a": {}}}, {"a": 1, "b": [2]}),
    ({"prefixItems": [{}], "unevaluatedItems": False}, [1, 2]),
]


@pytest.mark.parametrize(("schema", "value"), CASES)
def test_same_violations_one_by_one(
    schema: Any, value: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Places, rules and words are those that jsonschema-rs finds in the whole value, except that
    a message shows the beginning of a large value only, and neither which parts are unevaluated nor
    why it fits none of several schemas."""
    for validator in validators_of(schema, SHARED):
        for each in (validator, validator.of_parts(), validator.strict()):
            monkeypatch.undo()
            expected = _told(each, value)
            monkeypatch.setattr(schema_error, "MOST_STEPS", 2)
            assert _told(each, value) == expected


def _told(validator: SchemaValidator, value: Any) -> list[tuple[str, str, str]]:
    """Return the places, the rules and the messages, in some order."""
    names = re.compile(r"(Unevaluated \w+ are not allowed|fits none of the alternatives).*")
    return sorted((v.at, v.rule, names.sub(r"\1", v.message)) for v in validator.violations(value))


COUNT = 300_000
NUMBERS = [7] * COUNT
FIELDS = dict.fromkeys(map(str, range(COUNT)), 7)
NESTED: Any = NUMBERS
for _ in range(100):
    NESTED = {"name": "x", "children": [NESTED]}
DEEP: Any = 1
for _ in range(60):
    DEEP = {"part": DEEP}

#: Schemas, values with very many errors, and how many of them are reported.
MANY: list[tuple[Any, Any, int]] = [
    (TEXTS, NUMBERS, MOST_VIOLATIONS),
    (TEXTS, ["a"] * COUNT + [7], 1),
    ({"items": False}, NUMBERS, MOST_VIOLATIONS),
    ({"items": TEXTS}, [[7]] * COUNT, MOST_VIOLATIONS),
    ({"items": TEXTS}, [["a"], NUMBERS], MOST_VIOLATIONS),
    ({"allOf": [{"$ref": "#/components/schemas/Texts"}]}, NUMBERS, MOST_VIOLATIONS),
    ({"anyOf": [TEXTS, {"type": "object"}]}, NUMBERS, 1),
    ({"oneOf": [TEXTS, {"type": "null"}]}, NUMBERS, MOST_VIOLATIONS),
    ({"oneOf": [TEXTS, {"items": {"type": "null"}}]}, NUMBERS, 1),
    ({"if": True, "then": TEXTS}, NUMBERS, MOST_VIOLATIONS),
    ({"additionalProperties": TEXT}, FIELDS, MOST_VIOLATIONS),
    ({"properties": {"a": TEXT}, "additionalProperties": False}, FIELDS, 1),
    ({"patternProperties": {r"^\d": TEXT}}, FIELDS, MOST_VIOLATIONS),
    ({"propertyNames": {"minLength": 9}}, FIELDS, MOST_VIOLATIONS),
    ({"dependentSchemas": {"1": {"additionalProperties": TEXT}}}, FIELDS, MOST_VIOLATIONS),
    ({"unevaluatedProperties": TEXT}, FIELDS, 1),
    ({"unevaluatedItems": False}, NUMBERS, 1),
    ({"contains": TEXT}, NUMBERS, 1),
    ({"allOf": [{"type": "object"}] * 30}, NUMBERS, MOST_VIOLATIONS),
    ({"allOf": [{"pattern": "^a"}] * 30}, "x" * 5_000_000, MOST_VIOLATIONS),
    ({"items": {"anyOf": [{"pattern": "^a"}] * 9}}, ["x" * 100_000] * 50, MOST_VIOLATIONS),
    (PET, {"kind": "cat", "names": NUMBERS}, MOST_VIOLATIONS),
    (NODE, {"name": "x", "children": NUMBERS}, MOST_VIOLATIONS),
    (NODE, NESTED, 1),
    ({"$ref": "#/components/schemas/Any"}, DEEP, 1),
    ({"$ref": "#/components/schemas/One"}, DEEP, 1),
    ({"$ref": "#/components/schemas/All"}, DEEP, MOST_VIOLATIONS),
    ({"items": {"$ref": "#/components/schemas/Any"}}, [DEEP, "a", 1], 2),
    ({"properties": {"a": {"$id": "https://a.example/", **TEXTS}}}, {"a": NUMBERS}, 1),
]


@pytest.mark.skipif(not is_measurable(), reason="memory is read in /proc")
@pytest.mark.parametrize(("schema", "value", "count"), MANY)
def test_many_violations_take_no_memory(schema: Any, value: Any, count: int) -> None:
    """Those that are not reported are not looked for: they took hundreds of megabytes."""
    validator, _ = validators_of(schema, SHARED)
    assert not validator.accepts(value)
    with peak_growth() as growth:
        violations = validator.violations(value)
    assert len(violations) == count
    assert max(len(violation.message) for violation in violations) <= 300
    assert growth.megabytes < 40


def test_violation_says_that_a_value_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """By a named schema, which only jsonschema-rs can follow, there is the place of the value."""
    monkeypatch.setattr(schema_error, "MOST_STEPS", 2)
    named = {"$id": "https://a.example/", **TEXTS}
    validator, _ = validators_of({"properties": {"a": named, "b": TEXT}}, SHARED)
    assert sorted(violations_of(validator, {"a": [[1]], "b": 1})) == [
        ("/a", "does not fit, and is too large to say where"),
        ("/b", '1 is not of type "string"'),
    ]
