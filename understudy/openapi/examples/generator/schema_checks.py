"""Validation of parts of generated values, by compiled schemas that are kept."""

from __future__ import annotations

import json
from typing import Any

from jsonschema_rs import Draft202012Validator

from understudy.openapi.examples.generator.budget import Budget
from understudy.openapi.examples.generator.document_schemas import DocumentSchemas
from understudy.openapi.schemas.keywords import Direction, Mode
from understudy.openapi.schemas.schema_registry import SchemaRegistry
from understudy.openapi.schemas.strings.patterns import PATTERN_OPTIONS, translated

#: Patterns and formats that are kept.
_MOST_PATTERNS = 1000
#: The place of schemas that are made of those of the document.
_PLACE = "#/x-generated"


class SchemaChecks:
    """Validates parts of values by schemas of a document, in one direction, or in none.

    It has no properties that are not of this direction.
    """

    def __init__(self, registry: SchemaRegistry, direction: Direction | None) -> None:
        self.schemas = DocumentSchemas(registry.document)
        self.one_way = "" if direction is None else direction.value
        self._registry = registry
        self._direction = direction or Direction.REQUEST
        self._compiled: dict[str, Draft202012Validator] = {}
        self._strings: dict[str, Draft202012Validator | None] = {}

    def validator(self, schema: Any, budget: Budget) -> Draft202012Validator | None:
        """Return a validator of a schema; None if the budget does not allow one more."""
        key = json.dumps(schema, sort_keys=True, default=str)
        if key not in self._compiled:
            if not budget.spend_compiled(key):
                return None
            self._compiled[key] = self._registry.compiled(
                schema, self._direction, Mode.STRICT, _PLACE
            )
        return self._compiled[key]

    def forget(self) -> None:
        """Forget the compiled schemas, which may be large."""
        self._compiled.clear()

    def matches(self, pattern: str, text: str) -> bool:
        """Return whether a pattern matches; True if the pattern cannot be read."""
        return self._accepts("pattern", pattern, text)

    def has_format(self, name: str, text: str) -> bool:
        """Return whether a text has a format."""
        return self._accepts("format", name, text)

    def _accepts(self, keyword: str, value: str, text: str) -> bool:
        key = f"{keyword} {value}"
        if key not in self._strings:
            if len(self._strings) >= _MOST_PATTERNS:
                self._strings.clear()
            self._strings[key] = _compiled(keyword, value)
        validator = self._strings[key]
        return validator is None or validator.is_valid(text)


def _compiled(keyword: str, value: str) -> Draft202012Validator | None:
    words = translated(value) if keyword == "pattern" else value
    if words is None:
        return None
    return Draft202012Validator(
        {keyword: words}, validate_formats=True, pattern_options=PATTERN_OPTIONS
    )
