"""The old and the new version of one operation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from understudy.openapi.diff.change import PartChange
from understudy.openapi.diff.schemas.value_set import REQUEST, RESPONSE
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
        yield PartChange(where, what, False)


def necessity(*, required: bool) -> str:
    """Return the words for a part that is required now, or optional now."""
    return "is required now" if required else "is optional now"
