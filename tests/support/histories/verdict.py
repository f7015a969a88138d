"""The verdict over a history: all that contradicts a correct server."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tests.support.histories import listings, model
from tests.support.histories.checker import first_violation
from tests.support.histories.listings import Numbered
from tests.support.histories.operation import Operation

#: The beginning of ids of sessions that are never deleted.
LASTING = "trio"

_STATUSES = {200, 201, 400, 404, 409}
_NOTHING: model.State = ()


def violations(history: Sequence[Operation]) -> list[str]:
    """Return sentences about all that contradicts a correct server; none if nothing does."""
    unexpected = [str(one) for one in history if one.end and one.status not in _STATUSES]
    return unexpected or [*_wrong_order(history), *_wrong_lists(history)]


def _wrong_order(history: Sequence[Operation]) -> Iterator[str]:
    for operations in model.parts(history).values():
        violation = first_violation(operations, _NOTHING, model.step)
        if violation:
            yield str(violation)


def _wrong_lists(history: Sequence[Operation]) -> Iterator[str]:
    pages = [one for one in history if one.action == "page" and one.status == 200]
    lists = [one for one in history if one.action == "list" and one.status == 200]
    for page in pages:
        yield from listings.wrong_length(page)
    oldest_first = [page.view if page.values[2] else page.view[::-1] for page in pages]
    oldest_first += [one.view for one in lists]
    yield from listings.disagreements([row.made for row in rows] for rows in oldest_first)
    yield from listings.contradictions(
        frozenset(row.key for row in one.view if row.key.startswith(LASTING)) for one in lists
    )
    for one in lists:
        yield from listings.not_ascending([session["id"] for session in one.body["sessions"]])
    yield from listings.misnumbered(
        Numbered(one.begin, one.end, one.body["id"])
        for one in history
        if one.action == "create" and one.status == 201 and one.end is not None
    )
