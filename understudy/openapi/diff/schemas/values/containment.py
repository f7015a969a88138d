"""Decides whether a schema allows every value of another, by the canonical forms of jsonschema-rs.

Senders write objects with documented properties only, unless a schema allows others. So a new
property that is optional takes nothing from clients, although an object of theirs might have had a
property of that name with another type.
"""

from __future__ import annotations

import json
from itertools import islice
from typing import NamedTuple

from jsonschema_rs import (
    CanonicalSchema,
    Draft202012,
    ReferencingError,
    canonical,
    canonicalize,
)

from understudy.errors import UsageError
from understudy.openapi.diff.schemas.direction import REQUEST
from understudy.openapi.diff.schemas.located_schema import LocatedSchema
from understudy.openapi.diff.schemas.values.value_set import (
    DOCUMENTED,
    EXACT,
    TOLERANT,
    StandaloneSchema,
)
from understudy.openapi.schemas.schema import CHOICES, walk
from understudy.openapi.schemas.strings.patterns import PATTERN_OPTIONS

#: The schemas in a schema, and the alternatives in it, above which nothing is decided: it could
#: take seconds.
_MOST_SCHEMAS, _MOST_ALTERNATIVES = 200, 8
#: The decisions about one pair of documents; each takes about a millisecond.
_MOST_DECISIONS = 3000


class Containment:
    """Decides whether clients of an old schema can go on with a new one, for one direction.

    The server must accept what they send, and they must understand what it sends.
    """

    def __init__(self) -> None:
        self._decisions = 0
        self._forms: dict[tuple[int, str, str, str], CanonicalSchema | None] = {}

    def still_fits(self, old: LocatedSchema, new: LocatedSchema, direction: str) -> bool | None:
        """Return whether all values of the sender are valid for the receiver; None if that cannot
        be decided."""
        if not self._is_feasible(old, new):
            return None
        sender, receiver = (old, new) if direction == REQUEST else (new, old)
        if self._covers(_Set(receiver, direction, EXACT), _Set(sender, direction, EXACT)):
            return True
        if any(_alternatives(each) > _MOST_ALTERNATIVES for each in (old, new)):
            return None
        tolerance = EXACT if direction == REQUEST else TOLERANT
        return self._covers(
            _Set(receiver, direction, tolerance), _Set(sender, direction, DOCUMENTED)
        )

    def are_equal(self, old: LocatedSchema, new: LocatedSchema, direction: str) -> bool:
        """Return whether both schemas allow the same values, for certain."""
        if not self._is_feasible(old, new):
            return False
        sets = _Set(old, direction, EXACT), _Set(new, direction, EXACT)
        return bool(self._covers(*sets) and self._covers(*reversed(sets)))

    def _is_feasible(self, *schemas: LocatedSchema) -> bool:
        self._decisions += 1
        return self._decisions <= _MOST_DECISIONS and all(map(_is_small, schemas))

    def _covers(self, receiver: _Set, sender: _Set) -> bool | None:
        wide, narrow = self._form(receiver), self._form(sender)
        if wide is None or narrow is None:
            return None
        try:
            containment = wide.covers(narrow)
        except ValueError:  # the canonical form cannot express it
            return None
        decided = {canonical.Containment.YES: True, canonical.Containment.NO: False}
        return decided.get(containment)

    def _form(self, values: _Set) -> CanonicalSchema | None:
        text = json.dumps(values.located.schema, sort_keys=True, default=str)
        key = id(values.located.document), text, values.direction, values.allowance
        if key not in self._forms:
            self._forms[key] = values.canonical()
        return self._forms[key]


class _Set(NamedTuple):
    """A schema, the direction of its values, and what it is taken to allow."""

    located: LocatedSchema
    direction: str
    allowance: str

    def canonical(self) -> CanonicalSchema | None:
        """Return the canonical form, or None if the schema has none."""
        document, schema = self.located
        try:
            return canonicalize(
                StandaloneSchema(document, self.direction, self.allowance).of(schema),
                draft=Draft202012,
                validate_formats=True,
                pattern_options=PATTERN_OPTIONS,
                offline=True,
            )
        except (ValueError, ReferencingError, UsageError):
            return None


def _is_small(located: LocatedSchema) -> bool:
    return sum(1 for _ in islice(walk(*located), _MOST_SCHEMAS + 1)) <= _MOST_SCHEMAS


def _alternatives(located: LocatedSchema) -> int:
    """Return the largest number of alternatives of one schema in a schema."""
    return max(
        (len(part.get(key, ())) for part in walk(*located) for key in CHOICES),
        default=0,
    )
