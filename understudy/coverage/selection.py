"""The operations that a program uses, by names that a person gave; and whether enough of them were
called."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from fnmatch import fnmatchcase
from math import floor

from understudy.coverage.result import ApiCoverage, Coverage, Figures, OperationCoverage, figures
from understudy.errors import UsageError


def used_operations(coverage: Coverage) -> dict[str, list[OperationCoverage]]:
    """Return the operations that a program uses, by API, in the documents' order.

    They are those that one of `coverage.used` fits: an operationId, a tag, the name of an API, or a
    method and a path template ("GET /users/{userId}", with or without the base path); `*` is a
    wildcard, and "API:" may stand before. Where a name fits operations of several APIs, those of
    APIs without a request do not count. Without names they are all operations of the APIs that had
    a request. If no API had one, all count.

    Raises UsageError for a name that fits no operation.
    """
    reject_unknown(coverage)
    chosen: set[int] = set()
    for wanted in coverage.used or ("*",):
        found = {a.api: list(_fitting(a, wanted)) for a in coverage.apis}
        called = {a.api for a in coverage.apis if a.calls and found[a.api]}
        for api, operations in found.items():
            if api in called or not called:
                chosen.update(map(id, operations))
    used = {a.api: [o for o in a.operations if id(o) in chosen] for a in coverage.apis}
    return {api: operations for api, operations in used.items() if operations}


def reject_unknown(coverage: Coverage) -> None:
    """Raise UsageError for a name of used operations that fits none."""
    known = [name for api in coverage.apis for o in api.operations for name in _names(api, o)]
    for wanted in coverage.used:
        if not any(any(_fitting(api, wanted)) for api in coverage.apis):
            close = get_close_matches(wanted, dict.fromkeys(known), n=3)
            ids = sorted(o.id for api in coverage.apis for o in api.operations)
            hint = f"did you mean {' or '.join(close)}?" if close else _some(ids)
            raise UsageError(
                f"no operation is named {wanted!r}: name an operationId, a tag, an API or "
                f"METHOD /path; {hint}"
            )


def percentage(part: Figures) -> float:
    """Return how much is covered in percent, rounded down to one digit after the point."""
    return floor(1000 * part.covered / part.of) / 10 if part.of else 0.0


def totals(coverage: Coverage) -> dict[str, Figures]:
    """Return the figures over the used operations of all APIs."""
    return figures(o for operations in used_operations(coverage).values() for o in operations)


def failure(coverage: Coverage, least: float) -> str:
    """Return why less than `least` percent of the used operations were called; empty if it is at
    least that."""
    part = totals(coverage)["operations"]
    if part.of and 100 * part.covered >= least * part.of:
        return ""
    return (
        f"{percentage(part):g} % of the used operations were called; at least {least:g} % must be"
    )


def _fitting(api: ApiCoverage, wanted: str) -> Iterator[OperationCoverage]:
    """Yield the operations of an API that a name fits."""
    pattern = wanted.replace("[", "[[]")  # only `*` and `?` are wildcards
    for operation in api.operations:
        names = _names(api, operation)
        if any(fnmatchcase(n, pattern) or fnmatchcase(f"{api.api}:{n}", pattern) for n in names):
            yield operation


def _names(api: ApiCoverage, operation: OperationCoverage) -> Iterator[str]:
    """Yield the names of an operation; its path with and without the base path."""
    yield from (operation.id, api.api, *operation.tags)
    yield f"{operation.method} {operation.path}"
    if operation.base_path:
        yield f"{operation.method} {operation.path.removeprefix(operation.base_path)}"


def _some(ids: list[str]) -> str:
    more = f" and {len(ids) - 5} more" if len(ids) > 5 else ""
    return f"there are {', '.join(ids[:5])}{more}" if ids else "there are no operations"
