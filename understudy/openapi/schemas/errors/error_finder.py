"""Finds the errors of large values one by one.

jsonschema-rs finds all errors of a value before it returns the first, and copies the invalid part
for each of them: a million errors take gigabytes. So it gets small parts only. This module follows
a schema to the small parts of a large value, and asks only whether the rest is valid.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any

from jsonschema_rs import Draft202012Validator

from understudy.openapi.schemas.errors.keyword_rules import MASK, own_rules, stand_ins
from understudy.openapi.schemas.errors.schema_error import (
    Path,
    SchemaError,
    errors_of_small,
    is_small,
)
from understudy.openapi.schemas.errors.value_parts import (
    Child,
    Located,
    Parts,
    named_children,
    other_properties,
    parts_by_name,
    parts_by_place,
    rule_of_names,
)
from understudy.openapi.schemas.keywords import RESOURCE, ROOT

#: Schemas that are followed, one inside the other.
_DEEPEST = 40
#: Parts of a value that are validated at once.
_BATCH = 500
#: Keywords that are about properties.
_NAMED = ("properties", "patternProperties", "additionalProperties")
#: Properties that a message lists.
_MOST_NAMES = 20

_TOO_LARGE = "does not fit, and is too large to say where"


class ErrorFinder:
    """Finds the errors of values by one schema."""

    def __init__(
        self,
        schema: Any,
        place: str,
        definitions: Mapping[str, Any],
        compile_schema: Callable[..., Draft202012Validator],
        growth: int,
    ) -> None:
        """`schema` is converted, and of that place in the document; `definitions` are those that it
        refers to. `compile_schema` takes a schema, and what stands for values in messages. `growth`
        is by how much errors may grow at each level of a value."""
        self.growth = growth
        self._root = Located(schema, place)
        self._definitions = definitions
        self._compile = compile_schema
        self._validators: dict[tuple[str, ...], Draft202012Validator] = {}

    def errors(self, value: Any) -> Iterator[SchemaError]:
        """Yield the errors of an invalid value."""
        found = False
        for error in self._errors(self._root, value, (), _DEEPEST):
            found = True
            yield error
        if not found:
            yield SchemaError((), self._root.location, text=_TOO_LARGE)

    def _errors(self, schema: Located, value: Any, path: Path, depth: int) -> Iterator[SchemaError]:
        if is_small(value, self.growth):
            yield from errors_of_small(self._validator(schema), schema.location, value, path)
        elif isinstance(schema.schema, bool):
            if not schema.schema:
                yield from self._of_rule({"allOf": [False]}, "allOf", schema, value, path)
        elif depth == 0 or not self._can_follow(schema.schema):
            if not self._accepts(schema, value):
                yield SchemaError(path, schema.location, text=_TOO_LARGE)
        else:
            yield from self._of_keywords(schema, value, path)
            yield from self._of_alternatives(schema, value, path)
            for part in self._applied(schema, value):
                yield from self._errors(part, value, path, depth - 1)
            for parts in self._parts(schema, value):
                for key, part in self._rejected(parts):
                    yield from self._errors(parts.schema, part, (*path, key), depth - 1)

    def _of_keywords(self, schema: Located, value: Any, path: Path) -> Iterator[SchemaError]:
        """Yield the errors that are of the value itself."""
        for keyword, rule in own_rules(schema.schema):
            if not self._validator(schema, keyword, rule).is_valid(value):
                yield from self._of_rule(rule, keyword, schema, value, path)
        if isinstance(value, dict) and "propertyNames" in schema.schema:
            names = Parts(
                schema.inner("propertyNames"), named_children(value), rule_of_names, by_name=True
            )
            validator = self._validator(schema, "names", rule_of_names(names.schema.schema))
            for name, _ in self._rejected(names):
                yield from errors_of_small(validator, schema.location, {name: None}, path)
        for keyword in ("unevaluatedProperties", "unevaluatedItems"):
            if keyword in schema.schema and self._breaks_last(schema, keyword, value):
                parts = keyword.removeprefix("unevaluated").lower()
                text = f"Unevaluated {parts} are not allowed"
                yield SchemaError(path, f"{schema.location}/{keyword}", text=text)

    def _breaks_last(self, schema: Located, keyword: str, value: Any) -> bool:
        """Return whether a keyword is the only one that a value breaks."""
        others = {key: part for key, part in schema.schema.items() if key != keyword}
        is_alone = self._validator(schema, f"without {keyword}", others).is_valid(value)
        return is_alone and not self._accepts(schema, value)

    def _of_alternatives(self, schema: Located, value: Any, path: Path) -> Iterator[SchemaError]:
        for keyword, most in (("anyOf", 1), ("oneOf", 2)):
            if keyword not in schema.schema:
                continue
            parts = (schema.inner(keyword, n) for n in range(len(schema.schema[keyword])))
            fitting = len(list(islice((p for p in parts if self._accepts(p, value)), most)))
            if fitting != 1:
                rule = {keyword: [True] * fitting or [False]}
                yield from self._of_rule(rule, keyword, schema, value, path)

    def _of_rule(
        self, rule: dict[str, Any], keyword: str, schema: Located, value: Any, path: Path
    ) -> Iterator[SchemaError]:
        """Yield the errors of a value that breaks a rule: those of a small one that breaks it."""
        validator = self._compile(rule, mask=MASK)
        parts = stand_ins(rule, keyword, value)
        if keyword == "additionalProperties":
            others = self._rejected(other_properties(schema, named_children(value)))
            parts = iter([dict(islice(others, _MOST_NAMES))])
        for part in parts:
            if errors := list(validator.iter_errors(part)):
                yield from (SchemaError(path, schema.location, part, e, value) for e in errors)
                return
        text = f'does not fit the rule "{keyword}"'
        yield SchemaError(path, f"{schema.location}/{keyword}", text=text)

    @staticmethod
    def _can_follow(schema: dict[str, Any]) -> bool:
        """Return whether references are followed: those to named schemas depend on others."""
        ref = schema.get("$ref", RESOURCE)
        return "$dynamicRef" not in schema and ref.startswith(RESOURCE) and not ref.endswith(ROOT)

    def _applied(self, schema: Located, value: Any) -> Iterator[Located]:
        """Yield the schemas in a schema that the same value must fit."""
        keywords = schema.schema
        if "$ref" in keywords:
            number = keywords["$ref"].rpartition("/")[2]
            yield Located(self._definitions[number], f"#/$defs/{number}")
        for number in range(len(keywords.get("allOf", ()))):
            yield schema.inner("allOf", number)
        if "if" in keywords:
            then = "then" if self._accepts(schema.inner("if"), value) else "else"
            if then in keywords:
                yield schema.inner(then)
        for name in keywords.get("dependentSchemas", ()):
            if isinstance(value, dict) and name in value:
                yield schema.inner("dependentSchemas", name)

    def _parts(self, schema: Located, value: Any) -> Iterator[Parts]:
        """Yield the parts of a value, by the schemas that they must fit."""
        yield from parts_by_place(schema, value)
        rules = {key: schema.schema[key] for key in _NAMED if key in schema.schema}
        if not isinstance(value, dict) or rules.keys() <= {"properties"}:
            return
        rules["properties"] = dict.fromkeys(rules.get("properties", ()), True)
        validator = self._validator(schema, "by name", rules)
        pending = iter(value.items())
        while batch := list(islice(pending, _BATCH)):
            if self._large(batch) or not validator.is_valid(dict(batch)):
                yield from parts_by_name(schema, batch)

    def _rejected(self, parts: Parts) -> Iterator[Child]:
        """Yield the parts that their schema does not accept, and those that are large."""
        schema = parts.schema
        whole = self._validator(schema, "whole", parts.rule(schema.schema))
        applies = self._validator(schema, "applies", parts.rule(False))
        pending = iter(parts.children)
        while batch := list(islice(pending, _BATCH)):
            large = dict(self._large(batch))
            small = [child for child in batch if child[0] not in large] if large else batch
            if not whole.is_valid(parts.whole(small)):
                yield from (c for c in small if not whole.is_valid(parts.whole([c])))
            for key, part in large.items():
                if not applies.is_valid(parts.whole([(key, None)])):
                    yield key, part

    def _accepts(self, schema: Located, value: Any) -> bool:
        return self._validator(schema).is_valid(value)

    def _validator(
        self, schema: Located, variant: str = "", variant_schema: Any = None
    ) -> Draft202012Validator:
        """Return the validator of a schema, or of a variant of it."""
        key = schema.location, variant
        if key not in self._validators:
            meant = schema.schema if variant_schema is None else variant_schema
            self._validators[key] = self._compile(meant)
        return self._validators[key]

    def _large(self, children: list[Child]) -> list[Child]:
        """Return those of some parts that are large."""
        if is_small([part for _, part in children], self.growth):
            return []
        return [child for child in children if not is_small(child[1], self.growth)]
