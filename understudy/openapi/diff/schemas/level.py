"""Comparison of two schemas at one level: what differs in their own keywords, and which schemas in
them differ."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from understudy.openapi.diff.change import Basis, PartChange
from understudy.openapi.diff.schemas.alternatives import alternatives_of, paired
from understudy.openapi.diff.schemas.annotations import annotation_changes
from understudy.openapi.diff.schemas.equality import Equality
from understudy.openapi.diff.schemas.keywords import keyword_changes
from understudy.openapi.diff.schemas.located_schema import LocatedSchema, choice_keyword
from understudy.openapi.document import escape

#: Rules of which only is told that they changed.
_OTHER_RULES = (
    *("not", "if", "then", "else", "contains", "propertyNames", "dependentRequired"),
    *("dependentSchemas", "unevaluatedItems"),
)


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


#: What differs at one level.
Differences = Iterator[PartChange | SchemaPair]


class LevelComparison:
    """Compares two schemas at one level. `is_compatible` tells whether an alternative may take the
    place of another."""

    def __init__(
        self,
        equality: Equality,
        is_compatible: Callable[[LocatedSchema, LocatedSchema], bool],
        *,
        is_request: bool,
    ) -> None:
        self._equality = equality
        self._is_compatible = is_compatible
        self._is_request = is_request
        self._one_way = "readOnly" if is_request else "writeOnly"
        self._keys: dict[tuple[str, str], int] = {}

    def pair(self, where: str, old: LocatedSchema, new: LocatedSchema) -> SchemaPair:
        """Return two schemas as a pair at a place."""
        content = _content(old.schema), _content(new.schema)
        key = self._keys.setdefault(content, len(self._keys))
        is_shared = all(isinstance(s, dict) and "$ref" in s for s in (old.schema, new.schema))
        return SchemaPair(where, old, new, key, is_shared)

    def differences(self, old: LocatedSchema, new: LocatedSchema) -> Differences:
        """Yield the changes of two merged schemas, and the pairs of schemas in them that differ."""
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

    def _link(self, old: LocatedSchema, new: LocatedSchema, where: str) -> Iterator[SchemaPair]:
        """Yield a pair of schemas if they differ."""
        if not self._equality.holds(old.schema, new.schema):
            yield self.pair(where, old, new)

    def _allows(
        self, what: str, less: bool | None, basis: Basis = Basis.VALUES, where: str = ""
    ) -> PartChange:
        """Return a change after which the schema allows less than before, or more, or (None) less
        of some values and more of others."""
        return PartChange(where, what, less is None or less is self._is_request, basis)

    def _properties(self, old: LocatedSchema, new: LocatedSchema) -> Differences:
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
            yield from self._link(old.part(before[name]), new.part(schema), where)
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

    def _other_properties(self, old: LocatedSchema, new: LocatedSchema) -> Differences:
        """Compare what both schemas say about properties that they do not name."""
        before, after = _of_others(old.schema), _of_others(new.schema)
        if isinstance(before, dict) and isinstance(after, dict):
            yield from self._link(old.part(before), new.part(after), "/{any}")
        elif (before is False) is not (after is False):
            is_closed = after is False
            what = "takes no other fields now" if is_closed else "takes other fields now"
            yield PartChange("", what, is_closed and self._is_request)
        elif isinstance(before, dict) is not isinstance(after, dict):
            what = "has rules now" if isinstance(after, dict) else "may have any value"
            yield self._allows(what, isinstance(after, dict), where="/{any}")

    def _patterns(self, old: LocatedSchema, new: LocatedSchema) -> Differences:
        before, after = (side.schema.get("patternProperties", {}) for side in (old, new))
        for pattern in {**before, **after}:
            where = f"/{{{pattern}}}"
            if pattern not in after:
                yield self._allows("has no rules any more", False, where=where)
            elif pattern not in before:
                yield self._allows("has rules now", True, where=where)
            else:
                yield from self._link(old.part(before[pattern]), new.part(after[pattern]), where)

    def _items(self, old: LocatedSchema, new: LocatedSchema) -> Differences:
        before, after = (side.schema.get("prefixItems", ()) for side in (old, new))
        rest_before, rest_after = (side.schema.get("items", True) for side in (old, new))
        for number in range(max(len(before), len(after))):
            schema = before[number] if number < len(before) else rest_before
            other = after[number] if number < len(after) else rest_after
            yield from self._item(old.part(schema), new.part(other), f"/{number}")
        yield from self._item(old.part(rest_before), new.part(rest_after), "/*")

    def _item(self, old: LocatedSchema, new: LocatedSchema, where: str) -> Differences:
        before, after = (_without_meaning(side.schema) for side in (old, new))
        if before is after:
            return
        if after in (True, False) or before in (True, False):
            less = after is False or before is True
            yes = "may have any value" if after is True else "is allowed"
            what = "is not allowed any more" if after is False else "has rules now"
            yield self._allows(what if less else yes, less, where=where)
        else:
            yield from self._link(old, new, where)

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
            elif not self._equality.holds(*(rule.schema for rule in rules)):
                yield self._allows(f"its rule by `{keyword}` has changed", None)

    def _alternatives(self, old: LocatedSchema, new: LocatedSchema) -> Differences:
        """Compare the alternatives of equal names. A removed one breaks clients if no other accepts
        its requests, and a new one if no earlier one allowed its responses."""
        pairs = paired(alternatives_of(old), alternatives_of(new), self._equality)
        before = [old for _, old, _ in pairs if old is not None]
        after = [new for _, _, new in pairs if new is not None]
        for name, earlier, later in pairs:
            if earlier is not None and later is not None:
                yield from self._link(earlier, later, f" ({name})" if name else "")
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


def _content(schema: Any) -> str:
    """Return what tells a schema of a document from others: its content, for a merged schema is a
    new object each time."""
    return json.dumps(schema, sort_keys=True, default=str)
