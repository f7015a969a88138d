"""Comparison of two schemas at one level: what differs in their own keywords, and which schemas in
them differ."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from understudy.openapi.diff.change import Basis, PartChange
from understudy.openapi.diff.level import Level, breaking_if
from understudy.openapi.diff.schemas.alternatives import alternatives_of, paired
from understudy.openapi.diff.schemas.annotations import annotation_changes
from understudy.openapi.diff.schemas.equality import Equality
from understudy.openapi.diff.schemas.keywords import kebab, keyword_changes
from understudy.openapi.diff.schemas.located_schema import LocatedSchema, choice_keyword
from understudy.openapi.document import escape
from understudy.openapi.schemas.schema import types

#: Rules of which only is told that they changed; those by which fields may be missing come first.
_CONDITIONS = ("if", "then", "else", "dependentRequired", "dependentSchemas")
_OTHER_RULES = (
    *_CONDITIONS,
    *("not", "contains", "propertyNames", "unevaluatedItems", "contentSchema"),
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
            yield self._allows(
                change.what,
                change.rule,
                change.less,
                steps=(change.keyword,),
                is_gone=change.keyword not in new.schema,
                more=change.more,
                basis=change.basis,
            )
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
        if self._is_request:
            level = breaking_if(less is not False)
        else:
            level = Level.HARMLESS if less else more
        return PartChange(where, what, level, rule, basis, steps, is_gone)

    def _properties(self, old: LocatedSchema, new: LocatedSchema) -> Differences:
        before, after = (side.schema.get("properties", {}) for side in (old, new))
        for name in before:
            if name not in after and not self._is_hidden(old.part(before[name])):
                at = ("properties", name)
                yield PartChange(
                    f"/{escape(name)}", "is gone", Level.BREAKING, "removed", steps=at, is_gone=True
                )
        for name, schema in after.items():
            if name in before:
                yield from self._necessity(name, old, new)
                earlier, later = old.part(before[name]), new.part(schema)
                if not (self._is_hidden(earlier) and self._is_hidden(later)):
                    yield from self._link(earlier, later, f"/{escape(name)}")
            elif not self._is_hidden(new.part(schema)):
                yield self._new_property(name, name in new.schema.get("required", ()))
        for name in sorted({*_required(old), *_required(new)} - before.keys() - after.keys()):
            yield from self._necessity(name, old, new)

    def _necessity(self, name: str, old: LocatedSchema, new: LocatedSchema) -> Differences:
        """Compare whether a property is required. A hidden one that is no longer hidden may be."""
        was_hidden, is_hidden = (
            self._is_hidden(side.part(side.schema.get("properties", {}).get(name, True)))
            for side in (old, new)
        )
        before, after = name in _required(old) and not was_hidden, name in _required(new)
        if before is after or is_hidden or (was_hidden and not self._is_request):
            return
        what = "is required now" if after else "is optional now"
        rule = f"became-{'required' if after else 'optional'}"
        yield self._allows(what, rule, after, where=f"/{escape(name)}", steps=("properties", name))

    def _is_hidden(self, schema: LocatedSchema) -> bool:
        """Return whether values in this direction do not have this property."""
        return schema.merged().schema.get(self._one_way) is True

    def _new_property(self, name: str, required: bool) -> PartChange:
        where, steps = f"/{escape(name)}", ("properties", name)
        if not self._is_request:
            return PartChange(where, "is new", Level.HARMLESS, "added", steps=steps)
        necessity = "required" if required else "optional"
        what, rule = f"is new, and {necessity}", f"added-{necessity}"
        return PartChange(where, what, breaking_if(required), rule, steps=steps)

    def _other_properties(self, old: LocatedSchema, new: LocatedSchema) -> Differences:
        """Compare what both schemas say about properties that they do not name."""
        (key_before, before), (key, after) = _of_others(old.schema), _of_others(new.schema)
        steps, is_gone = (key or key_before,), not key
        if isinstance(before, dict) and isinstance(after, dict):
            yield from self._link(old.part(before), new.part(after), "/{any}")
        elif (before is False) is not (after is False):
            is_closed = after is False
            what = "takes no other fields now" if is_closed else "takes other fields now"
            rule = f"additional-properties-{'closed' if is_closed else 'opened'}"
            level = breaking_if(is_closed and self._is_request)
            yield PartChange("", what, level, rule, steps=steps, is_gone=is_gone)
        elif isinstance(before, dict) is not isinstance(after, dict):
            less = isinstance(after, dict)
            what = "has rules now" if less else "may have any value"
            rule = f"additional-properties-{'restricted' if less else 'unrestricted'}"
            yield self._allows(what, rule, less, where="/{any}", steps=steps, is_gone=is_gone)

    def _patterns(self, old: LocatedSchema, new: LocatedSchema) -> Differences:
        before, after = (side.schema.get("patternProperties", {}) for side in (old, new))
        for pattern in {**before, **after}:
            where, steps = f"/{{{pattern}}}", ("patternProperties", pattern)
            if pattern in before and pattern in after:
                yield from self._link(old.part(before[pattern]), new.part(after[pattern]), where)
                continue
            is_new = pattern in after
            what = "has rules now" if is_new else "has no rules any more"
            rule = f"pattern-property-{'added' if is_new else 'removed'}"
            yield self._allows(what, rule, is_new, where=where, steps=steps, is_gone=not is_new)

    def _items(self, old: LocatedSchema, new: LocatedSchema) -> Differences:
        before, after = (side.schema.get("prefixItems", ()) for side in (old, new))
        rest_before, rest_after = (side.schema.get("items", True) for side in (old, new))
        for number in range(max(len(before), len(after))):
            schema = before[number] if number < len(before) else rest_before
            other = after[number] if number < len(after) else rest_after
            steps = ("prefixItems", number)
            is_gone = number >= len(after)
            yield from self._item(old.part(schema), new.part(other), f"/{number}", steps, is_gone)
        is_gone = "items" not in new.schema
        yield from self._item(
            old.part(rest_before), new.part(rest_after), "/*", ("items",), is_gone
        )

    def _item(
        self,
        old: LocatedSchema,
        new: LocatedSchema,
        where: str,
        steps: tuple[str | int, ...],
        is_gone: bool,
    ) -> Differences:
        before, after = (_without_meaning(side.schema) for side in (old, new))
        if before is after:
            return
        if after not in (True, False) and before not in (True, False):
            yield from self._link(old, new, where)
            return
        less = after is False or before is True
        yes = "may have any value" if after is True else "is allowed"
        what = "is not allowed any more" if after is False else "has rules now"
        rule = f"{kebab(str(steps[0]))}-{'restricted' if less else 'unrestricted'}"
        what = what if less else yes
        yield self._allows(what, rule, less, where=where, steps=steps, is_gone=is_gone)

    def _other_rules(self, old: LocatedSchema, new: LocatedSchema) -> Iterator[PartChange]:
        changed = [key for key in _OTHER_RULES if not self._has_same_rule(key, old, new)]
        if {"then", "else"} & {*changed} and "if" in changed:
            changed.remove("if")  # which is nothing without them
        for keyword in changed:
            name, steps = kebab(keyword), (keyword,)
            more = Level.BREAKING if keyword in _CONDITIONS else Level.RISKY
            basis = Basis.ITSELF if keyword == "contentSchema" else Basis.VALUES
            if keyword not in old.schema:
                what = f"has a rule by `{keyword}` now"
                yield self._allows(what, f"{name}-added", True, steps=steps, basis=basis)
            elif keyword not in new.schema:
                what, rule = f"has no rule by `{keyword}` any more", f"{name}-removed"
                yield self._allows(
                    what, rule, False, steps=steps, is_gone=True, more=more, basis=basis
                )
            else:
                what, rule = f"its rule by `{keyword}` has changed", f"{name}-changed"
                yield self._allows(what, rule, None, steps=steps, more=more, basis=basis)

    def _has_same_rule(self, keyword: str, old: LocatedSchema, new: LocatedSchema) -> bool:
        rules = [
            {keyword: side.schema[keyword]} if keyword in side.schema else {} for side in (old, new)
        ]
        return self._equality.holds(*rules)

    def _alternatives(self, old: LocatedSchema, new: LocatedSchema) -> Differences:
        """Compare the alternatives of equal names. A removed one breaks clients if no other accepts
        its requests; a new one is risky if no earlier one allowed its responses, and breaks them
        if they cannot know any value of its type."""
        pairs = paired(alternatives_of(old), alternatives_of(new), self._equality)
        before = [old for _, old, _ in pairs if old is not None]
        after = [new for _, _, new in pairs if new is not None]
        is_extended = any(earlier and later for _, earlier, later in pairs)
        for name, earlier, later in pairs:
            if earlier is not None and later is not None:
                yield from self._link(earlier, later, f" ({name})" if name else "")
            elif earlier is not None:
                breaks = self._is_request and not any(
                    self._is_compatible(earlier, other) for other in after
                )
                yield _alternative(name, "gone", breaking_if(breaks), old, earlier)
            elif later is not None:
                level = Level.HARMLESS
                if not self._is_request and not any(
                    self._is_compatible(other, later) for other in before
                ):
                    is_known = is_extended and _has_known_type(later, before)
                    level = Level.RISKY if is_known else Level.BREAKING
                yield _alternative(name, "new", level, new, later)


def _required(located: LocatedSchema) -> list[str]:
    return located.schema.get("required", [])


def _of_others(schema: dict[str, Any]) -> tuple[str, Any]:
    """Return the schema of properties that a schema does not name, True, False or an object, and
    the keyword that has it."""
    for keyword in ("additionalProperties", "unevaluatedProperties"):
        if keyword in schema:
            return keyword, _without_meaning(schema[keyword])
    return "", True


def _without_meaning(schema: Any) -> Any:
    """Return a schema, or True if it allows everything."""
    return True if schema == {} else schema


def _alternative(
    name: str, what: str, level: Level, whole: LocatedSchema, part: LocatedSchema
) -> PartChange:
    """Return the change of an alternative that is "gone" or "new"."""
    keyword = choice_keyword(whole.schema)
    numbers = [n for n, each in enumerate(whole.schema.get(keyword, ())) if each is part.schema]
    where = f" ({name})" if name else " (its only alternative)"
    rule = f"{kebab(keyword or 'oneOf')}-{'removed' if what == 'gone' else 'added'}"
    steps = (keyword, *numbers[:1]) if keyword else ()
    return PartChange(where, f"is {what}", level, rule, Basis.VALUES, steps, what == "gone")


def _has_known_type(new: LocatedSchema, known: list[LocatedSchema]) -> bool:
    """Return whether all types of a schema are those of others."""
    names = {name for each in known for name in types(*each)}
    if "number" in names:
        names.add("integer")
    return not names or {*types(*new)} <= names


def _content(schema: Any) -> str:
    """Return what tells a schema of a document from others: its content, for a merged schema is a
    new object each time."""
    return json.dumps(schema, sort_keys=True, default=str)
