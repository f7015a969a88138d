"""Random arrays that fit a schema."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from understudy.openapi.examples.generator.budget import CannotGenerate, TooLarge
from understudy.openapi.examples.generator.combined_schema import CombinedSchema, item_schema

if TYPE_CHECKING:
    from understudy.openapi.examples.generator.value_generator import ValueGenerator

#: Attempts to generate an item that is not in the array yet.
_TRIES = 8


def generated_array(
    generator: ValueGenerator, schema: CombinedSchema, at: str, depth: int
) -> list[Any]:
    """Return an array that fits. Raises CannotGenerate."""
    fewest, most = int(schema.greatest("minItems") or 0), schema.least("maxItems")
    if most is not None and fewest > most:
        raise CannotGenerate
    generator.budget.reserve(fewest)
    contained = _contained(generator, schema)
    length = _length(generator, schema, max(fewest, len(contained)), most, depth)
    array = _Array(generator, is_unique=True in schema.all("uniqueItems"))
    prefix = max((len(p) for p in schema.all("prefixItems")), default=0)
    if contained:
        length = max(length, prefix + len(contained))
    barred = [
        part["contains"] for part in schema.parts if {"contains", "maxContains"} <= part.keys()
    ]
    for index in range(length):
        is_contained = bool(contained) and index >= prefix
        item = item_schema(schema, index, is_contained=is_contained)
        if is_contained:
            item = _both(item, contained.pop(0))
        try:
            array.add(item, f"{at}/{index}", depth + 1, () if is_contained else barred)
        except TooLarge:
            raise
        except CannotGenerate:
            if index < fewest or contained:
                raise
            break
    if contained and prefix < len(array.items):
        raise CannotGenerate
    return array.items


def _length(
    generator: ValueGenerator, schema: CombinedSchema, fewest: int, most: int | None, depth: int
) -> int:
    is_deep = depth > generator.deep
    usual = fewest
    if not is_deep:
        if schema.greatest("minItems") is None:
            usual = max(usual, 1)
        usual = max(usual, max((len(p) for p in schema.all("prefixItems")), default=0))
    limit = max(usual, 2) if most is None else most
    return generator.random.randint(min(usual, limit), min(limit, usual + (0 if is_deep else 1)))


def _contained(generator: ValueGenerator, schema: CombinedSchema) -> list[Any]:
    """Return the schemas that some items must fit, as often as they must."""
    contained: list[Any] = []
    for part in schema.parts:
        if "contains" in part:
            fewest = int(part.get("minContains", 1))
            generator.budget.reserve(fewest)
            contained += [part["contains"]] * fewest
    return contained


def _both(first: Any, second: Any) -> Any:
    return second if first is True else {"allOf": [first, second]}


class _Array:
    """The items of an array, which may have to differ."""

    def __init__(self, generator: ValueGenerator, *, is_unique: bool) -> None:
        self._generator = generator
        self._is_unique = is_unique
        self._known: set[str] = set()
        self._is_counting = False
        self._ordinal = 0
        self.items: list[Any] = []

    def add(self, schema: Any, at: str, depth: int, barred: Sequence[Any]) -> None:
        """Generate one more item, which fits none of `barred`. Raises CannotGenerate."""
        if schema is False:
            raise CannotGenerate
        if barred:
            schema = {"allOf": [schema, *({"not": each} for each in barred)]}
        generate = self._generator.checked_value if barred else self._generator.value
        if not self._is_unique:
            self.items.append(generate(schema, at, depth))
            return
        for _ in range(_TRIES + len(self.items)):
            item = self._candidate(partial(generate, schema, at, depth))
            key = json.dumps(_comparable(item), sort_keys=True, default=str)
            if key not in self._known:
                self._known.add(key)
                self.items.append(item)
                return
            self._is_counting = True
        raise CannotGenerate

    def _candidate(self, generate: Callable[[], Any]) -> Any:
        """Return an item: a random one until two are equal, then one of a series."""
        generator = self._generator
        if not self._is_counting:
            return generate()
        use_examples, ordinal = generator.use_examples, generator.ordinal
        generator.use_examples, generator.ordinal = False, self._ordinal
        self._ordinal += 1
        try:
            return generate()
        finally:
            generator.use_examples, generator.ordinal = use_examples, ordinal


def _comparable(value: Any) -> Any:
    """Return a value whose JSON is that of equal values: 1.0 is 1."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [_comparable(item) for item in value]
    if isinstance(value, dict):
        return {key: _comparable(item) for key, item in value.items()}
    return value
