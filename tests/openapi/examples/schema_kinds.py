"""Schemas of the kinds that documents have, in JSON Schema 2020-12; each has valid values."""

from __future__ import annotations

from typing import Any

NAMED: dict[str, Any] = {
    "Node": {
        "type": "object",
        "required": ["name", "children"],
        "properties": {
            "name": {"type": "string"},
            "children": {"type": "array", "items": {"$ref": "#/components/schemas/Node"}},
        },
    },
    "List": {
        "type": "object",
        "required": ["value", "next"],
        "properties": {
            "value": {"type": "integer"},
            "next": {"oneOf": [{"$ref": "#/components/schemas/List"}, {"type": "null"}]},
        },
    },
    "Expression": {
        "oneOf": [
            {
                "type": "object",
                "required": ["left", "right"],
                "additionalProperties": False,
                "properties": {
                    "left": {"$ref": "#/components/schemas/Expression"},
                    "right": {"$ref": "#/components/schemas/Expression"},
                },
            },
            {"type": "number"},
        ]
    },
    "Map": {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/Map"}},
    "Pet": {
        "type": "object",
        "required": ["petType"],
        "properties": {"petType": {"type": "string"}, "name": {"type": "string"}},
    },
    "Cat": {
        "allOf": [{"$ref": "#/components/schemas/Pet"}],
        "properties": {"huntingSkill": {"enum": ["lazy", "eager"]}},
        "required": ["huntingSkill"],
    },
    "Dog": {
        "allOf": [
            {"$ref": "#/components/schemas/Pet"},
            {"type": "object", "required": ["pack"], "properties": {"pack": {"type": "integer"}}},
        ],
    },
    "Self": {"allOf": [{"$ref": "#/components/schemas/Self"}, {"type": "string"}]},
}
for number in range(40):
    NAMED[f"Level{number}"] = {
        "allOf": [
            {"$ref": f"#/components/schemas/Level{number + 1}"},
            {"properties": {f"p{number}": {"type": "integer"}}, "required": [f"p{number}"]},
        ]
    }
NAMED["Level40"] = {"type": "object"}


def _text(**keywords: Any) -> dict[str, Any]:
    return {"type": "string", **keywords}


def _object(**keywords: Any) -> dict[str, Any]:
    return {"type": "object", **keywords}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


_A, _B = {"a": {"type": "string"}}, {"b": {"type": "string"}}
_ALTERNATIVES = [
    _object(
        required=[f"id{number}"],
        properties={f"id{number}": {"type": "integer"}}
        | {f"p{number}_{n}": {"type": "string"} for n in range(29)},
    )
    for number in range(100)
]

KINDS: dict[str, Any] = {
    # Strings.
    "pattern and length": _text(pattern="^[a-z]+$", minLength=20),
    "pattern and both lengths": _text(pattern=r"^\w+(-\w+)*$", minLength=30, maxLength=31),
    "pattern without anchors": _text(pattern="[0-9]", minLength=12),
    "pattern of a password": _text(pattern=r"^(?=.*[A-Z])(?=.*\d)[A-Za-z\d]{8,}$"),
    "pattern that excludes": _text(pattern="^(?!abc)[a-d]{3}$"),
    "pattern of alternatives": _text(pattern="^(?:[A-Z]{3}|[0-9]+)$", minLength=10),
    "pattern with a group again": _text(pattern=r"^(a|b)c\1$"),
    "pattern of anything": _text(pattern="^.{0,65535}$", minLength=300),
    "pattern of many repetitions": _text(pattern="^(a+){1000}$"),
    "pattern of an inverted class": _text(pattern="^[^,;]{5}$"),
    "two patterns": {"allOf": [_text(pattern="^[a-z0-9]+$"), _text(pattern="^.{3,5}$")]},
    "pattern and format": _text(pattern="^https://", format="uri"),
    "pattern of a date": _text(pattern=r"^\d{4}-\d{2}-\d{2}$", format="date"),
    "not a pattern": _text(**{"not": {"pattern": "^a"}}),
    "long text": _text(minLength=500, maxLength=500),
    "short text": _text(maxLength=1),
    "no text": _text(maxLength=0),
    "email of a length": _text(format="email", minLength=30),
    "long email": _text(format="email", minLength=120, maxLength=130),
    "short email": _text(format="email", maxLength=8),
    "long uri": _text(format="uri", minLength=200),
    "short uri": _text(format="uri", maxLength=10),
    "long hostname": _text(format="hostname", minLength=100, maxLength=253),
    "long instant": _text(format="date-time", minLength=27),
    "address of 15": _text(format="ipv4", minLength=15),
    "long duration": _text(format="duration", minLength=12),
    "JSON in a text": _text(contentMediaType="application/json"),
    "schema of a text": _text(
        contentMediaType="application/json", contentSchema=_object(required=["a"], properties=_A)
    ),
    "base64 text": _text(contentEncoding="base64", contentMediaType="image/png"),
    # Numbers.
    "exclusive bounds": {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1},
    "narrow bounds": {"type": "number", "minimum": 0.1, "maximum": 0.1},
    "narrow exclusive bounds": {"type": "number", "exclusiveMinimum": 1, "exclusiveMaximum": 1.01},
    "exclusive integers": {"type": "integer", "exclusiveMinimum": 3, "exclusiveMaximum": 5},
    "fractional bounds of integers": {"type": "integer", "minimum": 1.5, "maximum": 2.5},
    "multiple of a cent": {"type": "number", "multipleOf": 0.01, "minimum": 0.07, "maximum": 99.9},
    "multiple within bounds": {"type": "integer", "multipleOf": 7, "minimum": 50, "maximum": 57},
    "two multiples": {"allOf": [{"type": "integer", "multipleOf": 4}, {"multipleOf": 6}]},
    "large integer": {"type": "integer", "minimum": 10**15, "format": "int64"},
    "negative int32": {"type": "integer", "format": "int32", "maximum": -(10**9)},
    "bounds of parts": {"allOf": [{"type": "integer", "minimum": 1}, {"minimum": 500}]},
    "number that is no integer": {"type": "number", "not": {"type": "integer"}},
    # Any type.
    "anything": {},
    "true": {"allOf": [True]},
    "null": {"type": "null"},
    "const": {"const": {"a": [1, None]}},
    "const false": {"const": False},
    "list of types": {"type": ["null", "integer"], "minimum": 5},
    "nullable enum": {"type": ["string", "null"], "enum": ["x", None]},
    "enum of parts": {"allOf": [{"enum": ["a", "b", "c"]}, {"enum": ["c", "d"]}]},
    "enum but one": {"enum": ["a", "b"], "not": {"enum": ["a"]}},
    "enum of one type": {"type": "integer", "enum": ["1", 2, 2.5]},
    "not a type": {"not": {"type": "string"}},
    "not two types": {"not": {"type": ["string", "object", "array"]}},
    "not null": {"not": {"const": None}},
    # Arrays.
    "unique texts": {"type": "array", "uniqueItems": True, "minItems": 40, "items": _text()},
    "unique integers": {
        "type": "array",
        "uniqueItems": True,
        "minItems": 200,
        "items": {"type": "integer"},
    },
    "unique values of an enum": {
        "type": "array",
        "uniqueItems": True,
        "minItems": 3,
        "items": {"enum": ["a", "b", "c"]},
    },
    "unique booleans": {
        "type": "array",
        "uniqueItems": True,
        "minItems": 2,
        "items": {"type": "boolean"},
    },
    "unique objects": {
        "type": "array",
        "uniqueItems": True,
        "minItems": 9,
        "items": _object(properties=_A),
    },
    "unique formats": {
        "type": "array",
        "uniqueItems": True,
        "minItems": 300,
        "items": _text(format="email"),
    },
    "tuple": {"type": "array", "prefixItems": [_text(), {"type": "integer"}], "items": False},
    "tuple that is full": {
        "type": "array",
        "prefixItems": [_text(), {"type": "integer"}],
        "minItems": 4,
    },
    "tuple without more": {
        "type": "array",
        "prefixItems": [_text()],
        "unevaluatedItems": False,
        "minItems": 1,
    },
    "contains": {"type": "array", "items": {"type": "integer"}, "contains": {"minimum": 50}},
    "contains some": {
        "type": "array",
        "contains": {"const": 7},
        "minContains": 2,
        "maxContains": 2,
        "minItems": 4,
    },
    "contains after a tuple": {
        "type": "array",
        "prefixItems": [_text()],
        "contains": {"type": "boolean"},
    },
    "many items": {"type": "array", "minItems": 5000, "items": {"type": "integer"}},
    "items of parts": {
        "allOf": [{"type": "array", "items": {"minimum": 3}}, {"items": {"type": "integer"}}],
        "minItems": 2,
    },
    # Objects.
    "required without a schema": _object(required=["x", "y"]),
    "additional properties": _object(additionalProperties={"type": "integer"}, minProperties=3),
    "closed with a number": _object(
        properties={**_A, **_B}, additionalProperties=False, minProperties=2, maxProperties=2
    ),
    "at most one": _object(properties={**_A, **_B}, maxProperties=1),
    "pattern properties": _object(
        patternProperties={"^x-[a-z]{2}$": {"type": "integer"}},
        additionalProperties=False,
        minProperties=3,
    ),
    "names by a pattern": _object(propertyNames={"pattern": "^[A-Z]{4}$"}, minProperties=2),
    "names by an enum": _object(propertyNames={"enum": ["p", "q"]}, minProperties=2),
    "names that exclude": _object(properties={**_A, **_B}, propertyNames={"maxLength": 1}),
    "dependent required": _object(
        properties={**_A, **_B}, dependentRequired={"a": ["b", "c"]}, required=["a"]
    ),
    "dependent schema": _object(
        properties=_A,
        dependentSchemas={"a": {"required": ["n"], "properties": {"n": {"const": 1}}}},
    ),
    "unevaluated properties": {
        "allOf": [_object(properties=_A, required=["a"])],
        "properties": _B,
        "unevaluatedProperties": False,
    },
    "closed parts": {
        "allOf": [
            _object(properties={**_A, **_B}, additionalProperties=False),
            _object(properties={**_A, "c": {"type": "integer"}}),
        ]
    },
    "one property twice": {
        "allOf": [
            _object(properties={"n": {"type": "integer"}}),
            _object(properties={"n": {"minimum": 900}}, required=["n"]),
        ]
    },
    "not required": _object(properties={**_A, **_B}, **{"not": {"required": ["a"]}}),
    "not a value": _object(
        properties={"kind": {"enum": ["x", "y"]}},
        required=["kind"],
        **{"not": {"properties": {"kind": {"const": "x"}}}},
    ),
    "if and then": _object(
        properties={"kind": {"enum": ["x", "y"]}, "n": {"type": "integer"}},
        required=["kind"],
        **{
            "if": {"properties": {"kind": {"const": "x"}}},
            "then": {"required": ["n"], "properties": {"n": {"minimum": 1000}}},
            "else": {"properties": {"n": {"maximum": -1}}},
        },
    ),
    "if without then": _object(
        properties=_A, **{"if": {"required": ["a"]}, "else": {"required": ["b"]}}
    ),
    "if that never is": {
        "type": "integer",
        "if": {"minimum": 10},
        "then": False,
        "else": {"minimum": 3},
    },
    # Alternatives.
    "one of required": _object(
        properties={**_A, **_B}, oneOf=[{"required": ["a"]}, {"required": ["b"]}]
    ),
    "one of three required": _object(
        properties={**_A, **_B, "c": {}},
        oneOf=[{"required": ["a"]}, {"required": ["b"]}, {"required": ["c"]}],
    ),
    "any of required": _object(
        properties={**_A, **_B}, anyOf=[{"required": ["a"]}, {"required": ["b"]}]
    ),
    "one of overlap": {"oneOf": [_object(properties=_A), _object(properties=_B)]},
    "one of closed": {
        "oneOf": [
            _object(properties=_A, additionalProperties=False),
            _object(properties=_B, additionalProperties=False),
        ]
    },
    "one of numbers": {"oneOf": [{"type": "integer"}, {"type": "number"}]},
    "one of lengths": {"oneOf": [_text(maxLength=5), _text(minLength=3)]},
    "one of multiples": {
        "type": "integer",
        "oneOf": [{"multipleOf": 3}, {"multipleOf": 5}],
        "minimum": 10,
    },
    "one of the same and more": {
        "oneOf": [_object(required=["a"], properties=_A), _object(required=["a", "b"])]
    },
    "choices in parts": {
        "allOf": [
            {"oneOf": [_object(required=["a"]), _object(required=["b"])]},
            {"anyOf": [_object(required=["c"]), _object(required=["d"])]},
        ]
    },
    "nullable reference": {"anyOf": [_ref("Pet"), {"type": "null"}]},
    "choice in a property": _object(
        required=["x"],
        properties={"x": {"oneOf": [_object(properties=_A), _object(properties=_B)]}},
    ),
    "choice in items": {
        "type": "array",
        "minItems": 2,
        "items": {"oneOf": [_object(properties=_A), _object(properties=_B)]},
    },
    "discriminator": {
        "oneOf": [_ref("Cat"), _ref("Dog")],
        "discriminator": {"propertyName": "petType"},
    },
    "discriminator with a mapping": {
        "oneOf": [_ref("Cat"), _ref("Dog")],
        "discriminator": {
            "propertyName": "petType",
            "mapping": {"feline": "#/components/schemas/Cat", "canine": "Dog"},
        },
    },
    "discriminator with constants": {
        "oneOf": [
            _object(required=["t"], properties={"t": {"const": "one"}, "n": {"type": "integer"}}),
            _object(required=["t"], properties={"t": {"const": "two"}, "n": {"type": "string"}}),
        ],
        "discriminator": {"propertyName": "t"},
    },
    "500 alternatives": {"oneOf": [{"const": f"v{number}"} for number in range(500)]},
    "100 large alternatives": {"oneOf": _ALTERNATIVES},
    "any of 100 large alternatives": {"anyOf": _ALTERNATIVES},
    # Recursion.
    "recursion by items": _ref("Node"),
    "recursion by null": _ref("List"),
    "recursion by a choice": _ref("Expression"),
    "recursion by a map": _ref("Map"),
    "recursion by itself": _ref("Self"),
    "deep parts": _ref("Level0"),
}
