"""Parses a query that is one value as a whole (`in: querystring`), by its media type."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote_to_bytes

from understudy.errors import Invalid, Problem, Violation
from understudy.http.body.body_reader import BodyReader
from understudy.openapi.document import resolve
from understudy.openapi.operation import MediaType, Parameter
from understudy.openapi.schemas.schema_registry import SchemaRegistry

FORM = "application/x-www-form-urlencoded"


class QueryStringParser:
    """Parses the whole query of one operation's requests; compiled once."""

    def __init__(self, schemas: SchemaRegistry, parameter: Parameter) -> None:
        self._parameter = parameter
        kind = parameter.media_type or FORM
        declared = parameter.definition.get("content", {})
        content = resolve(schemas.document, next(iter(declared.values()), {}))
        media = MediaType(
            kind, content, parameter.validator, parameter.place, kind, schemas.document
        )
        self._is_form = kind == FORM
        self._reader = BodyReader(schemas, media, kind)

    def parse(self, query: bytes, arguments: dict[str, Any], violations: list[Violation]) -> None:
        """Add the value of a query to the arguments, or to the violations what is wrong.

        The JSON pointers of violations begin at the value.
        """
        if not query:
            if self._parameter.required:
                violations.append(Violation("query", "", "is required, and there is none"))
            return
        try:
            value = self._reader.read({}, query if self._is_form else unquote_to_bytes(query))
        except Invalid as error:
            violations += [_in_query(violation) for violation in error.violations]
            return
        except Problem as problem:
            violations.append(Violation("query", "", problem.message))
            return
        faults = self._reader.violations(value)
        if faults:
            violations += [_in_query(violation) for violation in faults]
        else:
            arguments[self._parameter.argument] = value


def _in_query(violation: Violation) -> Violation:
    return Violation("query", violation.at, violation.message, violation.rule)
