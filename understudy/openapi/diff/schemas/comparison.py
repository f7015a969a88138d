"""Comparison of two schemas by the direction of their values: to a server, or from it.

A request schema that accepts less breaks clients, and so does a response schema that allows more.
The walk through both schemas says what changed; whether that breaks clients is decided by the sets
of valid values, where these can be compared, and else by the walk.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from understudy.openapi.diff.change import Basis, PartChange
from understudy.openapi.diff.level import Level
from understudy.openapi.diff.places import Places
from understudy.openapi.diff.schemas.direction import REQUEST, RESPONSE, Direction
from understudy.openapi.diff.schemas.equality import Equality
from understudy.openapi.diff.schemas.level import LevelComparison
from understudy.openapi.diff.schemas.located_schema import LocatedSchema
from understudy.openapi.diff.schemas.schema_pairs import SchemaPair, SchemaPairs
from understudy.openapi.diff.schemas.values.containment import Containment
from understudy.openapi.document import Document

#: Pairs of schemas in one body after which a shared pair is listed only at the first of its places.
_MANY = 200


class SchemaComparison:
    """Compares schemas of two documents, and keeps what it learns about them."""

    def __init__(self, old: Document, new: Document) -> None:
        equality, containment = Equality(old, new), Containment()
        self._places = Places(old), Places(new)
        self._by_direction = {
            direction: _DirectedComparison(direction, equality, containment)
            for direction in (REQUEST, RESPONSE)
        }

    def changes(
        self, old: LocatedSchema, new: LocatedSchema, direction: str
    ) -> Iterator[PartChange]:
        """Yield the changes for values in this direction: REQUEST or RESPONSE."""
        for change, pair in self._by_direction[direction].changes(old, new):
            places = self._places[0 if change.is_gone else 1]
            schema = pair.old.schema if change.is_gone else pair.new.schema
            yield change._replace(place=places.of(schema, change.steps))


@dataclass(slots=True)
class _Level:
    """The differences of a pair of schemas, and the result of comparing their sets of values.

    `fits` tells that the change breaks no client; None if that is not decided. `has_reason` tells
    that a break is explained by a change in the pair; None if that is not known yet.
    """

    changes: list[PartChange]
    pairs: list[SchemaPair]
    fits: bool | None
    is_same: bool
    has_reason: bool | None = None


class _Visit(NamedTuple):
    """A pair on the way through two schemas, and what a pair around it has decided."""

    pair: SchemaPair
    around: frozenset[int] = frozenset()
    fits: bool = False
    is_same: bool = False


class _DirectedComparison:
    """Compares schemas for values in one direction; each pair of schemas once."""

    def __init__(self, direction: str, equality: Equality, containment: Containment) -> None:
        self._direction = direction
        self._equality = equality
        self._containment = containment
        self._pairs = SchemaPairs(equality)
        self._comparison = LevelComparison(
            Direction(is_request=direction == REQUEST), equality, self._pairs, self._is_compatible
        )
        self._levels: dict[int, _Level] = {}

    def changes(
        self, old: LocatedSchema, new: LocatedSchema
    ) -> Iterator[tuple[PartChange, SchemaPair]]:
        """Yield the changes from one schema to the other, those of outer schemas first, each with
        the pair of schemas that it is in."""
        if not self._equality.holds(old.schema, new.schema):
            yield from self._changes_in(self._pairs.pair("", old, new))

    def _changes_in(self, root: SchemaPair) -> Iterator[tuple[PartChange, SchemaPair]]:
        pending = deque([_Visit(root)])
        visited: set[tuple[int, bool]] = set()
        while pending:
            visit = pending.popleft()
            pair = visit.pair
            if pair.is_shared and (pair.key, visit.fits) in visited and len(visited) > _MANY:
                continue
            visited.add((pair.key, visit.fits))
            level = self._level(pair)
            fits, is_same = visit.fits or level.fits is True, visit.is_same or level.is_same
            for change in level.changes:
                if change.basis is Basis.ITSELF:
                    yield change.below(pair.where), pair
                elif not (is_same and change.basis is Basis.VALUES):
                    severity = Level.HARMLESS if fits else change.level
                    yield change.below(pair.where)._replace(level=severity), pair
            if not fits and level.fits is False and not self._has_reason(pair, level):
                yield self._unexplained(pair.where), pair
            around = visit.around | {pair.key} if level.pairs else frozenset[int]()
            is_long = len(visited) > _MANY
            for inner in level.pairs:
                is_done = is_long and inner.is_shared and (inner.key, fits) in visited
                if not is_done and inner.key not in around:
                    below = inner._replace(where=pair.where + inner.where)
                    pending.append(_Visit(below, around, fits, is_same))

    def _level(self, pair: SchemaPair) -> _Level:
        level = self._levels.get(pair.key)
        if level is None:
            fits = self._containment.still_fits(pair.old, pair.new, self._direction)
            level = self._levels[pair.key] = _Level([], [], fits, False)
            differences = list(self._comparison.differences(pair.old.merged(), pair.new.merged()))
            level.changes += [each for each in differences if isinstance(each, PartChange)]
            level.pairs += [each for each in differences if isinstance(each, SchemaPair)]
            level.is_same = fits is True and self._containment.are_equal(
                pair.old, pair.new, self._direction
            )
        return level

    def _has_reason(self, pair: SchemaPair, level: _Level) -> bool:
        """Return whether a change in a pair explains that it breaks clients."""
        if level.has_reason is None:
            level.has_reason = True  # for a schema that contains itself
            level.has_reason = any(_is_reason(change) for change, _ in self._changes_in(pair))
        return level.has_reason

    def _unexplained(self, where: str) -> PartChange:
        if self._direction == REQUEST:
            what, rule = "does not accept all values that it accepted", "values-narrowed"
        else:
            what, rule = "may have values that it could not have", "values-widened"
        return PartChange(where, what, Level.BREAKING, rule)

    def _is_compatible(self, old: LocatedSchema, new: LocatedSchema) -> bool:
        worst = Level.BREAKING if self._direction == REQUEST else Level.RISKY
        return not any(change.level.reaches(worst) for change, _ in self.changes(old, new))


def _is_reason(change: PartChange) -> bool:
    """Return whether a change can explain that values do not fit any more."""
    if change.basis is Basis.ITSELF:
        return change.level is Level.BREAKING
    return change.level is not Level.HARMLESS
