"""Comparison of two schemas by the direction of their values: to a server, or from it.

A request schema that accepts less breaks clients, and so does a response schema that allows more.
The walk through both schemas says what changed; whether that breaks clients is decided by the sets
of valid values, where these can be compared, and else by the walk.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from understudy.openapi.diff.change import Basis, PartChange
from understudy.openapi.diff.schemas.alternatives import alternatives_of, paired
from understudy.openapi.diff.schemas.annotations import annotation_changes
from understudy.openapi.diff.schemas.containment import Containment
from understudy.openapi.diff.schemas.equality import Equality
from understudy.openapi.diff.schemas.keywords import keyword_changes
from understudy.openapi.diff.schemas.located_schema import LocatedSchema, choice_keyword
from understudy.openapi.diff.schemas.value_set import REQUEST
from understudy.openapi.document import escape

#: The depth of schemas in schemas at which a comparison ends.
_DEEPEST = 60
#: Rules of which only is told that they changed.
_OTHER_RULES = (
    *("not", "if", "then", "else", "contains", "propertyNames", "dependentRequired"),
    *("dependentSchemas", "unevaluatedItems"),
)


class SchemaComparison:
    """Compares schemas of two documents, and keeps what it learns about them."""

    def __init__(self) -> None:
        self._equality = Equality()
        self._containment = Containment()

    def changes(
        self, old: LocatedSchema, new: LocatedSchema, direction: str
    ) -> Iterator[PartChange]:
        """Yield the changes for values in this direction: REQUEST or RESPONSE."""
        walk = _Walk(direction, self._equality, self._containment)
        return iter(walk.compare(old, new, ""))


class _Walk:
    """A comparison in progress. It knows which pairs of schemas it is in, for they may recur."""

    def __init__(self, direction: str, equality: Equality, containment: Containment) -> None:
        self._direction = direction
        self._is_request = direction == REQUEST
        self._one_way = "readOnly" if self._is_request else "writeOnly"
        self._equality = equality
        self._containment = containment
        self._open_pairs: set[tuple[int, int]] = set()
        self._is_decided = False  # by a schema around this one

    def compare(self, old: LocatedSchema, new: LocatedSchema, where: str) -> list[PartChange]:
        """Return the changes from one schema to the other."""
        if self._equality.holds(old, new) or len(self._open_pairs) > _DEEPEST:
            return []
        before, after = old.merged(), new.merged()
        pair = _content_hash(before), _content_hash(after)
        if pair in self._open_pairs:
            return []
        self._open_pairs.add(pair)
        try:
            changes = self._decided(old, new, before, after)
        finally:
            self._open_pairs.discard(pair)
        return [change.below(where) for change in changes]

    def _decided(
        self, old: LocatedSchema, new: LocatedSchema, before: LocatedSchema, after: LocatedSchema
    ) -> Iterable[PartChange]:
        """Return the changes of a pair of schemas, as the sets of their values say."""
        if self._is_decided:
            return list(self._changes(before, after))
        fits = self._containment.still_fits(old, new, self._direction)
        if not fits:
            changes = list(self._changes(before, after))
            if fits is False and not any(change.breaks for change in changes):
                changes.append(self._unexplained())
            return changes
        self._is_decided = True
        try:
            changes = list(self._changes(before, after))
        finally:
            self._is_decided = False
        if any(change.basis is Basis.VALUES for change in changes) and self._containment.are_equal(
            old, new, self._direction
        ):
            changes = [change for change in changes if change.basis is not Basis.VALUES]
        return [
            change if change.basis is Basis.ITSELF else change._replace(breaks=False)
            for change in changes
        ]

    def _unexplained(self) -> PartChange:
        if self._is_request:
            return PartChange("", "does not accept all values that it accepted", True)
        return PartChange("", "may have values that it could not have", True)

    def _changes(self, old: LocatedSchema, new: LocatedSchema) -> Iterator[PartChange]:
        yield from annotation_changes(old, new, is_request=self._is_request)
        has_choice = [bool(choice_keyword(side.schema)) for side in (old, new)]
        if any(has_choice):
            yield from self._alternatives(old, new)
        if has_choice[0] is not has_choice[1]:
            return  # both schemas have been compared as a whole, alternative by alternative
        for change in keyword_changes(old.schema, new.schema):
            yield self._allows(change.what, change.less, change.basis)
        yield from self._properties(old, new)
        yield from self._other_properties(old, new)
        yield from self._patterns(old, new)
        yield from self._items(old, new)
        yield from self._other_rules(old, new)

    def _allows(
        self, what: str, less: bool | None, basis: Basis = Basis.VALUES, where: str = ""
    ) -> PartChange:
        """Return a change after which the schema allows less than before, or more, or (None) less
        of some values and more of others."""
        return PartChange(where, what, less is None or less is self._is_request, basis)

    def _properties(self, old: LocatedSchema, new: LocatedSchema) -> Iterator[PartChange]:
        before, after = (side.schema.get("properties", {}) for side in (old, new))
        required_before, required_now = (
            set(side.schema.get("required", ())) for side in (old, new)
        )
        for name in before:
            if name not in after and not self._is_hidden(old.part(before[name])):
                yield PartChange(f"/{escape(name)}", "is gone", True)
        for name, schema in after.items():
            where, required = f"/{escape(name)}", name in required_now
            is_hidden = self._is_hidden(new.part(schema))
            if name not in before:
                if not is_hidden:
                    yield self._new_property(where, required)
                continue
            if is_hidden and self._is_hidden(old.part(before[name])):
                continue
            if required is not (name in required_before) and not is_hidden:
                what = "is required now" if required else "is optional now"
                yield self._allows(what, required, where=where)
            yield from self.compare(old.part(before[name]), new.part(schema), where)
        unnamed = (required_before ^ required_now) - before.keys() - after.keys()
        for name in sorted(unnamed):
            required = name in required_now
            what = "is required now" if required else "is optional now"
            yield self._allows(what, required, where=f"/{escape(name)}")

    def _is_hidden(self, schema: LocatedSchema) -> bool:
        """Return whether values in this direction do not have this property."""
        return schema.merged().schema.get(self._one_way) is True

    def _new_property(self, where: str, required: bool) -> PartChange:
        if not self._is_request:
            return PartChange(where, "is new", False)
        necessity = "required" if required else "optional"
        return PartChange(where, f"is new, and {necessity}", required)

    def _other_properties(self, old: LocatedSchema, new: LocatedSchema) -> Iterator[PartChange]:
        """Compare what both schemas say about properties that they do not name."""
        before, after = _of_others(old.schema), _of_others(new.schema)
        if isinstance(before, dict) and isinstance(after, dict):
            yield from self.compare(old.part(before), new.part(after), "/{any}")
        elif (before is False) is not (after is False):
            is_closed = after is False
            what = "takes no other fields now" if is_closed else "takes other fields now"
            yield PartChange("", what, is_closed and self._is_request)
        elif isinstance(before, dict) is not isinstance(after, dict):
            what = "has rules now" if isinstance(after, dict) else "may have any value"
            yield self._allows(what, isinstance(after, dict), where="/{any}")

    def _patterns(self, old: LocatedSchema, new: LocatedSchema) -> Iterator[PartChange]:
        before, after = (side.schema.get("patternProperties", {}) for side in (old, new))
        for pattern in {**before, **after}:
            where = f"/{{{pattern}}}"
            if pattern not in after:
                yield self._allows("has no rules any more", False, where=where)
            elif pattern not in before:
                yield self._allows("has rules now", True, where=where)
            else:
                yield from self.compare(old.part(before[pattern]), new.part(after[pattern]), where)

    def _items(self, old: LocatedSchema, new: LocatedSchema) -> Iterator[PartChange]:
        before, after = (side.schema.get("prefixItems", ()) for side in (old, new))
        rest_before, rest_after = (side.schema.get("items", True) for side in (old, new))
        for number in range(max(len(before), len(after))):
            schema = before[number] if number < len(before) else rest_before
            other = after[number] if number < len(after) else rest_after
            yield from self._item(old.part(schema), new.part(other), f"/{number}")
        yield from self._item(old.part(rest_before), new.part(rest_after), "/*")

    def _item(self, old: LocatedSchema, new: LocatedSchema, where: str) -> Iterator[PartChange]:
        before, after = (_without_meaning(side.schema) for side in (old, new))
        if before == after:
            return
        if after in (True, False) or before in (True, False):
            less = after is False or before is True
            yes = "may have any value" if after is True else "is allowed"
            what = "is not allowed any more" if after is False else "has rules now"
            yield self._allows(what if less else yes, less, where=where)
        else:
            yield from self.compare(old, new, where)

    def _other_rules(self, old: LocatedSchema, new: LocatedSchema) -> Iterator[PartChange]:
        for keyword in _OTHER_RULES:
            before, after = (side.schema.get(keyword) for side in (old, new))
            rules = [side.part({keyword: rule}) for side, rule in ((old, before), (new, after))]
            if before is None and after is None:
                continue
            if before is None or after is None:
                what = f"has a rule by `{keyword}` now" if before is None else "has no rule by "
                what += "" if before is None else f"`{keyword}` any more"
                yield self._allows(what, before is None)
            elif not self._equality.holds(*rules):
                yield self._allows(f"its rule by `{keyword}` has changed", None)

    def _alternatives(self, old: LocatedSchema, new: LocatedSchema) -> Iterator[PartChange]:
        """Compare the alternatives of equal names. A removed one breaks clients if no other accepts
        its requests, and a new one if no earlier one allowed its responses."""
        pairs = paired(alternatives_of(old), alternatives_of(new), self._equality)
        before = [old for _, old, _ in pairs if old is not None]
        after = [new for _, _, new in pairs if new is not None]
        for name, earlier, later in pairs:
            if earlier is not None and later is not None:
                yield from self.compare(earlier, later, f" ({name})" if name else "")
            elif earlier is not None:
                breaks = self._is_request and not any(
                    self._is_compatible(earlier, other) for other in after
                )
                yield PartChange(_alternative(name), "is gone", breaks, Basis.VALUES)
            elif later is not None:
                breaks = not self._is_request and not any(
                    self._is_compatible(other, later) for other in before
                )
                yield PartChange(_alternative(name), "is new", breaks, Basis.VALUES)

    def _is_compatible(self, old: LocatedSchema, new: LocatedSchema) -> bool:
        return not any(change.breaks for change in self.compare(old, new, ""))


def _content_hash(located: LocatedSchema) -> int:
    """Return a hash by content, for a merged schema is a new object each time."""
    return hash(json.dumps(located.schema, sort_keys=True, default=str))


def _of_others(schema: dict[str, Any]) -> Any:
    """Return the schema of properties that a schema does not name: True, False or an object."""
    for keyword in ("additionalProperties", "unevaluatedProperties"):
        if keyword in schema:
            return _without_meaning(schema[keyword])
    return True


def _without_meaning(schema: Any) -> Any:
    """Return a schema, or True if it allows everything."""
    return True if schema == {} else schema


def _alternative(name: str) -> str:
    return f" ({name})" if name else " (its only alternative)"
