"""The shapes of records: `Collection(..., record=...)`, checked when state is imported."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from understudy.errors import Violation
from understudy.openapi.document import escape
from understudy.openapi.schemas.schema_registry import SchemaRegistry
from understudy.openapi.schemas.schema_validator import SchemaValidator
from understudy.runtime.stores.store import Collection
from understudy.serving.handlers_package.settings import value_validator, value_violations


def record_schema(collection: Collection) -> dict[str, Any] | None:
    """Return the JSON Schema of the records of a collection, if it says what they are."""
    return None if collection.record is None else msgspec.json.schema(collection.record)


class RecordShapes:
    """The shapes of the records of an API's collections, each compiled at its first use."""

    def __init__(self) -> None:
        self._validators: dict[str, SchemaValidator] = {}
        self._examples: dict[str, Any] = {}

    def example(self, collection: Collection) -> Any:
        """Return a record that fits the shape of a collection, the same one each time; None if it
        has no shape, or if none is found."""
        if collection.name not in self._examples:
            self._examples[collection.name] = _example(collection)
        return self._examples[collection.name]

    def violations(
        self, collection: Collection, records: Mapping[str, Any], place: str
    ) -> Iterator[Violation]:
        """Yield how records differ from the shape; `place` is the pointer to them in the body."""
        schema = record_schema(collection) if collection.name not in self._validators else None
        if schema is not None:
            self._validators[collection.name] = value_validator(schema)
        validator = self._validators.get(collection.name)
        for key, record in records.items():
            at = f"{place}/{escape(key)}"
            if validator is not None:
                yield from value_violations(validator, record, at)
            own = _own_key(collection, record)
            if isinstance(own, str) and own != key:
                message = f"{own!r} is not the key of the record, {key!r}"
                yield Violation("body", f"{at}/{collection.key}", message, rule="")


def _example(collection: Collection) -> Any:
    # Only the console asks for it: the generator is not imported at the start.
    from understudy.openapi.examples.generation import Generation
    from understudy.openapi.examples.generator.budget import CannotGenerate
    from understudy.openapi.examples.generator.schema_checks import SchemaChecks

    schema = record_schema(collection)
    if schema is None:
        return None
    checks = SchemaChecks(SchemaRegistry(schema), None)
    generation = Generation(checks, schema, value_validator(schema), collection.name)
    try:
        return generation.value(use_examples=True)
    except CannotGenerate:
        return None


def _own_key(collection: Collection, record: Any) -> Any:
    """Return the key that a record has in itself, or None."""
    return record.get(collection.key) if isinstance(record, Mapping) else None
