"""Reads urlencoded forms by their schema and `encoding`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy.errors import Invalid, Violation
from understudy.http.body.charsets import decode_text
from understudy.http.parameters.fields import MOST_FIELDS, FieldTexts, deep_object, parse_fields
from understudy.http.parameters.readings import Reading, json_reading, readings
from understudy.http.parameters.styles import Malformed
from understudy.http.parameters.text_converter import TextConverter
from understudy.openapi.document import escape
from understudy.openapi.operation import is_json
from understudy.openapi.operation_reader import parse_media_type
from understudy.openapi.schemas.schema_registry import SchemaRegistry
from understudy.openapi.schemas.schema_validator import SchemaValidator

#: What of an encoding says that a property has the style of a parameter.
_STYLED = ("style", "explode", "allowReserved")


class FormReader:
    """Reads the urlencoded forms of one media type; compiled at first use."""

    def __init__(self, schemas: SchemaRegistry, definition: Mapping[str, Any]) -> None:
        self._schemas = schemas
        self._converter = TextConverter(schemas, definition.get("schema", {}))
        self._encoding: Mapping[str, Any] = definition.get("encoding", {})
        self._fields: dict[str, tuple[Reading, ...]] | None = None
        #: Those of the properties that have the style of a parameter, and so several readings.
        self._validators: dict[str, SchemaValidator] = {}

    def read(self, parameters: Mapping[str, str], body: bytes) -> dict[str, Any]:
        """Return the fields in the types of their properties. Raises Invalid, or Problem 415."""
        raw: FieldTexts = {}
        try:
            texts = parse_fields(decode_text(body, parameters), raw)
        except ValueError:
            message = f"not a form of at most {MOST_FIELDS} UTF-8 fields"
            raise Invalid([Violation("body", "", message)]) from None
        if self._fields is None:
            self._fields = {name: self._readings(name) for name in self._converter.named}
        value: dict[str, Any] = {}
        violations: list[Violation] = []
        for name, ways in self._fields.items():
            try:
                field = self._first_valid(name, ways, texts, raw)
            except ValueError as error:
                message = str(error) if isinstance(error, Malformed) else "not valid UTF-8"
                violations.append(Violation("body", f"/{escape(name)}", message))
                continue
            if field is not None:
                value[name] = field
        if violations:
            raise Invalid(violations)
        self._add_others(texts, value)
        return value

    def _first_valid(
        self, name: str, ways: tuple[Reading, ...], texts: FieldTexts, raw: FieldTexts
    ) -> Any:
        """Return the first valid value of a property, else the first; None if it is not given."""
        values = (value for read in ways if (value := read(texts, raw)) is not None)
        first = next(values, None)
        validator = self._validators.get(name)
        if first is None or validator is None or validator.accepts(first):
            return first
        return next(filter(validator.accepts, values), first)

    def _readings(self, name: str) -> tuple[Reading, ...]:
        """Return the readings of a property: as its encoding says, else as repeated fields, JSON
        in one field, or fields with brackets."""
        encoding = self._encoding.get(name, {})
        converter = self._converter.field(name)
        if any(key in encoding for key in _STYLED):
            style = encoding.get("style", "form")
            self._validators[name] = SchemaValidator(
                self._schemas, converter.schema, where="body", place="", request=True
            )
            return readings(
                self._schemas,
                converter.schema,
                name=name,
                where="query",
                style=style,
                explode=encoding.get("explode", style == "form"),
                is_taken=self._converter.named.__contains__,
            )
        if is_json(parse_media_type(str(encoding.get("contentType", "")))[0]):
            return (json_reading(name, "query"),)
        return (_plain_reading(name, converter), _deep_reading(name, converter))

    def _add_others(self, texts: FieldTexts, value: dict[str, Any]) -> None:
        """Add the fields that the schema does not name."""
        named = self._converter.named
        starts = tuple(f"{name}[" for name in named)
        styled = {n for n in self._encoding if self._encoding[n].get("explode") is not False}
        spread = {key for name in styled & named.keys() for key in named[name].named}
        for name, given in texts.items():
            if name in named or name in spread or (starts and name.startswith(starts)):
                continue
            converter = self._converter.field(name)
            is_list = len(given) > 1 or "array" in converter.types
            value[name] = converter.convert(given if is_list else given[0])


def _plain_reading(name: str, converter: TextConverter) -> Reading:
    is_list = "array" in converter.types
    containers = is_list and not converter.item(0).takes_text

    def read(texts: FieldTexts, raw: FieldTexts) -> Any:
        given = texts.get(name)
        if given is None:
            return None
        if len(given) == 1:
            if containers and given[0].lstrip().startswith("["):
                return converter.from_json(given[0])
            return converter.convert(given if converter.types[0] == "array" else given[0])
        if is_list:
            return converter.convert(given)
        raise Malformed(f"is given {len(given)} times")

    return read


def _deep_reading(name: str, converter: TextConverter) -> Reading:
    def read(texts: FieldTexts, raw: FieldTexts) -> Any:
        found = deep_object(name, texts)
        return None if found is None else converter.convert(found)

    return read
