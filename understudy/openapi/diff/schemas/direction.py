"""What a difference of two schemas means for values in one direction."""

from __future__ import annotations

from understudy.openapi.diff.change import Basis, PartChange
from understudy.openapi.diff.level import Level, breaking_if
from understudy.openapi.diff.schemas.located_schema import LocatedSchema

REQUEST, RESPONSE = "request", "response"


class Direction:
    """The direction of values: in requests to the server, or in responses from it."""

    def __init__(self, *, is_request: bool) -> None:
        self.is_request = is_request
        self._one_way = "readOnly" if is_request else "writeOnly"

    def allows(
        self,
        what: str,
        rule: str,
        less: bool | None,
        *,
        where: str = "",
        steps: tuple[str | int, ...],
        is_gone: bool = False,
        more: Level = Level.BREAKING,
        basis: Basis = Basis.VALUES,
    ) -> PartChange:
        """Return a change after which the schema allows less than before, or more, or (None) less
        of some values and more of others. `more` is the level of more values in responses."""
        if self.is_request:
            level = breaking_if(less is not False)
        else:
            level = Level.HARMLESS if less else more
        return PartChange(where, what, level, rule, basis, steps, is_gone)

    def hides(self, schema: LocatedSchema) -> bool:
        """Return whether values in this direction do not have this property."""
        return schema.merged().schema.get(self._one_way) is True
