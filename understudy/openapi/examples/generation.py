"""Attempts to generate a valid value; each learns from the violations of those before."""

from __future__ import annotations

from collections import Counter
from math import inf
from random import Random
from typing import Any

from understudy.errors import Violation
from understudy.openapi.examples.generator.budget import (
    MOST_VALUES,
    Budget,
    CannotGenerate,
    TooLarge,
)
from understudy.openapi.examples.generator.schema_checks import SchemaChecks
from understudy.openapi.examples.generator.value_generator import ValueGenerator, general_place
from understudy.openapi.schemas.schema_validator import SchemaValidator

#: Attempts, each with another seed.
_ATTEMPTS = 12
#: Attempts to find a value that is strictly valid too.
_STRICT_ATTEMPTS = 4
#: The depths below which optional properties are left out, and the values that may be generated:
#: the next pair where a value becomes larger.
_DEPTHS = ((4, 3000), (2, 3000), (1, 3000), (0, MOST_VALUES))
#: What is left of the first number of values after a value that is quick to generate.
_CHEAP = 2500
#: The values that are tried for a schema that has none, most likely.
_FEW = 1000
#: Parts of values that are validated, in all attempts.
_CHECKS = 4000
#: What schemas with keywords of wrong types raise.
_MALFORMED = (TypeError, ValueError, LookupError, ArithmeticError, AttributeError, RecursionError)


class Generation:
    """Generates valid values for one schema."""

    def __init__(
        self, checks: SchemaChecks, schema: Any, validator: SchemaValidator | None, seed: str
    ) -> None:
        self._checks = checks
        self._schema = schema
        self._validator = validator
        self._seed = seed
        self._strict: SchemaValidator | None = None
        self._suspects: set[str] = set()
        self._distrusted: Counter[str] = Counter()
        self._budget = Budget(_CHECKS)
        self._most_values = MOST_VALUES
        self._level = 0
        if checks.schemas.height(schema) == inf:  # it requires itself, as far as can be seen
            self._level = len(_DEPTHS) - 1
            self._most_values = _FEW
        #: Whether it took long.
        self.is_costly = False

    def value(self, *, use_examples: bool) -> Any:
        """Return a valid value; with `use_examples`, prefer the examples in the schema.

        Raises CannotGenerate; TooLarge if the smallest value is too large.
        """
        try:
            return self._value(use_examples)
        finally:
            self._checks.forget()

    def _value(self, use_examples: bool) -> Any:
        """Return the first valid value that is also strictly valid, or else the first valid one."""
        accepted: list[Any] = []
        for number in range(_ATTEMPTS):
            is_late = number > _ATTEMPTS * 2 // 3
            generator, value = self._attempt(number, use_examples=use_examples and not is_late)
            if generator is None:
                continue
            self.is_costly |= number > 0 or self._budget.values < _CHEAP
            violations = self._violations(value)
            if not violations:
                accepted.append(value)
                violations = self._strict_violations(generator, value)
                if not violations:
                    return value
                if number >= _STRICT_ATTEMPTS:
                    break
            self._learn(generator, violations)
        if accepted:
            return accepted[0]
        raise CannotGenerate

    def _violations(self, value: Any) -> list[Violation]:
        if self._validator is None or self._validator.accepts(value):
            return []
        return self._validator.violations(value)

    def _strict_violations(self, generator: ValueGenerator, value: Any) -> list[Violation]:
        """Return why a value fits several options of a `oneOf`, of which a discriminator chose one;
        other validators may refuse that."""
        if self._validator is None or not generator.has_discriminator:
            return []
        strict = self._strict = self._strict or self._validator.strict()
        return [] if strict.accepts(value) else strict.violations(value)

    def _attempt(self, number: int, *, use_examples: bool) -> tuple[ValueGenerator | None, Any]:
        while True:
            deep, values = _DEPTHS[self._level]
            self._budget.start(min(values, self._most_values))
            generator = ValueGenerator(
                self._checks,
                Random(f"{self._seed}:{number}"),
                self._budget,
                use_examples=use_examples,
                deep=deep,
                suspects=frozenset(self._suspects),
                distrusted=self._distrusted,
            )
            try:
                return generator, generator.value(self._schema, "", 0)
            except TooLarge:
                if self._level == len(_DEPTHS) - 1:
                    raise
                self._level += 1
            except CannotGenerate:
                self._suspects.add("")
                return None, None
            except _MALFORMED:
                return None, None

    def _learn(self, generator: ValueGenerator, violations: list[Violation]) -> None:
        """Note the places of violations, and the examples there, which may be invalid."""
        places = {general_place(violation.at) for violation in violations}
        for place in places:
            steps = place.split("/")
            self._suspects |= {"/".join(steps[:end]) for end in range(1, len(steps) + 1)}
        for example in generator.example_places:
            if any(_are_related(example, place) for place in places):
                self._distrusted[example] += 1


def _are_related(first: str, second: str) -> bool:
    """Return whether one place is in the other."""
    return f"{second}/".startswith(f"{first}/") or f"{first}/".startswith(f"{second}/")
