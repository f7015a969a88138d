"""Comparison of request bodies and responses, by status."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from understudy.openapi.diff.change import PartChange
from understudy.openapi.diff.level import Level, breaking_if
from understudy.openapi.diff.operations.headers import HasHeaders, HeaderComparison
from understudy.openapi.diff.operations.media_types import MediaTypeComparison
from understudy.openapi.diff.operations.pair import Pair, necessity_change
from understudy.openapi.diff.schemas.comparison import SchemaComparison
from understudy.openapi.diff.schemas.direction import REQUEST
from understudy.openapi.document import Document
from understudy.openapi.operation import Body


class BodyComparison:
    """Compares bodies of two documents."""

    def __init__(self, old: Document, new: Document, schemas: SchemaComparison) -> None:
        self._headers = HeaderComparison(old, new, schemas)
        self._media_types = MediaTypeComparison(old, new, schemas, self._headers)

    def request_changes(self, pair: Pair) -> Iterator[PartChange]:
        """Yield the changes of the request body of one operation."""
        before, after = pair.before.body, pair.after.body
        where, name = "request body", "request-body"
        if before is not None and after is not None:
            changes = necessity_change(before.required, after.required, pair.request, where)
            for change in changes:
                yield change.of(name).at(before.place, after.place)
            yield from self._media_types.changes(where, name, before, after, pair.request)
        elif before is not None:
            yield PartChange(
                where,
                "is gone",
                Level.BREAKING,
                f"{name}-removed",
                is_gone=True,
                place=before.place,
            )
        elif after is not None:
            word = "required" if after.required else "optional"
            level = breaking_if(after.required and pair.request == REQUEST)
            what, rule = f"is new, and {word}", f"{name}-added-{word}"
            yield PartChange(where, what, level, rule, place=after.place)

    def response_changes(self, pair: Pair) -> Iterator[PartChange]:
        """Yield the changes of the responses of one operation. One of a single status may take the
        place of that of a range, or the other way round."""
        old, new = _by_status(pair.before.responses), _by_status(pair.after.responses)
        for status in {**old, **new}:
            before, after = _response(old, status), _response(new, status)
            where = f"response {status}"
            if before is not None and after is not None:
                yield from self._changes_of(where, before, after, pair.response)
            elif before is not None:
                is_split = any(status == f"{each[0]}XX" for each in new)
                breaks = status.startswith("2") or pair.is_sent_by_server
                rule, place = _status_rule(status, "removed"), before.place
                level = breaking_if(breaks and not is_split)
                yield PartChange(where, "is gone", level, rule, is_gone=True, place=place)
            elif after is not None:
                level = _level_of_new(status, pair)
                rule = _status_rule(status, "added")
                yield PartChange(where, "is new", level, rule, place=after.place)

    def _changes_of(
        self, where: str, before: Body, after: Body, direction: str
    ) -> Iterator[PartChange]:
        old, new = (HasHeaders(body.definition, body.place) for body in (before, after))
        for change in self._headers.changes(where, old, new, direction):
            yield change.of("response-header")
        yield from self._media_types.changes(where, "response-body", before, after, direction)


def _by_status(responses: Mapping[str, Body]) -> dict[str, Body]:
    return {status.upper() if status != "default" else status: b for status, b in responses.items()}


def _response(responses: Mapping[str, Body], status: str) -> Body | None:
    """Return the response for a status: its own, or that of its range."""
    return responses.get(status) or responses.get(f"{status[0]}XX")


def _status_rule(status: str, action: str) -> str:
    return f"response-{'success' if status.startswith('2') else 'non-success'}-status-{action}"


def _level_of_new(status: str, pair: Pair) -> Level:
    """Return the level of a new status: clients must know what to do, but for a failure of the
    server, which they must always expect."""
    is_expected = status.startswith("5") or pair.is_sent_by_server
    return Level.HARMLESS if is_expected else Level.RISKY
