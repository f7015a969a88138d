"""Comparison of the parameters of an operation."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from understudy.openapi.diff.change import PartChange
from understudy.openapi.diff.level import Level, breaking_if
from understudy.openapi.diff.operations.pair import Pair, deprecation_changes, necessity_change
from understudy.openapi.diff.schemas.comparison import SchemaComparison
from understudy.openapi.diff.schemas.direction import REQUEST
from understudy.openapi.diff.schemas.located_schema import LocatedSchema, rules
from understudy.openapi.document import Document
from understudy.openapi.operation import Operation, Parameter
from understudy.openapi.schemas.schema import types, types_of

#: The styles of lists that are the same for a server: each of them is one value with commas.
_STYLES = {"query": "form", "cookie": "form", "path": "simple", "header": "simple"}


class ParameterComparison:
    """Compares parameters of two documents."""

    def __init__(self, old: Document, new: Document, schemas: SchemaComparison) -> None:
        self._old = old
        self._new = new
        self._schemas = schemas

    def changes(self, pair: Pair) -> Iterator[PartChange]:
        """Yield the changes of the parameters of one operation."""
        before, after = _by_place(pair.before), _by_place(pair.after)
        is_request = pair.request == REQUEST
        for key, parameter in before.items():
            if key not in after:
                yield PartChange(
                    _name(parameter),
                    "is gone",
                    Level.BREAKING,
                    "request-parameter-removed",
                    is_gone=True,
                    place=parameter.place,
                )
        for key, parameter in after.items():
            where, earlier = _name(parameter), before.get(key)
            if earlier is None:
                word = "required" if parameter.required else "optional"
                yield PartChange(
                    where,
                    f"is new, and {word}",
                    breaking_if(parameter.required and is_request),
                    f"request-parameter-added-{word}",
                    place=parameter.place,
                )
                continue
            for change in self._changes_of(earlier, parameter, pair.request):
                named = change.of("request-parameter", "request-parameter-property")
                yield named.below(where).at(earlier.place, parameter.place)

    def _changes_of(
        self, before: Parameter, after: Parameter, direction: str
    ) -> Iterator[PartChange]:
        yield from necessity_change(before.required, after.required, direction)
        yield from deprecation_changes(before.definition, after.definition)
        yield from _allowance_changes(before, after, direction)
        forms = self._form(self._old, before), self._form(self._new, after)
        yield from form_changes(*forms)
        old = LocatedSchema(self._old, before.schema)
        new = LocatedSchema(self._new, after.schema)
        changes = self._schemas.changes(old, new, direction)
        yield from (
            changes
            if any(form.media_type for form in forms)
            else as_texts(changes, old, new, direction)
        )

    @staticmethod
    def _form(document: Document, parameter: Parameter) -> _Form:
        return form_of(document, parameter.definition, parameter.where, parameter.schema)


class _Form(NamedTuple):
    """The form in which the value of a parameter, header or field is written."""

    media_type: str
    style: str
    explode: bool

    def __str__(self) -> str:
        if self.media_type:
            return self.media_type
        return f"{self.style}{', exploded' if self.explode else ''}"


def form_changes(before: _Form, after: _Form) -> Iterator[PartChange]:
    """Yield the change of the form in which a value is written."""
    if before != after:
        what = f"was written as {before}, and is as {after}"
        yield PartChange("", what, Level.BREAKING, "serialization-changed")


def as_texts(
    changes: Iterator[PartChange], old: LocatedSchema, new: LocatedSchema, direction: str
) -> Iterator[PartChange]:
    """Yield the changes of schemas of values that are sent as text: any text is a string, so a type
    that becomes `string` allows more than before."""
    before, after = _text_types(old), _text_types(new)
    for change in changes:
        if change.where or change.rule != "type-changed" or not {before, after} & {("string",)}:
            yield change
            continue
        is_wider = after == ("string",)
        level = breaking_if(is_wider is not (direction == REQUEST))
        rule = f"type-{'generalized' if is_wider else 'specialized'}"
        yield change._replace(level=level, rule=rule)


def _text_types(located: LocatedSchema) -> tuple[str, ...]:
    """Return the types of a schema; none if its values may have several parts, or are texts that
    the schema limits."""
    schema = located.merged().schema
    named = types_of(schema)
    is_limited = "string" in named and any(key != "type" for key, _ in rules(schema))
    return () if is_limited or {"array", "object"} & {*named} else named


def _allowance_changes(before: Parameter, after: Parameter, direction: str) -> Iterator[PartChange]:
    """Yield the changes of the texts that a parameter may have besides its values."""
    for key, name, words in (
        ("allowEmptyValue", "empty-value", "be empty"),
        ("allowReserved", "reserved-characters", "have reserved characters"),
    ):
        is_set = bool(after.definition.get(key))
        if is_set is bool(before.definition.get(key)):
            continue
        level = breaking_if(is_set is not (direction == REQUEST))
        what = f"may {words} now" if is_set else f"may no longer {words}"
        yield PartChange("", what, level, f"{name}-{'allowed' if is_set else 'forbidden'}")


def form_of(document: Document, definition: Mapping[str, Any], where: str, schema: Any) -> _Form:
    """Return how a value is written. `explode` counts only where a value has several parts."""
    content = definition.get("content")
    if isinstance(content, dict) and "schema" not in definition:
        return _Form(next(iter(content), ""), "", False)
    style = str(definition.get("style", _STYLES.get(where, "form")))
    named = types(document, schema)
    # The items of a list are written alike in the style `simple`.
    of_parts = {"object"} if style == "simple" else {"array", "object"}
    has_parts = not named or bool(of_parts & {*named})
    explode = definition.get("explode", style == "form")
    return _Form("", style, bool(explode) and has_parts and style != "deepObject")


def _name(parameter: Parameter) -> str:
    return f"{parameter.where} parameter {parameter.name}"


def _by_place(operation: Operation) -> dict[tuple[str, str], Parameter]:
    """Return the parameters by their place and name; those of the path by their order instead, for
    clients do not see their names."""
    order = re.findall(r"\{([^}]*)\}", operation.path)
    places = {}
    for parameter in operation.parameters:
        name = parameter.name
        if parameter.where == "path" and name in order:
            name = str(order.index(name))
        elif parameter.where == "header":
            name = name.lower()
        places[parameter.where, name] = parameter
    return places
