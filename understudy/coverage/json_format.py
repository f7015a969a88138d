"""The coverage as JSON: the whole of it, from which it can be read again and merged."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import msgspec

from understudy.coverage.result import Coverage, OperationCoverage, figures
from understudy.coverage.selection import percentage, used_operations
from understudy.errors import UsageError

#: The field that says what a document is; its value is the version of the format.
MARK, VERSION = "understudy_coverage", 1


def as_json(coverage: Coverage) -> str:
    """Return a JSON document: equal results are equal texts."""
    used = used_operations(coverage)
    document = asdict(coverage)
    chosen = [operation for operations in used.values() for operation in operations]
    for api in document["apis"]:
        ids = {operation.id for operation in used.get(api["api"], ())}
        api["totals"] = _totals(used.get(api["api"], ()))
        for operation in api["operations"]:
            operation["is_used"] = operation["id"] in ids
    for counts in ("outside", "notes"):
        document[counts] = dict(sorted(document[counts].items()))
    return json.dumps({MARK: VERSION, "totals": _totals(chosen), **document}, indent=2)


def _totals(operations: Iterable[OperationCoverage]) -> dict[str, Any]:
    return {
        kind: {"covered": part.covered, "of": part.of, "percentage": percentage(part)}
        for kind, part in figures(operations).items()
    }


def is_coverage(document: Any) -> bool:
    """Return whether a parsed file is a report of `as_json`."""
    return isinstance(document, dict) and MARK in document


def from_json(document: Any, name: str) -> Coverage:
    """Return the coverage in a parsed report. Raises UsageError; `name` is that of the file."""
    if document[MARK] != VERSION:
        raise UsageError(f"{name} was written by another version of Understudy: make it again")
    try:
        return msgspec.convert(document, Coverage)
    except msgspec.ValidationError as error:
        raise UsageError(f"{name} is a malformed coverage report: {error}") from None
