"""Generated values that took long, and compiled schemas, kept with a contract."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from understudy.openapi.examples.generator.budget import CannotGenerate
from understudy.openapi.schemas.keywords import Direction
from understudy.openapi.schemas.schema_registry import SchemaRegistry

if TYPE_CHECKING:
    from understudy.openapi.examples.generator.schema_checks import SchemaChecks

#: Values that are kept; the oldest goes first.
_MOST_VALUES = 64


class ValueCache:
    """The generated values of one contract."""

    def __init__(self, registry: SchemaRegistry) -> None:
        self._registry = registry
        self._values: dict[tuple[str, str], Any] = {}
        self._checks: dict[Direction, SchemaChecks] = {}

    def checks(self, direction: Direction) -> SchemaChecks:
        """Return the validation of values of a direction."""
        from understudy.openapi.examples.generator.schema_checks import SchemaChecks

        if direction not in self._checks:
            self._checks[direction] = SchemaChecks(self._registry, direction)
        return self._checks[direction]

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
