"""Random objects that fit a schema."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from understudy.openapi.document import escape
from understudy.openapi.examples.generator.budget import PARTS_OF_STEP, CannotGenerate, TooLarge
from understudy.openapi.examples.generator.combined_schema import (
    CombinedSchema,
    extend,
    property_names,
    property_schema,
)
from understudy.openapi.examples.generator.pattern_strings import pattern_strings
from understudy.openapi.examples.generator.string_generator import WORDS

if TYPE_CHECKING:
    from understudy.openapi.examples.generator.value_generator import ValueGenerator


def generated_object(
    generator: ValueGenerator, schema: CombinedSchema, at: str, depth: int
) -> dict[str, Any]:
    """Return an object that fits. Raises CannotGenerate."""
    return _Object(generator, schema, at, depth).generated()


class _Object:
    """One object while it is generated."""

    def __init__(
        self, generator: ValueGenerator, schema: CombinedSchema, at: str, depth: int
    ) -> None:
        self._generator = generator
        self._at = at
        self._depth = depth
        self._schema = schema
        self._add_dependent_schemas()
        self._required = self._required_names()
        self._most = self._schema.least("maxProperties")
        self._value: dict[str, Any] = {}

    def generated(self) -> dict[str, Any]:
        fewest = int(self._schema.greatest("minProperties") or 0)
        self._generator.budget.reserve(fewest)
        if self._is_map() and self._has_room():
            fewest = max(fewest, 1)
        for name in dict.fromkeys([*property_names(self._schema), *self._required]):
            if name in self._required or (self._depth <= self._generator.deep and self._has_room()):
                self._add(name)
        if len(self._value) < fewest:
            self._fill(fewest)
        if self._most is not None and len(self._value) > self._most:
            raise CannotGenerate
        return self._value

    def _is_map(self) -> bool:
        """Return whether it has no other properties than additional ones with a schema."""
        if self._depth > self._generator.deep or any(property_names(self._schema)):
            return False
        more = self._schema.all("additionalProperties")
        return len(more) == 1 and isinstance(more[0], dict) and bool(more[0])

    def _add_dependent_schemas(self) -> None:
        """Add the schemas that apply with a property, if it may be there."""
        names = set(property_names(self._schema))
        required = {name for names in self._schema.all("required") for name in names}
        for part in self._schema.parts:
            for name, dependent in part.get("dependentSchemas", {}).items():
                if name in required or name in names:
                    self._schema = extend(self._generator.schemas, self._schema, dependent)

    def _required_names(self) -> dict[str, None]:
        """Return the names of the required properties, and those that they depend on."""
        required = dict.fromkeys(
            name
            for names in self._schema.all("required")
            for name in names
            if not self._generator.is_one_way(self._schema, name)
        )
        dependencies = self._schema.all("dependentRequired")
        if dependencies and self._depth <= self._generator.deep:
            included = dict.fromkeys([*property_names(self._schema), *required])
        else:
            included = dict(required)
        pending = list(included) if dependencies else []
        while pending:
            name = pending.pop()
            for names in (group.get(name, ()) for group in dependencies):
                missing = [other for other in names if other not in required]
                required |= dict.fromkeys(missing)
                pending += missing
        return required

    def _has_room(self) -> bool:
        if self._most is None:
            return True
        missing = sum(name not in self._value for name in self._required)
        return len(self._value) + missing < int(self._most)

    def _add(self, name: str) -> None:
        """Generate a property; one that cannot be generated is left out, if it may be."""
        self._generator.budget.spend_steps(len(self._schema.parts) // PARTS_OF_STEP)
        self._generator.budget.spend_characters(len(name))
        schema = property_schema(self._schema, name, self._generator.matches)
        is_required = name in self._required
        if not is_required and self._generator.is_one_way(self._schema, name):
            return
        try:
            if schema is False or not self._accepts_name(name):
                raise CannotGenerate
            at = f"{self._at}/{escape(name)}"
            self._value[name] = self._generator.value(schema, at, self._depth + 1)
        except TooLarge:
            raise
        except CannotGenerate:
            if is_required:
                raise

    def _accepts_name(self, name: str) -> bool:
        names = self._schema.all("propertyNames")
        return not names or all(self._generator.accepts(schema, name) for schema in names)

    def _fill(self, fewest: int) -> None:
        """Add properties until there are enough."""
        for name in self._further_names():
            if len(self._value) >= fewest:
                return
            if name not in self._value:
                self._add(name)
        if len(self._value) < int(self._schema.greatest("minProperties") or 0):
            raise CannotGenerate

    def _further_names(self) -> Iterator[str]:
        """Yield names of optional properties, then names that have no schema of their own."""
        yield from property_names(self._schema)
        generator = self._generator
        patterns = [p for part in self._schema.parts for p in part.get("patternProperties", {})]
        names = self._schema.all("propertyNames")
        is_free = not names
        for number in range(1, 200 + 2 * int(self._schema.greatest("minProperties") or 0)):
            if is_free:
                yield f"key{number - 1}"
            for pattern in patterns:
                texts = pattern_strings(pattern, generator.random, 0, None, generator.budget)
                yield next((t for t in texts if generator.matches(pattern, t)), WORDS[0])
            if names:
                ordinal, generator.ordinal = generator.ordinal, number
                try:
                    yield str(generator.value({"allOf": [{"type": "string"}, *names]}, "", 0))
                finally:
                    generator.ordinal = ordinal
