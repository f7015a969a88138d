"""Parses a request into the arguments of a handler: parameters and body, decoded and validated."""

from __future__ import annotations

from contextlib import suppress
from copy import deepcopy
from typing import Any
from urllib.parse import parse_qsl, unquote_to_bytes

from understudy.errors import Invalid, Problem, Violation
from understudy.http import json_codec
from understudy.http.body.bodies import convert, decode, media_of, without_bytes
from understudy.http.messages import Request
from understudy.http.router import parameter_names
from understudy.openapi.document import escape
from understudy.openapi.operation import DIVIDERS, Body, MediaType, Operation, Parameter

#: Query fields that are read of one request.
MOST_FIELDS = 1000


class RequestParser:
    """Parses the requests of one operation; compiled once."""

    def __init__(self, operation: Operation) -> None:
        parameters = operation.parameters
        self._names = parameter_names(operation.path)
        self._path = {p.name: p for p in parameters if p.where == "path"}
        self._plain = {p.name: p.argument for p in self._path.values() if p.is_plain}
        self._query = {p.name: p for p in parameters if p.where == "query"}
        self._others = [p for p in parameters if p.where in ("header", "cookie")]
        self._deep = [p for p in parameters if p.kind == "deepObject"]
        self._needs_query = any(p.required for p in self._query.values())
        self._defaults = {p.argument: p.default for p in parameters}
        self._changeable = any(isinstance(d, dict | list) for d in self._defaults.values())
        self.body = operation.body
        self._media: dict[bytes, MediaType] = {}
        if operation.body:
            self._defaults["body"] = None
            self._media = {m.type.encode(): m for m in operation.body.media.values()}

    def parse(self, request: Request) -> dict[str, Any]:
        """Return the arguments by name; absent ones are their documented default, or None.

        Raises Invalid with all violations, or Problem 415.
        """
        arguments = deepcopy(self._defaults) if self._changeable else self._defaults.copy()
        violations: list[Violation] = []
        for name, raw in zip(self._names, request.path_values, strict=True):
            if name in self._plain and b"%" not in raw and raw.isascii():
                arguments[self._plain[name]] = raw.decode()
            else:
                self._parse_path(self._path.get(name), raw, arguments, violations)
        if request.query or self._needs_query:
            self._parse_query(request.query, arguments, violations)
        if self._others:
            self._parse_headers(request.headers, arguments, violations)
        if self.body is not None:
            self._parse_body(self.body, request, arguments, violations)
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
        if self.body is not None and request.body:
            with suppress(Invalid):
                given["body"] = json_codec.decode(request.body)
        return given

    @staticmethod
    def _parse_path(
        parameter: Parameter | None,
        raw: bytes,
        arguments: dict[str, Any],
        violations: list[Violation],
    ) -> None:
        if parameter is None:
            return
        try:
            text = (unquote_to_bytes(raw) if b"%" in raw else raw).decode()
        except UnicodeDecodeError:
            violations.append(Violation("path", f"/{escape(parameter.name)}", "not valid UTF-8"))
            return
        _add_argument(parameter, _split(parameter, text), arguments, violations)

    def _parse_query(
        self, query: bytes, arguments: dict[str, Any], violations: list[Violation]
    ) -> None:
        given: dict[str, list[str]] = {}
        try:
            pairs = parse_qsl(
                query.decode("ascii"),
                keep_blank_values=True,
                errors="strict",
                max_num_fields=MOST_FIELDS,
            )
        except ValueError:  # not UTF-8, or too many fields
            violations.append(
                Violation("query", "", f"not a query of at most {MOST_FIELDS} UTF-8 fields")
            )
            return
        for name, text in pairs:
            given.setdefault(name, []).append(text)
        for parameter in self._deep:
            _gather_deep_object(parameter, given, arguments, violations)
        for name, parameter in self._query.items():
            texts = given.get(name)
            if texts == [""] and parameter.definition.get("allowEmptyValue"):
                continue  # the same as absent
            if texts is None:
                if parameter.required and parameter.kind != "deepObject":
                    violations.append(Violation("query", f"/{escape(name)}", "is required"))
            elif parameter.kind == "array":
                _add_argument(parameter, texts, arguments, violations)
            elif len(texts) > 1:
                violations.append(
                    Violation("query", f"/{escape(name)}", f"is given {len(texts)} times")
                )
            else:
                _add_argument(parameter, _split(parameter, texts[0]), arguments, violations)

    def _parse_headers(
        self, headers: dict[bytes, bytes], arguments: dict[str, Any], violations: list[Violation]
    ) -> None:
        cookies = dict(
            pair.strip().split("=", 1)
            for pair in headers.get(b"cookie", b"").decode("latin-1").split(";")
            if "=" in pair
        )
        for parameter in self._others:
            if parameter.where == "cookie":
                text = cookies.get(parameter.name)
            else:
                raw = headers.get(parameter.name.lower().encode())
                text = None if raw is None else raw.decode("latin-1")
            if text is not None:
                _add_argument(parameter, _split(parameter, text), arguments, violations)
            elif parameter.required:
                violations.append(
                    Violation(parameter.where, f"/{escape(parameter.name)}", "is required")
                )

    def _parse_body(
        self, body: Body, request: Request, arguments: dict[str, Any], violations: list[Violation]
    ) -> None:
        if not request.body:
            if body.required:
                violations.append(Violation("body", "", "is required, and there is none"))
            return
        content_type = request.headers.get(b"content-type", b"")
        media = self._media.get(content_type) or self._find_media(content_type)
        try:
            value = decode(media, content_type, request.body)
        except Invalid as error:
            violations += error.violations
            return
        validated = value if media.is_json else without_bytes(value)
        if media.validator is not None and not media.validator.accepts(validated):
            violations += media.validator.violations(validated)
        else:
            arguments["body"] = value

    def _find_media(self, content_type: bytes) -> MediaType:
        """Return the media type that a header names; parameters such as a charset are ignored."""
        media = media_of(self._media, content_type)
        if media is not None:
            return media
        sent = repr(content_type.decode("latin-1")) if content_type else "absent"
        accepted = " or ".join(m.decode() for m in self._media)
        message = f"Content-Type is {sent}; send {accepted}"
        raise Problem(
            415,
            message,
            code="UNSUPPORTED_MEDIA_TYPE",
            violations=(Violation("header", "/Content-Type", message),),
        )


def _add_argument(
    parameter: Parameter,
    text: str | list[str],
    arguments: dict[str, Any],
    violations: list[Violation],
) -> None:
    """Convert a parameter's text into its type, validate it, and add it to the arguments."""
    value: Any = text
    for kind in parameter.types or ("string",):
        if isinstance(text, list):
            value = [convert(kind, item) for item in text]
        else:
            value = convert(kind, text)
        if parameter.validator.accepts(value):
            arguments[parameter.argument] = value
            return
    violations += parameter.validator.violations(value, f"/{escape(parameter.name)}")


def _split(parameter: Parameter, text: str) -> str | list[str]:
    """Return the items of a list that is one text; the text of another parameter unchanged."""
    divider = DIVIDERS.get(parameter.kind)
    return text if divider is None else text.split(divider)


def _gather_deep_object(
    parameter: Parameter,
    given: dict[str, list[str]],
    arguments: dict[str, Any],
    violations: list[Violation],
) -> None:
    """Read a parameter such as `filter[color]=red&filter[size]=1` as one object."""
    start = parameter.name + "["
    properties = parameter.schema.get("properties", {})
    value = {
        name[len(start) : -1]: convert(
            properties.get(name[len(start) : -1], {}).get("type", "string"), texts[-1]
        )
        for name, texts in given.items()
        if name.startswith(start) and name.endswith("]")
    }
    if value:
        if parameter.validator.accepts(value):
            arguments[parameter.argument] = value
        else:
            violations += parameter.validator.violations(value, f"/{escape(parameter.name)}")
    elif parameter.required:
        violations.append(Violation("query", f"/{escape(parameter.name)}", "is required"))
