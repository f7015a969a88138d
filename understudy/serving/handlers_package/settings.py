"""The settings of an API: `SETTINGS` of its handlers package, JSON Schemas with a default."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from understudy.errors import UsageError, Violation
from understudy.openapi.document import escape
from understudy.openapi.schemas.schema_registry import SchemaRegistry
from understudy.openapi.schemas.schema_validator import SchemaValidator
from understudy.suggestions import hint


def value_validator(schema: Mapping[str, Any]) -> SchemaValidator:
    """Return a validator of values of a body by a schema that is a document of its own."""
    document = dict(schema)
    return SchemaValidator(
        SchemaRegistry(document), document, where="body", place="#", request=True
    )


def value_violations(validator: SchemaValidator, value: Any, at: str) -> Iterator[Violation]:
    """Yield the violations of a value; their rules are in no document."""
    if not validator.accepts(value):
        yield from (replace(violation, rule="") for violation in validator.violations(value, at))


class Settings:
    """The settings that a handlers package defines, with the values that they have at first.

    Raises UsageError for a setting without a default, or with one that does not fit.
    """

    def __init__(self, api: str, schemas: Mapping[str, Mapping[str, Any]]) -> None:
        self._api = api
        self.schemas = schemas
        self._validators = {name: value_validator(schema) for name, schema in schemas.items()}
        for name, schema in schemas.items():
            if "default" not in schema:
                raise UsageError(f"{api}: the setting {name!r} in SETTINGS needs a default")
            try:
                violations = list(self.violations({name: schema["default"]}, ""))
            except ValueError as error:  # of jsonschema-rs
                raise UsageError(f"{api}: the schema of the setting {name!r}: {error}") from None
            if violations:
                message = violations[0].message
                raise UsageError(f"{api}: the default of the setting {name!r}: {message}")
        self.defaults = {name: schema["default"] for name, schema in schemas.items()}

    def check_name(self, name: str) -> None:
        """Raise UsageError if there is no such setting."""
        if name not in self.schemas:
            raise UsageError(f"{self._api} has no setting {name!r}{hint(name, self.schemas)}")

    def violations(self, values: Mapping[str, Any], place: str) -> Iterator[Violation]:
        """Yield how values break their schemas; `place` is the pointer to them in the body."""
        for name, value in values.items():
            yield from value_violations(self._validators[name], value, f"{place}/{escape(name)}")
