"""The bounds of generated values: how large they become, and how many steps they take."""

from __future__ import annotations

from typing import Any

#: Values (objects, arrays and what they contain) in one generated value.
MOST_VALUES = 20_000
#: Characters of all strings in one generated value.
MOST_CHARACTERS = 1_000_000
#: Characters of the examples and enumerated values in one generated value, which the author chose;
#: each of their parts counts as some more.
MOST_LITERAL_CHARACTERS = 5_000_000
_CHARACTERS_OF_PART = 8
#: Values that are generated in all attempts for one value.
MOST_STEPS = 40_000
#: Parts of a combined schema whose examination takes as long as a step.
PARTS_OF_STEP = 16
#: Characters of the schemas that are compiled for checks; one with references counts as many.
MOST_COMPILED = 2_000_000
WITH_REFERENCES = 40_000
#: Repetitions in strings that are generated from patterns, in all attempts.
MOST_REPETITIONS = 300_000


class CannotGenerate(Exception):
    """No value could be generated for a schema."""


class TooLarge(CannotGenerate):
    """A value would be larger, or take more steps, than the bounds allow."""


class Budget:
    """The part of the bounds that is left while values are generated.

    `checks` is the number of values that may still be validated on their own.
    """

    __slots__ = (
        *("characters", "checks", "compiled", "literal_characters", "repetitions", "steps"),
        "values",
    )

    def __init__(self, checks: int = 0) -> None:
        self.checks = checks
        self.compiled = MOST_COMPILED
        self.repetitions = MOST_REPETITIONS
        self.steps = MOST_STEPS
        self.start(MOST_VALUES)

    def start(self, values: int) -> None:
        """Begin another value, which may consist of as many values."""
        self.values = values
        self.characters = MOST_CHARACTERS
        self.literal_characters = MOST_LITERAL_CHARACTERS

    def spend_value(self) -> None:
        """Count one value. Raises TooLarge."""
        self.values -= 1
        self.steps -= 1
        if self.values < 0 or self.steps < 0:
            raise TooLarge

    def reserve(self, values: int) -> None:
        """Raise TooLarge if that many values are not left."""
        if values > self.values:
            raise TooLarge

    def spend_steps(self, count: int) -> None:
        """Count work that generates no values. Raises TooLarge."""
        self.steps -= count
        if self.steps < 0:
            raise TooLarge

    def spend_characters(self, count: int) -> None:
        """Count the characters of a string. Raises TooLarge."""
        self.characters -= count
        if self.characters < 0:
            raise TooLarge

    def spend_literal(self, value: Any) -> None:
        """Count a value that the document has as it is. Raises TooLarge."""
        pending = [value]
        while pending:
            part = pending.pop()
            self.literal_characters -= _CHARACTERS_OF_PART
            if isinstance(part, str):
                self.literal_characters -= len(part)
            elif isinstance(part, dict):
                pending += [*part, *part.values()]
            elif isinstance(part, list):
                pending += part
            if self.literal_characters < 0:
                raise TooLarge

    def spend_repetition(self) -> None:
        """Count one repetition in a pattern. Raises TooLarge."""
        self.repetitions -= 1
        if self.repetitions < 0:
            raise TooLarge

    def spend_check(self) -> bool:
        """Count one check; return whether it was allowed."""
        self.checks -= 1
        return self.checks >= 0

    def spend_compiled(self, schema: str) -> bool:
        """Count a schema that is compiled, given as JSON; return whether that was allowed."""
        self.compiled -= len(schema) + (WITH_REFERENCES if '"$ref"' in schema else 0)
        return self.compiled >= 0
