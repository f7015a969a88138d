"""The coverage as text for people: a table of the APIs, and what was not called."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from understudy.coverage.result import KINDS, Coverage, OperationCoverage, figures
from understudy.coverage.selection import percentage, totals, used_operations

#: Operations and requests that one line names; and operations that a person has named as used.
_MOST_NAMED, _MOST_USED = 10, 50


def as_text(coverage: Coverage) -> str:
    """Return the text. Characters that a terminal may take for commands are shown as `?`."""
    lines = ("".join(c if c.isprintable() else "?" for c in line) for line in _lines(coverage))
    return "\n".join(lines)


def _lines(coverage: Coverage) -> Iterator[str]:
    used = used_operations(coverage)
    yield from _table(used)
    for api, operations in used.items():
        yield from _gaps(api, operations, _MOST_USED if coverage.used else _MOST_NAMED)
    yield from _named("no requests", [a.api for a in coverage.apis if not a.calls])
    if coverage.used:
        chosen = {id(o) for operations in used.values() for o in operations}
        others = [o for api in coverage.apis for o in api.operations if id(o) not in chosen]
        yield from _named("called, but not named as used", [o.id for o in others if o.calls])
    outside = [f"{request} ({count})" for request, count in coverage.outside.items()]
    yield from _named("not in the contract", outside)
    yield from (f"not counted: {reason} ({count})" for reason, count in coverage.notes.items())
    part = totals(coverage)["operations"]
    yield f"called {part.covered} of {part.of} used operations: {percentage(part):g} %"


def _table(used: dict[str, list[OperationCoverage]]) -> Iterator[str]:
    """Yield a line for each API that is used, below the names of the columns."""
    rows: list[tuple[str, ...]] = [("", *KINDS)]
    for api, operations in used.items():
        parts = figures(operations).values()
        rows.append((api, *(f"{part.covered} of {part.of}" for part in parts)))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for first, *others in rows:
        cells = [cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True)]
        yield "  ".join([first.ljust(widths[0]), *cells])


def _gaps(api: str, operations: list[OperationCoverage], most: int) -> Iterator[str]:
    """Yield what was not called of an API, and the statuses that its document does not have."""
    yield from _named(f"{api}, not called", [o.id for o in operations if not o.calls], most)
    unknown = [f"{o.id} {status}" for o in operations for status in o.undocumented_statuses]
    yield from _named(f"{api}, statuses that are not documented", unknown)


def _named(title: str, names: Iterable[str], most: int = _MOST_NAMED) -> Iterator[str]:
    listed = list(names)
    if listed:
        more = f" and {len(listed) - most} more" if len(listed) > most else ""
        yield f"{title}: {', '.join(listed[:most])}{more}"
