"""Parses the parameters of a request that are headers or cookies."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote

from understudy.errors import Violation
from understudy.http.parameters.fields import FieldTexts, parse_cookies
from understudy.http.parameters.parameter_reader import parameter_reader
from understudy.openapi.operation import Parameter
from understudy.openapi.schemas.schema_registry import SchemaRegistry


class HeaderParser:
    """Parses the headers and cookies of one operation's requests; compiled once."""

    def __init__(self, schemas: SchemaRegistry, parameters: Iterable[Parameter]) -> None:
        parameters = tuple(parameters)
        self._headers = [
            (p.name.lower().encode(), parameter_reader(schemas, p))
            for p in parameters
            if p.where == "header"
        ]
        self._cookies = [
            (_cookie_form(p), parameter_reader(schemas, p, _names(parameters, p).__contains__))
            for p in parameters
            if p.where == "cookie"
        ]

    def parse(
        self,
        headers: dict[bytes, bytes],
        arguments: dict[str, Any],
        violations: list[Violation],
    ) -> None:
        """Add the parameters to the arguments, and what is wrong to the violations."""
        for name, reader in self._headers:
            value = headers.get(name)
            given = {} if value is None else {reader.name: [value.decode("latin-1").strip(" \t")]}
            reader.add(given, given, arguments, violations)
        if self._cookies:
            header = headers.get(b"cookie", b"").decode("latin-1")
            forms: dict[str, tuple[FieldTexts, FieldTexts]] = {}
            for form, reader in self._cookies:
                if form not in forms:
                    forms[form] = _cookies(header, form)
                reader.add(*forms[form], arguments, violations)


def _names(parameters: Iterable[Parameter], but: Parameter) -> frozenset[str]:
    return frozenset(p.name for p in parameters if p.where == "cookie" and p is not but)


def _cookie_form(parameter: Parameter) -> str:
    """Return how the cookies of a parameter are written: as they are ("cookie"), with percent
    escapes ("form"), or with escapes and several in one, with & between them ("exploded")."""
    if parameter.style == "cookie":
        return "cookie"
    is_exploded = parameter.explode and {"array", "object"} & set(parameter.types)
    return "exploded" if is_exploded else "form"


def _cookies(header: str, form: str) -> tuple[FieldTexts, FieldTexts]:
    """Return the cookies by name, decoded and as they were sent."""
    raw = parse_cookies(header.replace("&", ";") if form == "exploded" else header)
    if form == "cookie" or "%" not in header:
        return raw, raw
    return {name: [unquote(text) for text in texts] for name, texts in raw.items()}, raw
