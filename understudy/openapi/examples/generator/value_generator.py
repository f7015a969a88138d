"""Values that are generated from a schema, the same ones for the same seed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice
from random import Random
from typing import Any

from understudy.openapi.examples.generator.array_generator import generated_array
from understudy.openapi.examples.generator.budget import (
    PARTS_OF_STEP,
    Budget,
    CannotGenerate,
    TooLarge,
)
from understudy.openapi.examples.generator.combined_schema import (
    ALL_TYPES,
    Choice,
    CombinedSchema,
    combine,
    extend,
    without_choice,
)
from understudy.openapi.examples.generator.number_generator import (
    generated_integer,
    generated_number,
)
from understudy.openapi.examples.generator.object_generator import generated_object
from understudy.openapi.examples.generator.schema_checks import SchemaChecks
from understudy.openapi.examples.generator.string_generator import generated_string
from understudy.openapi.examples.generator.variants import variants

#: The keywords with which a value cannot be empty, by its type.
_CONTENTS: dict[str, frozenset[str]] = {
    **dict.fromkeys(ALL_TYPES, frozenset()),
    "object": frozenset({"required", "minProperties"}),
    "array": frozenset({"minItems", "contains"}),
}
#: The height that null has for the order of options: it comes after values that are flat.
_FLAT = 1
#: The depth at which no value is generated.
_DEEPEST = 80
#: Values that are drawn for a part until one is valid, and variants of each that are tried.
_DRAWS = 16
_MOST_VARIANTS = 150
#: What an option costs when variants are made, in steps.
_STEPS_OF_OPTION = 3
#: The keywords that tell the type of a schema without `type`.
_TYPICAL = {
    "object": frozenset(
        [
            *("properties", "required", "additionalProperties", "patternProperties"),
            *("minProperties", "maxProperties", "propertyNames", "unevaluatedProperties"),
        ]
    ),
    "array": frozenset(
        [
            *("items", "prefixItems", "contains", "minItems", "maxItems", "uniqueItems"),
            "unevaluatedItems",
        ]
    ),
    "string": frozenset(["pattern", "minLength", "maxLength", "format"]),
    "number": frozenset(
        ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"]
    ),
}


class ValueGenerator:
    """Generates one value by a schema of a document.

    `deep` is the depth below which optional properties and items are left out. `suspects` are the
    places that had violations in another attempt: values there are validated at once. `distrusted`
    says how many of the examples of a place are not to be used.
    """

    def __init__(
        self,
        checks: SchemaChecks,
        random: Random,
        budget: Budget,
        *,
        use_examples: bool,
        deep: int,
        suspects: frozenset[str] = frozenset(),
        distrusted: Mapping[str, int] | None = None,
    ) -> None:
        self.schemas = checks.schemas
        self.matches = checks.matches
        self.has_format = checks.has_format
        self.random = random
        self.budget = budget
        self.deep = deep
        self.use_examples = use_examples
        #: Values count from here, instead of being random; for items that must differ.
        self.ordinal: int | None = None
        #: Whether values are varied more than is good for their looks.
        self.is_careful = False
        #: Whether a discriminator chose an option.
        self.has_discriminator = False
        #: The places of the examples in the value.
        self.example_places: set[str] = set()
        self._checks = checks
        self._suspects = suspects
        self._distrusted = distrusted or {}

    def value(self, schema: Any, at: str, depth: int) -> Any:
        """Return a value; `at` is the JSON pointer to its place. Raises CannotGenerate."""
        if depth > _DEEPEST:
            self.budget.spend_steps(1)
            raise CannotGenerate
        combined = combine(self.schemas, schema)
        if self._suspects and not combined.is_simple and general_place(at) in self._suspects:
            return self._checked(schema, combined, at, depth)
        return self._by_combined(combined, at, depth)

    def checked_value(self, schema: Any, at: str, depth: int) -> Any:
        """Return a value that is validated at once. Raises CannotGenerate."""
        return self._checked(schema, combine(self.schemas, schema), at, depth)

    def accepts(self, schema: Any, value: Any) -> bool:
        """Return whether a schema of the document accepts a value; True after too many checks."""
        if not self.budget.spend_check():
            return True
        validator = self._checks.validator(schema, self.budget)
        return validator is None or validator.is_valid(value)

    def is_one_way(self, schema: CombinedSchema, name: str) -> bool:
        """Return whether a property does not exist in this direction."""
        key = self._checks.one_way
        return bool(key) and any(
            self._has_flag(part["properties"][name], key)
            for part in schema.parts
            if name in part.get("properties", ())
        )

    def _has_flag(self, schema: Any, key: str) -> bool:
        if not isinstance(schema, dict) or not schema.keys() & {key, "$ref", "allOf"}:
            return False
        return any(part.get(key) is True for part in combine(self.schemas, schema).parts)

    def _checked(self, schema: Any, combined: CombinedSchema, at: str, depth: int) -> Any:
        """Return a value that the schema accepts, of several that are drawn."""
        validator = self._checks.validator(schema, self.budget)
        if validator is None:
            return self._by_combined(combined, at, depth)
        for candidate in self._drawn(combined, at, depth):
            if not self.budget.spend_check() or validator.is_valid(candidate):
                return candidate
        raise CannotGenerate

    def _drawn(self, combined: CombinedSchema, at: str, depth: int) -> Iterator[Any]:
        was_careful = self.is_careful
        options = sum(len(choice.options) for choice in combined.choices)
        for number in range(_DRAWS):
            self.is_careful = was_careful or number > 1
            try:
                value = self._by_combined(combined, at, depth)
            except TooLarge:
                raise
            except CannotGenerate:
                continue
            finally:
                self.is_careful = was_careful
            self.budget.spend_steps(options * _STEPS_OF_OPTION)
            yield from islice(variants(self.schemas, combined, value), _MOST_VARIANTS)
        if not combined.choices:
            yield from combined.enum or ()

    def _by_combined(self, combined: CombinedSchema, at: str, depth: int) -> Any:
        self.budget.spend_value()
        self.budget.spend_steps(len(combined.parts) // PARTS_OF_STEP)
        if self.use_examples:
            examples = list(_examples(combined))
            number = self._distrusted.get(general_place(at), 0) if examples else 0
            if number < len(examples):
                self.example_places.add(general_place(at))
                return self._literal(examples[number])
        if not (combined.choices or combined.conditions):
            return self._plain(combined, depth, at)
        for rest, schemas in self._options(combined, depth):
            try:
                return self._by_combined(extend(self.schemas, rest, *schemas), at, depth)
            except TooLarge:
                raise
            except CannotGenerate:
                continue
        raise CannotGenerate

    def _options(
        self, combined: CombinedSchema, depth: int
    ) -> Iterator[tuple[CombinedSchema, tuple[Any, ...]]]:
        """Yield combinations with one choice or one condition less, and the schemas to add."""
        if combined.choices:
            choice = combined.choices[0]
            rest = without_choice(combined, choice)
            self.has_discriminator |= bool(choice.names)
            for number in self._in_order(choice, depth):
                yield rest, (choice.options[number], *_by_discriminator(choice, number))
            return
        condition = combined.conditions[0]
        rest = replace(combined, conditions=combined.conditions[1:])
        excluded = replace(rest, excluded=(*rest.excluded, condition["if"]))
        ways = [
            (rest, (condition["if"], condition.get("then", True))),
            (excluded, (condition.get("else", True),)),
        ]
        if self.is_careful:
            self.random.shuffle(ways)
        yield from ways

    def _in_order(self, choice: Choice, depth: int) -> list[int]:
        """Return the options of a choice: random, null last; the least deep first in the depth,
        where null comes before what is deep itself."""
        options = choice.options
        numbers = list(range(len(options)))
        if depth > self.deep:
            heights = [
                _FLAT if _is_null(option) else self.schemas.height(option) for option in options
            ]
            return sorted(numbers, key=heights.__getitem__)
        if len(numbers) > 1:
            self.random.shuffle(numbers)
            numbers.sort(key=lambda number: _is_null(options[number]))
        return numbers

    def _plain(self, combined: CombinedSchema, depth: int, at: str) -> Any:
        enum = combined.enum
        if enum is not None:
            return self._one_of(enum)
        kind = self._kind(combined, depth)
        if kind == "object":
            return generated_object(self, combined, at, depth)
        if kind == "array":
            return generated_array(self, combined, at, depth)
        if kind == "string":
            return generated_string(self, combined, at, depth)
        if kind == "integer":
            return generated_integer(combined, self.random, self.ordinal)
        if kind == "number":
            return generated_number(combined, self.random, self.ordinal)
        if kind == "boolean":
            return self.random.random() < 0.5 if self.ordinal is None else self.ordinal % 2 == 0
        return None

    def _one_of(self, values: list[Any]) -> Any:
        if not values:
            raise CannotGenerate
        values = [value for value in values if value is not None] or values
        return self._literal(
            self.random.choice(values)
            if self.ordinal is None
            else values[self.ordinal % len(values)]
        )

    def _literal(self, value: Any) -> Any:
        """Return a value that the document has, which counts as a part of the whole."""
        self.budget.spend_literal(value)
        return value

    def _kind(self, combined: CombinedSchema, depth: int) -> str:
        types = combined.types
        if types is None or len(types) == len(ALL_TYPES):
            typical = [kind for kind, keys in _TYPICAL.items() if combined.keywords & keys]
            if self.is_careful and not typical:
                return self.random.choice(ALL_TYPES)
            return typical[0] if typical else "string"
        if not types:
            raise CannotGenerate
        kinds = [kind for kind in types if kind != "null"] or types
        if "null" in types and depth > self.deep and combined.keywords & _CONTENTS[kinds[0]]:
            return "null"
        return self.random.choice(types) if self.is_careful else kinds[0]


def general_place(at: str) -> str:
    """Return a JSON pointer without its indexes, which differ between attempts."""
    if not any(character.isdigit() for character in at):
        return at
    return "/".join("*" if step.isdigit() else step for step in at.split("/"))


def _examples(combined: CombinedSchema) -> Iterator[Any]:
    """Yield the examples of the schemas that describe the whole value."""
    for guide in combined.guides:
        if "example" in guide:
            yield guide["example"]
        if isinstance(guide.get("examples"), list):
            yield from guide["examples"]
    for guide in combined.guides:
        if "default" in guide:
            yield guide["default"]


def _is_null(option: Any) -> bool:
    return isinstance(option, dict) and (
        option.get("type") in ("null", ["null"]) or option.get("enum") == [None]
    )


def _by_discriminator(choice: Choice, number: int) -> list[Any]:
    """Return what an option must fit besides: the discriminator names it."""
    if not choice.names or not choice.names[number]:
        return []
    field = choice.property_name
    return [{"properties": {field: {"enum": [*choice.names[number]]}}, "required": [field]}]
