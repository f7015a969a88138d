"""Splits the text of a parameter by its style, before the percent escapes are decoded.

A separator that is escaped belongs to a value: `a%2Cb,c` are the two items `a,b` and `c`.
"""

from __future__ import annotations

import re
from collections.abc import Callable

#: Decodes the percent escapes of a part. Raises ValueError.
Decode = Callable[[str], str]
#: A part of a parameter: a text, items, or texts by name.
Parts = str | list[str] | dict[str, str]
#: Returns what a parameter's text says. Raises Malformed, or ValueError.
Splitter = Callable[[str, Decode], Parts]

_DIVIDERS = {
    "spaceDelimited": re.compile(r"%20|\+| "),
    "pipeDelimited": re.compile(r"%7C|\|", re.IGNORECASE),
    "tabDelimited": re.compile(r"%09|\t"),  # Swagger 2.0's `tsv`
}
_COMMA = re.compile(",")
_DOT = re.compile(r"\.")


class Malformed(ValueError):
    """A text that does not have the form of its parameter's style; the message says why."""


def splitter(style: str, explode: bool, shape: str, name: str) -> Splitter:
    """Return the function that splits the text of a parameter; `shape` is "scalar", "array" or
    "object"."""
    if style == "matrix":
        return _matrix(explode, shape, name)
    if style == "label":
        inner = (
            _undivided
            if shape == "scalar"
            else _divided(_DOT if explode else _COMMA, explode, shape)
        )
        return lambda text, decode: inner(_after(".", text, style), decode)
    if shape == "scalar":
        return _undivided
    return _divided(_DIVIDERS.get(style, _COMMA), explode, shape)


def _undivided(text: str, decode: Decode) -> Parts:
    return decode(text)


def _divided(divider: re.Pattern[str], explode: bool, shape: str) -> Splitter:
    """Return the splitter of a list, or of an object: `R,100,G,200`, or exploded `R=100,G=200`."""
    if shape == "array":
        return lambda text, decode: [decode(item) for item in divider.split(text)]
    if explode:
        return lambda text, decode: _assigned(divider.split(text), decode)
    return lambda text, decode: _alternating(divider.split(text), decode)


def _matrix(explode: bool, shape: str, name: str) -> Splitter:
    def value(piece: str, decode: Decode) -> str:
        """Return the text after `name=`, with its escapes; empty after `name`."""
        sent, _, text = piece.partition("=")
        if decode(sent) != name:
            raise Malformed(f"has the style matrix: each value begins with ';{name}='")
        return text

    def exploded_list(text: str, decode: Decode) -> Parts:
        pieces = _after(";", text, "matrix").split(";")
        return [decode(value(piece, decode)) for piece in pieces]

    if explode and shape == "object":
        return lambda text, decode: _assigned(_after(";", text, "matrix").split(";"), decode)
    if explode and shape == "array":
        return exploded_list
    inner = _undivided if shape == "scalar" else _divided(_COMMA, False, shape)
    return lambda text, decode: inner(value(_after(";", text, "matrix"), decode), decode)


def _after(start: str, text: str, style: str) -> str:
    if not text.startswith(start):
        raise Malformed(f"has the style {style}: each value begins with {start!r}")
    return text[len(start) :]


def _assigned(pieces: list[str], decode: Decode) -> dict[str, str]:
    """Return the texts of pieces such as `R=100` by name."""
    pairs = [piece.partition("=") for piece in pieces]
    if not all(equals for _, equals, _ in pairs):
        raise Malformed("is an object: each part has the form name=value")
    return {decode(name): decode(text) for name, _, text in pairs}


def _alternating(pieces: list[str], decode: Decode) -> dict[str, str]:
    """Return the texts of pieces such as `R`, `100`, `G`, `200` by name."""
    if len(pieces) % 2:
        raise Malformed("is an object: names and values take turns, and the last has no value")
    names, texts = pieces[::2], pieces[1::2]
    return {decode(name): decode(text) for name, text in zip(names, texts, strict=True)}
