"""Validation of parts of generated values, by compiled schemas that are kept."""

from __future__ import annotations

import json
from typing import Any

from jsonschema_rs import Draft202012Validator, FancyRegexOptions

from understudy.openapi.document import Document
from understudy.openapi.examples.generator.budget import Budget
from understudy.openapi.examples.generator.schema_heights import SchemaHeights
from understudy.openapi.schemas.schema_validator import SchemaValidator

#: Patterns and formats that are kept.
_MOST_PATTERNS = 1000
#: Bytes of a compiled pattern, and steps of a match.
_PATTERN_OPTIONS = FancyRegexOptions(size_limit=100_000_000, backtrack_limit=100_000)


class SchemaChecks:
    """Validates parts of values by schemas of a document, in one direction.

    `one_way` is the keyword of the properties that this direction does not have: `readOnly` in
    requests, `writeOnly` in responses, an empty string for neither.
    """

    def __init__(self, document: Document, one_way: str) -> None:
        self.document = document
        self.one_way = one_way
        self.heights = SchemaHeights(document)
        self._compiled: dict[str, SchemaValidator] = {}
        self._strings: dict[str, Draft202012Validator | None] = {}

    def validator(self, schema: Any, budget: Budget) -> SchemaValidator | None:
        """Return a validator of a schema; None if the budget does not allow one more."""
        key = json.dumps(schema, sort_keys=True, default=str)
        if key not in self._compiled:
            if not budget.spend_compiled(key):
                return None
            self._compiled[key] = SchemaValidator(
                self.document, schema, where="", place="", request=self.one_way != "writeOnly"
            )
        return self._compiled[key]

    def forget(self) -> None:
        """Forget the compiled schemas, which may be large."""
        self._compiled.clear()

    def matches(self, pattern: str, text: str) -> bool:
        """Return whether a pattern matches; True if the pattern cannot be read."""
        return self._accepts({"pattern": pattern}, text)

    def has_format(self, name: str, text: str) -> bool:
        """Return whether a text has a format."""
        return self._accepts({"format": name}, text)

    def _accepts(self, schema: dict[str, Any], text: str) -> bool:
        key = json.dumps(schema)
        if key not in self._strings:
            if len(self._strings) >= _MOST_PATTERNS:
                self._strings.clear()
            try:
                self._strings[key] = Draft202012Validator(
                    schema, validate_formats=True, pattern_options=_PATTERN_OPTIONS
                )
            except ValueError:
                self._strings[key] = None
        validator = self._strings[key]
        return validator is None or validator.is_valid(text)
