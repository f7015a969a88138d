"""Readings: the ways in which the fields of a message can be one parameter, compiled once.

A schema of several types, `anyOf` a string or a list, has a reading for each of them; the first
that gives a valid value counts.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Any
from urllib.parse import unquote

from understudy.errors import Problem
from understudy.http import json_codec
from understudy.http.parameters.fields import FieldTexts, decode_field, deep_object
from understudy.http.parameters.styles import Decode, Malformed, splitter
from understudy.http.parameters.text_converter import TextConverter, additional_schema
from understudy.openapi.document import Document
from understudy.openapi.schemas.schema_registry import SchemaRegistry

#: Returns the value in some fields, decoded and as they were sent, or None if it is not given.
#: Raises Malformed, or ValueError for text that is not UTF-8.
Reading = Callable[[FieldTexts, FieldTexts], Any]


def _strictly(text: str) -> str:
    return unquote(text, errors="strict") if "%" in text else text


#: How the parts of a parameter are decoded, by its place.
DECODERS: dict[str, Decode] = {
    "query": decode_field,
    "path": _strictly,
    "header": str.strip,
    "cookie": _strictly,
}


def readings(
    schemas: SchemaRegistry,
    schema: Any,
    *,
    name: str,
    where: str,
    style: str,
    explode: bool,
    is_taken: Callable[[str], bool] = lambda name: False,
) -> tuple[Reading, ...]:
    """Return the readings of a parameter in the order of its types.

    `is_taken` says which fields belong to other parameters, for an object that is spread over all.
    """
    converter = TextConverter(schemas, schema)
    made: list[Reading] = []
    for shape in dict.fromkeys(map(_shape, converter.types)):
        if style == "deepObject" and shape != "scalar":
            made.append(_converted(_deep(name, shape), converter))
        elif explode and shape == "object" and where in ("query", "cookie"):
            spread = SpreadObject(schemas.document, schema, converter, is_taken)
            made.append(_converted(spread, converter))
        elif explode and shape == "array" and where in ("query", "cookie"):
            made.append(_converted(_repeated(name, where), converter))
        else:
            made += _split(name, where, style, explode, shape, converter)
    return tuple(made)


def json_reading(name: str, where: str) -> Reading:
    """Return the reading of a parameter whose `content` is JSON."""
    decode = DECODERS[where]

    def read(texts: FieldTexts, raw: FieldTexts) -> Any:
        text = _only(raw.get(name))
        if text is None:
            return None
        try:
            return json_codec.decode(decode(text).encode())
        except Problem as problem:
            raise Malformed(problem.violations[0].message) from None

    return read


def _shape(kind: str) -> str:
    return kind if kind in ("array", "object") else "scalar"


def _converted(find: Reading, converter: TextConverter) -> Reading:
    def read(texts: FieldTexts, raw: FieldTexts) -> Any:
        found = find(texts, raw)
        return None if found is None else converter.convert(found)

    return read


def _only(given: list[str] | None) -> str | None:
    """Return the only text of a field. Raises Malformed if there are several."""
    if given is None:
        return None
    if len(given) > 1:
        raise Malformed(f"is given {len(given)} times")
    return given[0]


def _repeated(name: str, where: str) -> Reading:
    """Return the reading of a list of which each item is a field of its own.

    A cookie can hardly be sent twice: a single one is divided at its commas.
    """

    def read(texts: FieldTexts, raw: FieldTexts) -> list[str] | None:
        given = texts.get(name)
        if where == "cookie" and given is not None and len(given) == 1:
            return given[0].split(",")
        return given

    return read


def _deep(name: str, shape: str) -> Reading:
    """Return the reading of fields whose names have brackets; a list may do without."""

    def read(texts: FieldTexts, raw: FieldTexts) -> Any:
        found = deep_object(name, texts)
        return texts.get(name) if found is None and shape == "array" else found

    return read


def _split(
    name: str, where: str, style: str, explode: bool, shape: str, converter: TextConverter
) -> Iterator[Reading]:
    """Yield the readings of a parameter that is one text.

    Many clients escape the commas between the items of a list; where the text has no other comma,
    and is no valid value as it is, they divide it too.
    """
    split = splitter(style, explode, shape, name)
    decode: Decode = str if style == "cookie" else DECODERS[where]

    def find(texts: FieldTexts, raw: FieldTexts) -> Any:
        text = _only(raw.get(name))
        return None if text is None else split(text, decode)

    def find_escaped(texts: FieldTexts, raw: FieldTexts) -> Any:
        text = _only(raw.get(name))
        if text is None or "," in text or "%2c" not in text.lower():
            return None
        return split(text.replace("%2c", ",").replace("%2C", ","), decode)

    yield _converted(find, converter)
    if shape != "scalar" and where in ("query", "path"):
        yield _converted(find_escaped, converter)


class SpreadObject:
    """Finds an object whose properties are fields of their own.

    It has the fields that its schema names; if the schema allows others, also those that belong to
    no other parameter.
    """

    def __init__(
        self,
        document: Document,
        schema: Any,
        converter: TextConverter,
        is_taken: Callable[[str], bool],
    ) -> None:
        self._converter = converter
        self._is_taken = is_taken
        additional = additional_schema(document, schema)
        self.names: Collection[str] = converter.named
        self.takes_others = not self.names if additional is None else additional is not False

    def __call__(self, texts: FieldTexts, raw: FieldTexts) -> dict[str, Any] | None:
        """Return the object before its conversion, or None if it has no property."""
        value: dict[str, Any] = {}
        for name, given in texts.items():
            if name in self.names or (self.takes_others and not self._is_taken(name)):
                is_list = len(given) > 1 or self._converter.field(name).types[0] == "array"
                value[name] = given if is_list else given[0]
        return value or None
