"""Pairs of schemas of an old and a new document."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from understudy.openapi.diff.change import PartChange
from understudy.openapi.diff.schemas.equality import Equality
from understudy.openapi.diff.schemas.located_schema import LocatedSchema


class SchemaPair(NamedTuple):
    """Two schemas to compare, and where they are in the schemas around them.

    Equal pairs have equal keys. A pair `is_shared` if both are references, which may be at many
    places.
    """

    where: str
    old: LocatedSchema
    new: LocatedSchema
    key: int
    is_shared: bool


#: What differs at one level of two schemas: changes, and pairs of schemas in them.
Differences = Iterator[PartChange | SchemaPair]


class SchemaPairs:
    """Makes pairs of schemas."""

    def __init__(self, equality: Equality) -> None:
        self._equality = equality
        self._keys: dict[tuple[str, str], int] = {}

    def pair(self, where: str, old: LocatedSchema, new: LocatedSchema) -> SchemaPair:
        """Return two schemas as a pair at a place."""
        content = _content(old.schema), _content(new.schema)
        key = self._keys.setdefault(content, len(self._keys))
        is_shared = all(isinstance(s, dict) and "$ref" in s for s in (old.schema, new.schema))
        return SchemaPair(where, old, new, key, is_shared)

    def link(self, old: LocatedSchema, new: LocatedSchema, where: str) -> Iterator[SchemaPair]:
        """Yield a pair of schemas if they differ."""
        if not self._equality.holds(old.schema, new.schema):
            yield self.pair(where, old, new)


def _content(schema: Any) -> str:
    """Return what tells a schema of a document from others: its content, for a merged schema is a
    new object each time."""
    return json.dumps(schema, sort_keys=True, default=str)
