"""Parses the query of a request: parameters, each in its style, or one value as a whole."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from understudy.errors import Violation
from understudy.http.parameters.fields import MOST_FIELDS, FieldTexts, parse_fields
from understudy.http.parameters.parameter_reader import ScalarReader, parameter_reader
from understudy.http.parameters.readings import SpreadObject
from understudy.http.parameters.text_converter import TextConverter
from understudy.openapi.operation import Operation, Parameter
from understudy.openapi.schemas.schema_registry import SchemaRegistry


class QueryNames:
    """The names of fields that an operation's query parameters have."""

    def __init__(self, operation: Operation) -> None:
        contract = operation.contract
        query = [p for p in operation.parameters if p.where == "query"]
        self.has_querystring = any(p.where == "querystring" for p in operation.parameters)
        spread = [s for s in (spread_object(contract.schemas, p) for p in query) if s is not None]
        schemes = contract.security_schemes.values()
        self._names = {p.name for p in query}
        self._names |= {s.get("name") for s in schemes if s.get("in") == "query"}
        self._names.update(name for each in spread for name in each.names)
        self._starts = tuple(f"{p.name}[" for p in query if p.style == "deepObject")
        self._takes_others = self.has_querystring or any(each.takes_others for each in spread)

    def is_taken(self, name: str) -> bool:
        """Return whether a parameter has this name, or a name that brackets follow."""
        return name in self._names or (bool(self._starts) and name.startswith(self._starts))

    def is_known(self, name: str) -> bool:
        """Return whether a field with this name belongs to any parameter."""
        return self._takes_others or self.is_taken(name)


def spread_object(schemas: SchemaRegistry, parameter: Parameter) -> SpreadObject | None:
    """Return the object whose properties are fields of their own, if the parameter is one."""
    if parameter.style != "form" or not parameter.explode or parameter.media_type is not None:
        return None
    converter = TextConverter(schemas, parameter.schema)
    if "object" not in converter.types:
        return None
    return SpreadObject(schemas.document, parameter.schema, converter, lambda name: False)


class QueryParser:
    """Parses the queries of one operation; compiled once."""

    def __init__(self, operation: Operation, parameters: Iterable[Parameter]) -> None:
        names = QueryNames(operation)
        schemas = operation.contract.schemas
        self._readers = [parameter_reader(schemas, p, names.is_taken) for p in parameters]
        self._keeps_raw = not all(isinstance(reader, ScalarReader) for reader in self._readers)
        self.is_needed = any(reader.required for reader in self._readers)

    def parse(self, query: bytes, arguments: dict[str, Any], violations: list[Violation]) -> None:
        """Add the parameters in a query to the arguments, and what is wrong to the violations."""
        raw: FieldTexts = {}
        try:
            texts = parse_fields(query.decode("ascii"), raw if self._keeps_raw else None)
        except ValueError:
            violations.append(
                Violation("query", "", f"not a query of at most {MOST_FIELDS} UTF-8 fields")
            )
            return
        for reader in self._readers:
            reader.add(texts, raw, arguments, violations)
