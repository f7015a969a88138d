"""The patterns of schemas: those of ECMA-262, for the engines that read them here."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from dataclasses import replace

from jsonschema_rs import (
    Draft202012Validator,
    FancyRegexOptions,
    RegexOptions,
    ValidationError,
)

from understudy.openapi.schemas.strings.ecma_regex import Engine, Unsupported, rewritten

#: A program of 100 MB takes patterns such as `^.{0,65535}$`. A search that goes back 100,000
#: times ends after about 2 ms, as no match.
PATTERN_OPTIONS = FancyRegexOptions(size_limit=100_000_000, backtrack_limit=100_000)
#: A pattern that may begin anywhere is tried at each character, so that its limit is lower;
#: `.{1,20000}` fits.
_UNANCHORED = FancyRegexOptions(size_limit=25_000_000, backtrack_limit=100_000)

_WORD = "[0-9A-Za-z_]"
_RUST = Engine(
    classes={
        "d": "0-9",
        "D": r"\x00-/:-\u{10ffff}",
        "w": "0-9A-Za-z_",
        "W": r"\x00-/:-@\[-\^`\{-\u{10ffff}",
        "s": r"\s",
        "S": r"\S",
    },
    properties=None,
    code_point=r"\u{{{:x}}}",
    dot=r"[^\n\r\u2028\u2029]",
    boundaries={
        "b": f"(?:(?<={_WORD})(?!{_WORD})|(?<!{_WORD})(?={_WORD}))",
        "B": f"(?:(?<={_WORD})(?={_WORD})|(?<!{_WORD})(?!{_WORD}))",
    },
)
#: The engine without lookaround and references to groups, which takes linear time; the limits of a
#: program, and of what it remembers, are in bytes.
_LINEAR = replace(_RUST, boundaries={"b": r"(?-u:\b)", "B": r"\B"})
_LINEAR_OPTIONS = RegexOptions(size_limit=200_000, dfa_size_limit=200_000)
_LATIN = "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff"
#: Python's `re` has no Unicode properties: characters that have them, enough to write examples.
_PROPERTIES = {
    **dict.fromkeys(("L", "Letter", "Alphabetic", "Alpha", "Latin", "Latn"), _LATIN),
    **dict.fromkeys(("Lu", "Uppercase", "Upper", "Uppercase_Letter"), "A-Z\u00c0-\u00d6"),
    **dict.fromkeys(("Ll", "Lowercase", "Lower", "Lowercase_Letter"), "a-z\u00df-\u00f6"),
    **dict.fromkeys(("N", "Nd", "Number", "Digit", "Decimal_Number"), "0-9"),
    **dict.fromkeys(("P", "Punctuation", "Punct"), r"!-#%-*,\-./:;?@\[\\\]_{}"),
    **dict.fromkeys(("Z", "Zs", "Separator", "Space", "White_Space", "Space_Separator"), " "),
    **dict.fromkeys(("S", "Symbol"), r"$+<=>\^`|~"),
    **dict.fromkeys(("M", "Mn", "Mark"), "\u0300-\u036f"),
    **dict.fromkeys(("Greek", "Grek"), "\u0391-\u03a1\u03b1-\u03c9"),
    **dict.fromkeys(("Cyrillic", "Cyrl"), "\u0410-\u044f"),
    **dict.fromkeys(("Han", "Hani"), "\u4e00-\u4e3f"),
    **dict.fromkeys(("ASCII", "Any", "BasicLatin", "InBasicLatin"), r"\x20-\x7e"),
    **dict.fromkeys(("C", "Cc", "Control"), r"\x01-\x08"),
    **dict.fromkeys(("Hex_Digit", "AHex", "XDigit", "ASCII_Hex_Digit"), "0-9A-Fa-f"),
    **dict.fromkeys(("Emoji", "Emoji_Presentation"), "\U0001f600-\U0001f64f"),
    "Alnum": "0-9A-Za-z",
}
_PYTHON = Engine(
    classes={letter: f"\\{letter}" for letter in "dDwWsS"},
    properties=_PROPERTIES,
    code_point=r"\U{:08x}",
    dot=".",
    boundaries={"b": r"\b", "B": r"\B"},
)


def translated(pattern: str) -> str | None:
    """Return a pattern in the syntax of jsonschema-rs, or None if it has no equal there."""
    try:
        rust = rewritten(pattern, _RUST)
    except Unsupported:
        return None
    return rust if _compiles(rust) else None


def matches(pattern: str, text: str) -> bool:
    """Return whether a text matches a pattern; no text matches one that is not supported."""
    rust = translated(pattern)
    if rust is None:
        return False
    return Draft202012Validator({"pattern": rust}, pattern_options=PATTERN_OPTIONS).is_valid(text)


def linear_search(pattern: str) -> Callable[[str], bool] | None:
    """Return what says whether a pattern is found in a text, in linear time; None for a pattern
    that cannot be searched so, or that is none."""
    try:
        schema = {"pattern": rewritten(pattern, _LINEAR)}
        return Draft202012Validator(schema, pattern_options=_LINEAR_OPTIONS).is_valid
    except (Unsupported, ValidationError, ValueError):
        return None


def is_supported(pattern: str) -> bool:
    """Return whether values can be checked against a pattern."""
    return translated(pattern) is not None


def python_pattern(pattern: str) -> str | None:
    """Return a pattern in the syntax of Python's `re`, or None if it has no equal there.

    It is for writing examples: Unicode properties are only some of their characters.
    """
    try:
        python = rewritten(pattern, _PYTHON)
        if "(?i)" in python:  # Python has it at the start only
            python = "(?i)" + python.replace("(?i)", "")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            re.compile(python)
    except (Unsupported, re.error, OverflowError, RecursionError):
        return None
    return python


def _compiles(pattern: str) -> bool:
    try:
        options = PATTERN_OPTIONS if pattern.startswith("^") else _UNANCHORED
        Draft202012Validator({"pattern": pattern}, pattern_options=options)
    except (ValidationError, ValueError):
        return False
    return True
