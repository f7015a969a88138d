"""Whether one schema allows every value of another, by jsonschema-rs's canonical form of both.

A value is one that a sender writes by its document: an object with documented properties only,
unless its schema allows others. So a new property that is optional takes nothing from anyone,
although an older request with a property of that name might have had another type.
"""

from __future__ import annotations

from itertools import islice
from typing import Any

from jsonschema_rs import CanonicalSchema, canonical, canonicalize

from understudy.openapi.diff.located_schema import LocatedSchema
from understudy.openapi.document import Document, resolve
from understudy.openapi.schemas.schema import CHOICES, parts, walk

REQUEST, RESPONSE = "request", "response"

#: Schemas in one schema, and alternatives of it, above which nothing is decided: the work could
#: take seconds.
_MOST_SCHEMAS = 600
_MOST_ALTERNATIVES = 8
#: Decisions for one pair of documents.
_MOST_DECISIONS = 3000

_OTHERS = ("additionalProperties", "unevaluatedProperties")


class Containment:
    """Decides whether the receiver of a new document takes all values of the old one's sender, or
    the reverse: a client sends requests by the old document and reads responses by it."""

    def __init__(self) -> None:
        self._decisions = 0
        self._canonical: dict[tuple[int, str, str, bool], CanonicalSchema] = {}

    def still_fits(self, old: LocatedSchema, new: LocatedSchema, direction: str) -> bool | None:
        """Return whether clients of the old schema can go on; None if that cannot be decided."""
        sender, receiver = (old, new) if direction == REQUEST else (new, old)
        if not self._is_feasible(old, new):
            return None
        if self._covers(_Form(receiver, direction, "as it is"), _Form(sender, direction, "as it is")):
            return True
        if max(_alternatives(old), _alternatives(new)) > _MOST_ALTERNATIVES:
            return None
        taken = "as it is" if direction == REQUEST else "open"
        return self._covers(_Form(receiver, direction, taken), _Form(sender, direction, "closed"))

    def have_same_values(self, old: LocatedSchema, new: LocatedSchema, direction: str) -> bool:
        """Return whether both schemas allow the same values, for certain."""
        if not self._is_feasible(old, new):
            return False
        forms = _Form(old, direction, "as it is"), _Form(new, direction, "as it is")
        return bool(self._covers(*forms) and self._covers(*reversed(forms)))
