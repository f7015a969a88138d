"""Comparison of two schemas at one level: what differs in their own keywords, and which schemas in
them differ."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from understudy.openapi.diff.change import Basis, PartChange
from understudy.openapi.diff.level import Level
from understudy.openapi.diff.schemas.alternatives import AlternativeComparison
from understudy.openapi.diff.schemas.annotations import annotation_changes
from understudy.openapi.diff.schemas.direction import Direction
from understudy.openapi.diff.schemas.equality import Equality
from understudy.openapi.diff.schemas.items import ItemComparison
from understudy.openapi.diff.schemas.keywords import kebab, keyword_changes
from understudy.openapi.diff.schemas.located_schema import LocatedSchema, choice_keyword
from understudy.openapi.diff.schemas.properties import PropertyComparison
from understudy.openapi.diff.schemas.schema_pairs import Differences, SchemaPairs

#: Rules of which only is told that they changed; those by which fields may be missing come first.
_CONDITIONS = ("if", "then", "else", "dependentRequired", "dependentSchemas")
_OTHER_RULES = (
    *_CONDITIONS,
    *("not", "contains", "propertyNames", "unevaluatedItems", "contentSchema"),
)


class LevelComparison:
    """Compares two schemas at one level. `is_compatible` tells whether an alternative may take the
    place of another."""

    def __init__(
        self,
        direction: Direction,
        equality: Equality,
        pairs: SchemaPairs,
        is_compatible: Callable[[LocatedSchema, LocatedSchema], bool],
    ) -> None:
        self._direction = direction
        self._equality = equality
        self._alternatives = AlternativeComparison(direction, pairs, equality, is_compatible)
        self._properties = PropertyComparison(direction, pairs)
        self._items = ItemComparison(direction, pairs)

    def differences(self, old: LocatedSchema, new: LocatedSchema) -> Differences:
        """Yield the changes of two merged schemas, and the pairs of schemas in them that differ."""
        yield from annotation_changes(old, new, is_request=self._direction.is_request)
        has_choice = [bool(choice_keyword(side.schema)) for side in (old, new)]
        if any(has_choice):
            yield from self._alternatives.differences(old, new)
        if has_choice[0] is not has_choice[1]:
            return  # both schemas have been compared as a whole, alternative by alternative
        for change in keyword_changes(old.schema, new.schema):
            yield self._direction.allows(
                change.what,
                change.rule,
                change.less,
                steps=(change.keyword,),
                is_gone=change.keyword not in new.schema,
                more=change.more,
                basis=change.basis,
            )
        yield from self._properties.differences(old, new)
        yield from self._items.differences(old, new)
        yield from self._other_rules(old, new)

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
                yield self._direction.allows(what, f"{name}-added", True, steps=steps, basis=basis)
            elif keyword not in new.schema:
                what, rule = f"has no rule by `{keyword}` any more", f"{name}-removed"
                yield self._direction.allows(
                    what, rule, False, steps=steps, is_gone=True, more=more, basis=basis
                )
            else:
                what, rule = f"its rule by `{keyword}` has changed", f"{name}-changed"
                yield self._direction.allows(what, rule, None, steps=steps, more=more, basis=basis)

    def _has_same_rule(self, keyword: str, old: LocatedSchema, new: LocatedSchema) -> bool:
        rules = [
            {keyword: side.schema[keyword]} if keyword in side.schema else {} for side in (old, new)
        ]
        return self._equality.holds(*rules)
