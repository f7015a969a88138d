"""Parses the parameters in the path of a request."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote_to_bytes

from understudy.errors import Violation
from understudy.http.parameters.parameter_reader import (
    ParameterReader,
    ScalarReader,
    parameter_reader,
)
from understudy.http.router import parameter_names
from understudy.openapi.operation import Operation


class PathParser:
    """Parses the path parameters of one operation; compiled once."""

    def __init__(self, operation: Operation) -> None:
        schemas = operation.contract.schemas
        path = {p.name: p for p in operation.parameters if p.where == "path"}
        readers = {name: parameter_reader(schemas, p) for name, p in path.items()}
        #: For each value of the path: the argument for which any text is valid, and the reader.
        self._readers: list[tuple[str | None, ParameterReader | None]] = [
            (
                path[name].argument if name in path and path[name].is_plain else None,
                readers.get(name),
            )
            for name in parameter_names(operation.path)
        ]

    def parse(
        self, values: Sequence[bytes], arguments: dict[str, Any], violations: list[Violation]
    ) -> None:
        """Add the undecoded values to the arguments, and what is wrong to the violations."""
        for (plain, reader), raw in zip(self._readers, values, strict=True):
            if plain is not None and b"%" not in raw and raw.isascii():
                arguments[plain] = raw.decode()
            elif reader is not None:
                _read(reader, raw, arguments, violations)


def _read(
    reader: ParameterReader, raw: bytes, arguments: dict[str, Any], violations: list[Violation]
) -> None:
    try:
        text = (unquote_to_bytes(raw) if b"%" in raw else raw).decode()
    except UnicodeDecodeError:
        violations.append(Violation("path", reader.at, "not valid UTF-8"))
        return
    if isinstance(reader, ScalarReader):
        reader.add_text(text, arguments, violations)
    else:
        undecoded = {reader.name: [raw.decode(errors="replace")]}
        reader.add({reader.name: [text]}, undecoded, arguments, violations)
