"""Translates the patterns of schemas, which are those of ECMA-262."""

from __future__ import annotations

from jsonschema_rs import Draft202012Validator, FancyRegexOptions, ValidationError

#: A program of 100 MB takes patterns such as `^.{0,65535}$`. A search that goes back 100,000
#: times ends after about 2 ms, as no match.
PATTERN_OPTIONS = FancyRegexOptions(size_limit=100_000_000, backtrack_limit=100_000)


def translated(pattern: str) -> str | None:
    """Return a pattern in the syntax of jsonschema-rs, or None if it has no equal there."""
    return pattern if _compiles(pattern) else None


def _compiles(pattern: str) -> bool:
    try:
        Draft202012Validator({"pattern": pattern}, pattern_options=PATTERN_OPTIONS)
    except (ValidationError, ValueError):
        return False
    return True
