"""The old and the new version of one operation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from understudy.openapi.diff.change import PartChange
from understudy.openapi.diff.level import Level, breaking_if
from understudy.openapi.diff.schemas.direction import REQUEST, RESPONSE
from understudy.openapi.operation import Operation


class Pair(NamedTuple):
    """An operation, before and after. The server sends the requests of callbacks and webhooks, and
    the client their responses."""

    before: Operation
    after: Operation
    is_sent_by_server: bool = False

    @property
    def request(self) -> str:
        """The direction of its requests: REQUEST if a client sends them."""
        return RESPONSE if self.is_sent_by_server else REQUEST

    @property
    def response(self) -> str:
        """The direction of its responses."""
        return REQUEST if self.is_sent_by_server else RESPONSE


def deprecation_changes(
    before: Mapping[str, Any], after: Mapping[str, Any], where: str = ""
) -> Iterator[PartChange]:
    """Yield the change of `deprecated`, if there is one."""
    is_deprecated = bool(after.get("deprecated"))
    if is_deprecated is not bool(before.get("deprecated")):
        what = "is deprecated now" if is_deprecated else "is no longer deprecated"
        rule = "deprecated" if is_deprecated else "reactivated"
        yield PartChange(where, what, Level.HARMLESS, rule)


def necessity_change(
    before: bool, after: bool, direction: str, where: str = ""
) -> Iterator[PartChange]:
    """Yield the change of a part that is required now, or optional now."""
    if before is after:
        return
    word = "required" if after else "optional"
    level = breaking_if(after is (direction == REQUEST))
    yield PartChange(where, f"is {word} now", level, f"became-{word}")
