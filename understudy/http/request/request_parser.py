"""Parses a request into the arguments of a handler: parameters and body, decoded and validated."""

from __future__ import annotations

from contextlib import suppress
from copy import deepcopy
from typing import Any
from urllib.parse import parse_qsl, unquote_to_bytes

from understudy.errors import Invalid, Violation
from understudy.http import json_codec
from understudy.http.body.body_parser import BodyParser
from understudy.http.messages import Request
from understudy.http.parameters.fields import MOST_FIELDS
from understudy.http.request.header_parser import HeaderParser
from understudy.http.request.path_parser import PathParser
from understudy.http.request.query_parser import QueryParser
from understudy.http.request.query_string_parser import QueryStringParser
from understudy.http.router import parameter_names
from understudy.openapi.operation import Operation


class RequestParser:
    """Parses the requests of one operation; compiled once."""

    def __init__(self, operation: Operation) -> None:
        parameters = operation.parameters
        schemas = operation.contract.schemas
        self._names = parameter_names(operation.path)
        self._path = PathParser(operation)
        query = [p for p in parameters if p.where == "query"]
        others = [p for p in parameters if p.where in ("header", "cookie")]
        self._query = QueryParser(operation, query) if query else None
        self._needs_query = self._query is not None and self._query.is_needed
        self._headers = HeaderParser(schemas, others) if others else None
        self._whole_query = next(
            (QueryStringParser(schemas, p) for p in parameters if p.where == "querystring"), None
        )
        self._defaults = {p.argument: p.default for p in parameters}
        self._changeable = any(isinstance(d, dict | list) for d in self._defaults.values())
        self._body = None
        if operation.body:
            self._defaults["body"] = None
            self._body = BodyParser(schemas, operation.body)

    def parse(self, request: Request) -> dict[str, Any]:
        """Return the arguments by name; absent ones are their documented default, or None.

        Raises Invalid with all violations, or Problem 415.
        """
        arguments = deepcopy(self._defaults) if self._changeable else self._defaults.copy()
        violations: list[Violation] = []
        if request.path_values:
            self._path.parse(request.path_values, arguments, violations)
        if self._query is not None and (request.query or self._needs_query):
            self._query.parse(request.query, arguments, violations)
        if self._whole_query is not None:
            self._whole_query.parse(request.query, arguments, violations)
        if self._headers is not None:
            self._headers.parse(request.headers, arguments, violations)
        if self._body is not None:
            self._body.parse(request, arguments, violations)
        if violations:
            raise Invalid(violations)
        return arguments

    def parse_leniently(self, request: Request) -> dict[str, Any]:
        """Return what can be read of a request that breaks the contract: the texts of its path and
        query parameters by name, and its `body` if that is JSON."""
        given: dict[str, Any] = {
            name: unquote_to_bytes(raw).decode(errors="replace")
            for name, raw in zip(self._names, request.path_values, strict=True)
        }
        query = request.query.decode("latin-1")
        given.update(parse_qsl(query, keep_blank_values=True)[:MOST_FIELDS])
        if self._body is not None and request.body:
            with suppress(Invalid):
                given["body"] = json_codec.decode(request.body)
        return given
