"""The shapes of records: `Collection(..., record=...)`, checked when state is imported."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from understudy.errors import Violation
from understudy.openapi.document import escape
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


def _own_key(collection: Collection, record: Any) -> Any:
    """Return the key that a record has in itself, or None."""
    return record.get(collection.key) if isinstance(record, Mapping) else None
