"""Writes discriminators in the words of JSON Schema: one `if` and `then` for each choice."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from understudy.openapi.schemas.discriminator import Choice, Discriminator
from understudy.openapi.schemas.keywords import Context


class Dispatch:
    """The parts that a discriminator adds to the `allOf` of a converted schema.

    The first allows the values that choose something, the others are a choice each.
    """

    def __init__(
        self,
        discriminator: Discriminator,
        converted: dict[str, Any],
        *,
        is_optional: bool,
        is_required: bool,
        with_aliases: bool,
        convert: Callable[[Any], Any],
    ) -> None:
        """`converted` is the schema without the discriminator. The property is optional in this
        direction or mode, or the schema requires it already. Without aliases, a choice has
        its main values only. `convert` converts schemas that are
        not in `converted`."""
        self._discriminator = discriminator
        self._converted = converted
        self._must_exist = not (is_optional or is_required or discriminator.keyword == "allOf")
        self._convert = convert
        self._with_aliases = with_aliases
        self._start = len(converted.get("allOf", ()))

    @property
    def replaced(self) -> str:
        """The keyword that the parts replace, or an empty string."""
        keyword = self._discriminator.keyword
        return "" if keyword == "allOf" else keyword

    def parts(self) -> list[dict[str, Any]]:
        """Return the parts."""
        return [self._known_values(), *self._choices()]

    def moved(self, context: Context) -> dict[str, str]:
        """Return the pointers to the parts of the schema, and to where they are in the document."""
        keyword, others = self._discriminator.keyword, self._discriminator.others
        known = context.inner("allOf", self._start)
        other = (keyword, others[0]) if len(others) == 1 else (keyword,)
        moved = {known: context.inner("discriminator"), f"{known}/else": context.inner(*other)}
        moved[f"{known}/else/{keyword}"] = context.inner(keyword)
        for number, index in enumerate(others):
            moved[f"{known}/else/{keyword}/{number}"] = context.inner(keyword, index)
        for number, choice in enumerate(self._discriminator.choices, self._start + 1):
            place = ("discriminator",) if choice.index is None else (keyword, choice.index)
            moved[context.inner("allOf", number, "then")] = context.inner(*place)
        return moved

    def _known_values(self) -> dict[str, Any]:
        """Return the schema of objects whose property chooses a schema, and of the values that are
        no objects."""
        keyword, others = self._discriminator.keyword, self._discriminator.others
        known: dict[str, Any] = {}
        if self._discriminator.default is None:
            known = _has_value(self._discriminator.property_name, self._values())
            if not self._must_exist:
                del known["required"]
        if keyword == "allOf":
            return known
        if not others:
            return {"type": "object", **known}
        listed = [self._converted[keyword][index] for index in others]
        other = listed[0] if len(listed) == 1 else {keyword: listed}
        return {"if": {"type": "object"}, "then": known, "else": other}

    def _values(self) -> list[Any]:
        """Return all values that choose something, aliases last."""
        aliases = [a for choice in self._discriminator.choices for a in choice.aliases]
        return [*self._discriminator.values, *(aliases if self._with_aliases else ())]

    def _chosen_by(self, choice: Choice) -> tuple[Any, ...]:
        return choice.values + choice.aliases if self._with_aliases else choice.values

    def _choices(self) -> Iterator[dict[str, Any]]:
        name, keyword = self._discriminator.property_name, self._discriminator.keyword
        for choice in self._discriminator.choices:
            if choice.index is None:
                then = self._convert(choice.schema)
            else:
                then = self._converted[keyword][choice.index]
            yield {
                "if": {"type": "object", **_has_value(name, self._chosen_by(choice))},
                "then": then,
            }
        if self._discriminator.default is not None:
            known = _has_value(name, self._values())
            then = self._convert(self._discriminator.default)
            yield {"if": {"type": "object", "not": known}, "then": then}


def _has_value(name: str, values: Sequence[Any]) -> dict[str, Any]:
    """Return the schema of objects that have one of some values as a property."""
    return {"properties": {name: {"enum": list(values)}}, "required": [name]}
