"""Errors of values by schemas, and which values jsonschema-rs may find all errors of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from jsonschema_rs import Draft202012Validator, ValidationError

#: Steps from a small value to all values in it, one by one; so many characters count as a value.
MOST_STEPS = 6_000
_CHARACTERS = 40

Path = tuple[str | int, ...]


class SchemaError(NamedTuple):
    """An error of a part of a value.

    `path` leads to the part, and `location` to its schema: it is a place in the document, or one of
    the converted definitions. `cause` is the error of `part`, which is the part or, if that is too
    large, one with the same error; its message has `MASK` in the place of `masked`. If there is no
    cause, `text` is the message.
    """

    path: Path
    location: str
    part: Any = None
    cause: ValidationError | None = None
    masked: Any = None
    text: str = ""


def is_small(value: Any, growth: int = 1) -> bool:
    """Return whether a value is small: then its errors are found soon, however many they are.

    `growth` is by how much they may grow at each level of the value.
    """
    left, level, weight = MOST_STEPS, [value], 1
    while level and left > 0:
        left -= weight * len(level)
        inner: list[Any] = []
        for part in level:
            kind = type(part)
            if kind is str or kind is bytes:
                left -= weight * (len(part) // _CHARACTERS)
            elif (kind is list or kind is dict) and part:
                if len(part) > left:
                    return False
                inner += part.values() if kind is dict else part
                left -= sum(map(len, part)) // _CHARACTERS if kind is dict else 0
        level, weight = inner, weight * growth if growth > 1 else weight + 1
    return left > 0


def errors_of_small(
    validator: Draft202012Validator, location: str, value: Any, path: Path = ()
) -> Iterator[SchemaError]:
    """Yield the errors of a small value; `location` is that of the schema."""
    try:
        for error in validator.iter_errors(value):
            yield SchemaError(path, location, value, error)
    except ValueError:  # jsonschema-rs shows no value that is more than 255 levels deep
        yield SchemaError(path, location, text="does not fit, and is too deep to say where")
