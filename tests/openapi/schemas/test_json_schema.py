"""Schemas are JSON Schema 2020-12, with all of its keywords."""

from __future__ import annotations

from typing import Any

import pytest

from tests.openapi.schemas.support import BODY, contract_of, rules_of, validators_of

#: A schema, a value that fits it, and one that does not.
KEYWORDS: list[tuple[Any, Any, Any]] = [
    (True, 1, None),
    (False, None, 1),
    ({"type": ["string", "null"]}, None, 1),
    ({"const": {"a": 1}}, {"a": 1.0}, {"a": 2}),
    ({"enum": [None, [1]]}, [1], 1),
    ({"multipleOf": 0.01}, 4.02, 4.025),
    ({"exclusiveMinimum": 3}, 3.1, 3),
    ({"exclusiveMaximum": 3}, 2.9, 3),
    ({"minLength": 1, "maxLength": 1}, "\U0001f600", "ab"),
    ({"prefixItems": [{"type": "string"}], "items": False}, ["a"], ["a", 1]),
    ({"contains": {"const": 1}, "minContains": 2, "maxContains": 2}, [1, 2, 1], [1, 2]),
    ({"contains": {"const": 1}, "minContains": 0, "maxContains": 0}, [2], [1]),
    ({"uniqueItems": True}, [1, True], [1, 1.0]),
    ({"patternProperties": {"^x-": {"type": "string"}}}, {"x-a": "a"}, {"x-a": 1}),
    ({"propertyNames": {"maxLength": 1}}, {"a": 1}, {"ab": 1}),
    ({"minProperties": 1}, {"a": 1}, {}),
    ({"dependentRequired": {"a": ["b"]}}, {"b": 1}, {"a": 1}),
    ({"dependentSchemas": {"a": {"required": ["b"]}}}, {"b": 1}, {"a": 1}),
    ({"properties": {"a": True, "b": False}}, {"a": 1}, {"b": 1}),
    ({"not": {"required": ["a"]}}, {"b": 1}, {"a": 1}),
    (
        {"if": {"properties": {"a": {"const": 1}}}, "then": {"required": ["b"]}, "else": False},
        {"a": 1, "b": 2},
        {"a": 1},
    ),
    ({"if": {"const": 1}, "else": {"type": "string"}}, 1, 2),
    (
        {"allOf": [{"properties": {"a": True}}], "unevaluatedProperties": False},
        {"a": 1},
        {"b": 1},
    ),
    ({"prefixItems": [True], "unevaluatedItems": {"type": "string"}}, [1, "a"], [1, 2]),
    ({"type": "integer", "format": "int32"}, 2**31 - 1, 2**31),
    ({"type": ["integer", "null"], "format": "int32"}, None, -(2**31) - 1),
    ({"type": ["string", "integer"], "format": "int64"}, "x", 2**63),
    ({"type": "string", "format": "date"}, "2026-02-28", "2026-02-30"),
    ({"type": "string", "format": "byte"}, "dW5kZXJzdHVkeQ==", "dW5"),
    ({"type": "string", "format": "byte"}, "", "%"),
    ({"$defs": {"a": {"type": "string"}}, "$ref": f"{BODY}/$defs/a"}, "a", 1),
    ({"$ref": "#/components/schemas/Text", "maxLength": 1}, "a", "ab"),
    ({"$ref": "#/components/schemas/A~1b%20c"}, "a", 1),
    ({"$ref": "#/components/schemas/Tree"}, {"left": {"left": {}}}, {"left": {"left": 1}}),
    ({"$ref": "https://json-schema.org/draft/2020-12/schema"}, {"type": "object"}, {"type": 1}),
    ({"items": {"$ref": "http://json-schema.org/draft-07/schema#"}}, [{}], [{"minimum": ""}]),
]
SHARED = {
    "Text": {"type": "string"},
    "A/b c": {"type": "string"},
    "Tree": {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/Tree"}},
}


@pytest.mark.parametrize(("schema", "valid", "invalid"), KEYWORDS)
def test_keyword_tells_values_apart(schema: Any, valid: Any, invalid: Any) -> None:
    """Each keyword counts, in requests and in responses."""
    for validator in validators_of(schema, SHARED):
        assert schema is False or validator.accepts(valid)
        assert schema is True or not validator.accepts(invalid)


@pytest.mark.parametrize("schema", [s for s, _, _ in KEYWORDS if s is not True])
def test_rule_of_each_keyword_resolves(schema: Any) -> None:
    """The rules of violations are parts of the document."""
    ((_, _, invalid),) = [row for row in KEYWORDS if row[0] is schema]
    assert rules_of(contract_of(schema, SHARED), invalid)


@pytest.mark.parametrize(
    "keywords",
    [
        {"contentMediaType": "application/json"},
        {"contentEncoding": "base64"},
        {"contentSchema": {"type": "object"}},
        {"format": "no-such-format"},
        {"examples": [1], "default": 2, "deprecated": True, "$comment": "-", "x-limit": 0},
        {"unknown": {"type": "integer"}},
    ],
)
def test_annotations_refuse_nothing(keywords: dict[str, Any]) -> None:
    """What only describes values, and what nobody knows, is no condition."""
    for validator in validators_of({"type": "string", **keywords}):
        assert validator.accepts("{")


NAMED: list[tuple[Any, dict[str, Any], Any, Any]] = [
    ({"$ref": "#text"}, {"A": {"$anchor": "text", "type": "string"}}, "a", 1),
    ({"$ref": "https://example.com/t"}, {"A": {"$id": "https://example.com/t", "const": 1}}, 1, 2),
    (
        {"$id": "https://example.com/list", "items": {"$ref": "#/$defs/i"}, "$defs": {"i": False}},
        {},
        [],
        [1],
    ),
    (
        {"$id": "a.json", "items": {"$ref": "#/components/schemas/Text"}},
        {"Text": {"type": "string"}},
        ["a"],
        [1],
    ),
    (
        {"$id": "urn:example:a", "$ref": "#b", "$defs": {"b": {"$anchor": "b", "type": "null"}}},
        {},
        None,
        1,
    ),
    (
        {
            "$id": "https://example.com/strict",
            "$dynamicAnchor": "node",
            "$ref": "tree",
            "unevaluatedProperties": False,
        },
        {
            "Tree": {
                "$id": "https://example.com/tree",
                "$dynamicAnchor": "node",
                "properties": {"kids": {"items": {"$dynamicRef": "#node"}}},
            }
        },
        {"kids": [{"kids": []}]},
        {"kids": [{"kid": []}]},
    ),
    (
        {"$ref": "https://example.com/page"},
        {
            "Page": {
                "$id": "https://example.com/page",
                "properties": {"items": {"items": {"$dynamicRef": "#item"}}},
                "$defs": {"item": {"$dynamicAnchor": "item", "not": {}}},
            },
            "Pet": {"$dynamicAnchor": "item", "type": "string"},
        },
        {"items": ["a"]},
        {"items": [1]},
    ),
]


@pytest.mark.parametrize(("schema", "shared", "valid", "invalid"), NAMED)
def test_named_schemas_are_found(
    schema: Any, shared: dict[str, Any], valid: Any, invalid: Any
) -> None:
    """References by `$id`, `$anchor` and `$dynamicAnchor` lead to what has that name."""
    contract = contract_of(schema, shared)
    assert not rules_of(contract, valid)
    assert rules_of(contract, invalid)


@pytest.mark.parametrize(
    ("schema", "value", "rule", "keyword"),
    [
        ({"allOf": [{"oneOf": [{"type": "null"}]}]}, 1, f"{BODY}/allOf/0/oneOf", None),
        ({"$ref": "#/components/schemas/Text"}, 1, "#/components/schemas/Text/type", "string"),
        ({"anyOf": [{"type": "null"}, {"minimum": 2}]}, 1, f"{BODY}/anyOf/1/minimum", 2),
        ({"oneOf": [{"type": "string"}, {"const": None}]}, 1, f"{BODY}/oneOf/0/type", "string"),
        ({"nullable": True, "allOf": [{"minimum": 2}]}, 1, f"{BODY}/anyOf/0/allOf/0/minimum", 2),
        ({"oneOf": [{"maximum": 2}, {"type": "null"}]}, None, f"{BODY}/oneOf", None),
        ({"if": True, "then": {"minimum": 2}}, 1, f"{BODY}/then/minimum", 2),
        ({"type": "integer", "format": "int32"}, 2**40, f"{BODY}/format", "int32"),
        ({"patternProperties": {r"^[\w-.]$": False}}, {"a": 1}, None, False),
    ],
)
def test_rule_stands_where_its_author_wrote_it(
    schema: Any, value: Any, rule: str | None, keyword: Any
) -> None:
    """What the validator has in other words is shown in those of the document."""
    ((broken, node),) = rules_of(contract_of(schema, SHARED), value)
    assert broken == (rule or rf"{BODY}/patternProperties/^[\w-.]$")
    assert keyword is None or node == keyword


def test_partial_value_may_lack_what_the_whole_has() -> None:
    """Conditions that need the whole value are not asked of its parts."""
    schema = {
        "required": ["a"],
        "minProperties": 2,
        "if": {"properties": {"a": {"const": 1}}},
        "then": {"required": ["b"]},
        "oneOf": [{"required": ["a"]}, {"required": ["b"]}],
        "properties": {"a": {"type": "integer"}},
    }
    validator = validators_of(schema)[0].of_parts()
    assert validator.accepts({})
    assert validator.accepts({"a": 1})
    assert not validator.accepts({"a": "x"})
