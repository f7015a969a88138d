"""Reads the value of one parameter from a message, validates it, and adds it to the arguments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from understudy.errors import Violation
from understudy.http.parameters.fields import FieldTexts
from understudy.http.parameters.readings import Reading, json_reading, readings
from understudy.http.parameters.styles import Malformed
from understudy.http.parameters.text_converter import CONVERSIONS, TextConverter
from understudy.openapi.document import escape
from understudy.openapi.operation import Parameter
from understudy.openapi.schemas.schema_registry import SchemaRegistry

#: The header parameters that a document cannot describe (OpenAPI says to ignore them).
_IGNORED_HEADERS = frozenset({"accept", "content-type", "authorization"})

#: The styles whose texts of one plain value have no form of their own.
_PLAIN_STYLES = frozenset({"simple", "form", "spaceDelimited", "pipeDelimited", "deepObject"})


class ParameterReader:
    """Reads one parameter from fields by name; subclasses know its form.

    Its location in violations is `where` and the JSON pointer `at`.
    """

    def __init__(self, parameter: Parameter) -> None:
        self.name = parameter.name
        self.argument = parameter.argument
        self.where = parameter.where
        self.at = f"/{escape(parameter.name)}"
        self.required = parameter.required
        self.validator = parameter.validator
        self._accepts = parameter.validator.accepts
        self._allows_empty = bool(parameter.definition.get("allowEmptyValue"))

    def add(
        self,
        texts: FieldTexts,
        raw: FieldTexts,
        arguments: dict[str, Any],
        violations: list[Violation],
    ) -> None:
        """Add the value in the fields to the arguments, or to the violations what is wrong."""
        raise NotImplementedError

    def _reject(self, violations: list[Violation], message: str) -> None:
        violations.append(Violation(self.where, self.at, message))


class ScalarReader(ParameterReader):
    """Reads a plain value, which is one text."""

    def __init__(self, parameter: Parameter, convert: Callable[[str], Any] | None) -> None:
        super().__init__(parameter)
        self._convert = convert

    def add(
        self,
        texts: FieldTexts,
        raw: FieldTexts,
        arguments: dict[str, Any],
        violations: list[Violation],
    ) -> None:
        """Add the value; an empty one that may be empty is the same as none."""
        given = texts.get(self.name)
        if given is None:
            if self.required:
                self._reject(violations, "is required")
        elif len(given) > 1:
            self._reject(violations, f"is given {len(given)} times")
        elif given[0] or not self._allows_empty:
            self.add_text(given[0], arguments, violations)

    def add_text(self, text: str, arguments: dict[str, Any], violations: list[Violation]) -> None:
        """Add the value that a decoded text is."""
        value = text if self._convert is None else self._convert(text)
        if self._accepts(value):
            arguments[self.argument] = value
        else:
            violations += self.validator.violations(value, self.at)


class StyledReader(ParameterReader):
    """Reads a list, an object, or any value whose text has a form of its own."""

    def __init__(self, parameter: Parameter, ways: tuple[Reading, ...]) -> None:
        super().__init__(parameter)
        self._readings = ways
        is_spread = parameter.style == "deepObject" or (
            parameter.style == "form" and parameter.explode
        )
        self._is_spread = is_spread and "object" in parameter.types and parameter.where == "query"

    def add(
        self,
        texts: FieldTexts,
        raw: FieldTexts,
        arguments: dict[str, Any],
        violations: list[Violation],
    ) -> None:
        """Add the first valid value; if there is none, the violations of the first reading."""
        if self._allows_empty and texts.get(self.name) == [""]:
            return
        faults: list[Violation] = []
        for read in self._readings:
            try:
                value = read(texts, raw)
            except Malformed as error:
                faults = faults or [Violation(self.where, self.at, str(error))]
                continue
            except ValueError:
                faults = faults or [Violation(self.where, self.at, "not valid UTF-8")]
                continue
            if value is None:
                continue
            if self._accepts(value):
                arguments[self.argument] = value
                return
            faults = faults or self.validator.violations(value, self.at)
        if faults:
            violations += faults
        elif self.required:
            self._add_empty(arguments, violations)

    def _add_empty(self, arguments: dict[str, Any], violations: list[Violation]) -> None:
        """Add the value of a required parameter without a field: an object without properties has
        none if each property would be a field."""
        if self._is_spread and self._accepts({}):
            arguments[self.argument] = {}
        else:
            self._reject(violations, "is required")


class IgnoredReader(ParameterReader):
    """Passes a header on that a document cannot describe, whatever it says."""

    def add(
        self,
        texts: FieldTexts,
        raw: FieldTexts,
        arguments: dict[str, Any],
        violations: list[Violation],
    ) -> None:
        """Add the text, if there is one."""
        if self.name in texts:
            arguments[self.argument] = texts[self.name][0]


def parameter_reader(
    schemas: SchemaRegistry,
    parameter: Parameter,
    is_taken: Callable[[str], bool] = lambda name: False,
) -> ParameterReader:
    """Return the reader of a parameter; `is_taken` says which fields belong to other ones."""
    if parameter.where == "header" and parameter.name.lower() in _IGNORED_HEADERS:
        return IgnoredReader(parameter)
    if parameter.media_type is not None and parameter.is_json:
        return StyledReader(parameter, (json_reading(parameter.name, parameter.where),))
    converter = TextConverter(schemas, parameter.schema)
    has_one_text = not {"array", "object"} & set(converter.types)
    if parameter.media_type is not None or (has_one_text and parameter.style in _PLAIN_STYLES):
        single = (
            CONVERSIONS.get(converter.types[0]) if len(converter.types) == 1 else converter.convert
        )
        return ScalarReader(parameter, single)
    ways = readings(
        schemas,
        parameter.schema,
        name=parameter.name,
        where=parameter.where,
        style=parameter.style,
        explode=parameter.explode,
        is_taken=is_taken,
    )
    return StyledReader(parameter, ways)
