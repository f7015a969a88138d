"""Generated values that took long, and compiled schemas, kept with a contract."""

from __future__ import annotations

from typing import Any

from understudy.openapi.document import Document
from understudy.openapi.examples.generator.budget import CannotGenerate
from understudy.openapi.examples.generator.schema_checks import SchemaChecks

#: Values that are kept; the oldest goes first.
_MOST_VALUES = 64


class ValueCache:
    """The generated values of one contract."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._values: dict[tuple[str, str], Any] = {}
        self._checks: dict[str, SchemaChecks] = {}

    def checks(self, one_way: str) -> SchemaChecks:
        """Return the compiled schemas of a direction."""
        if one_way not in self._checks:
            self._checks[one_way] = SchemaChecks(self._document, one_way)
        return self._checks[one_way]

    def get(self, place: str, seed: str) -> Any:
        """Return a kept value. Raises KeyError; CannotGenerate if that is what was kept."""
        value = self._values[place, seed]
        if isinstance(value, CannotGenerate):
            raise value.with_traceback(None)
        return value

    def keep(self, place: str, seed: str, value: Any) -> None:
        """Keep a value, or the CannotGenerate that was raised."""
        if len(self._values) >= _MOST_VALUES:
            del self._values[next(iter(self._values))]
        self._values[place, seed] = value
