"""Messages of violations say what the document allows, in bounded length."""

from __future__ import annotations

from typing import Any

import pytest

from tests.openapi.schemas.support import validators_of, violations_of

CLOSED = {
    "type": "object",
    "properties": {"status": {}, "delay": {}},
    "additionalProperties": False,
}
LARGE = {f"other{number}": None for number in range(10_000)}
UNEXPECTED = "Additional properties are not allowed ('{}' was unexpected)"


@pytest.mark.parametrize(
    ("schema", "value", "message"),
    [
        ({"enum": ["a", "b", "c", "d", 5]}, "e", '"e" is not one of "a", "b", "c", "d" or 5'),
        ({"enum": ["a"]}, " is not one of ", '" is not one of " is not one of "a"'),
        ({"enum": ["a", None]}, 1, '1 is not one of "a" or null'),
        (
            CLOSED,
            {"delai": 1},
            f"{UNEXPECTED.format('delai')}; did you mean 'delay'? There are status, delay",
        ),
        (CLOSED, {"zoo": 1}, f"{UNEXPECTED.format('zoo')}; there are status, delay"),
        ({**CLOSED, "properties": {}}, {"zoo": 1}, UNEXPECTED.format("zoo")),
        (
            {"anyOf": [{"type": "number"}, {"type": "object"}]},
            "1s",
            '"1s" fits none of the alternatives: "1s" is not of type "number"; or "1s" is not of '
            'type "object"',
        ),
        (
            {"oneOf": [{"type": "number"}, {"type": "object", "required": ["a"]}]},
            {},
            '{} fits none of the alternatives: "a" is a required property',
        ),
        (
            {"anyOf": [{"type": "array", "items": {"enum": [*"abcde"]}}, {"maxItems": 0}]},
            ["f"],
            '["f"] fits none of the alternatives: /0: "f" is not one of "a", "b", "c", "d" or "e"',
        ),
    ],
)
def test_message_lists_what_is_allowed(schema: dict[str, Any], value: Any, message: str) -> None:
    """All values of an enum, the properties of an object that has no others, and of several
    schemas what is wrong by the closest ones."""
    for validator in validators_of(schema):
        assert violations_of(validator, value) == [("", message)]


@pytest.mark.parametrize(
    ("schema", "value", "parts"),
    [
        ({"enum": [*range(100)]}, "x" * 10_000, ['"xxx', ", 48, 49 and 50 others"]),
        (
            {"enum": ["y" * 5000, *map(str, range(60))]},
            1,
            ['1 is not one of "yyy', "and 11 others"],
        ),
        ({"enum": [*range(3)]}, [*range(50_000)], ["[0,1,2,", " ... is not one of 0, 1 or 2"]),
        (CLOSED, LARGE, ["Additional properties", "; there are status, delay"]),
        (CLOSED, {"x" * 10_000: 1}, ["Additional properties", "; there are status, delay"]),
    ],
    ids=["many values", "long values", "large value", "many properties", "long property"],
)
def test_messages_of_large_values_are_short(
    schema: dict[str, Any], value: Any, parts: list[str]
) -> None:
    """However large the value and the schema are, they show the beginning of both."""
    for validator in validators_of(schema):
        [(_, message)] = violations_of(validator, value)
        assert all(part in message for part in parts), message
        assert len(message) < 1500
