"""Comparison of bodies by media type, and of how the fields of forms are encoded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from understudy.openapi.diff.change import PartChange
from understudy.openapi.diff.level import Level, breaking_if
from understudy.openapi.diff.operations.headers import HasHeaders, HeaderComparison
from understudy.openapi.diff.operations.parameters import form_changes, form_of
from understudy.openapi.diff.schemas.comparison import SchemaComparison
from understudy.openapi.diff.schemas.direction import REQUEST
from understudy.openapi.diff.schemas.located_schema import LocatedSchema
from understudy.openapi.document import Document, escape
from understudy.openapi.operation import Body, MediaType

#: Media types whose bodies have fields, each with an encoding.
_FORMS = ("multipart/", "application/x-www-form-urlencoded")


class MediaTypeComparison:
    """Compares the media types of bodies of two documents."""

    def __init__(
        self, old: Document, new: Document, schemas: SchemaComparison, headers: HeaderComparison
    ) -> None:
        self._old = old
        self._new = new
        self._schemas = schemas
        self._headers = headers

    def changes(
        self, where: str, name: str, before: Body, after: Body, direction: str
    ) -> Iterator[PartChange]:
        """Yield the changes of a body; `name` is its part of the names of kinds."""
        pairs = list(_pairs(before, after))
        for old in before.media.values():
            if not any(old is each for each, _ in pairs):
                rule, what = f"{name}-media-type-removed", f"{old.name} is gone"
                yield PartChange(where, what, Level.BREAKING, rule, is_gone=True, place=old.place)
        for new in after.media.values():
            if not any(new is each for _, each in pairs):
                level = breaking_if(direction != REQUEST and not pairs and bool(before.media))
                rule, what = f"{name}-media-type-added", f"{new.name} is new"
                yield PartChange(where, what, level, rule, place=new.place)
        for old, new in pairs:
            for change in self._changes_of(name, old, new, direction):
                yield change.below(where).at(old.place, new.place)

    def _changes_of(
        self, name: str, before: MediaType, after: MediaType, direction: str
    ) -> Iterator[PartChange]:
        for change in _name_changes(before, after, direction):
            yield change.of(name)
        for key, inner in (("schema", ""), ("itemSchema", "/*")):
            old, new = (media.definition.get(key, True) for media in (before, after))
            for change in self._schemas.changes(
                LocatedSchema(self._old, old), LocatedSchema(self._new, new), direction
            ):
                field = f"{name.removesuffix('-body')}-property"
                yield change.below(inner).of(name, field)
        if after.type.startswith(_FORMS):
            for change in self._encoding_changes(before, after, direction):
                yield change.of(f"{name}-encoding")

    def _encoding_changes(
        self, before: MediaType, after: MediaType, direction: str
    ) -> Iterator[PartChange]:
        """Compare how the fields of a form are encoded."""
        old, new = (media.definition.get("encoding", {}) for media in (before, after))
        for name in {**old, **new}:
            sides = [
                HasHeaders(encodings.get(name, {}), f"{media.place}/encoding/{escape(name)}")
                for encodings, media in ((old, before), (new, after))
            ]
            forms = [
                form_of(document, side.definition, "query", _field(document, media, name))
                for document, side, media in zip(
                    (self._old, self._new), sides, (before, after), strict=True
                )
            ]
            changes = [
                *_content_type_changes(sides[0].definition, sides[1].definition, direction),
                *form_changes(*forms),
                *(
                    each.of("header")
                    for each in self._headers.changes("", sides[0], sides[1], direction)
                ),
            ]
            for change in changes:
                below = change.below(f"/{escape(name)}")._replace(is_gone=name not in new)
                yield below.at(sides[0].place, sides[1].place)


def _pairs(before: Body, after: Body) -> Iterator[tuple[MediaType, MediaType]]:
    """Yield the media types that belong together: those of one name, whatever their charset; else
    one within the range of the other."""
    old, new = list(before.media.values()), list(after.media.values())
    for fits in (_is_same, _is_one_within_other):
        for earlier in list(old):
            later = next((each for each in new if fits(earlier, each)), None)
            if later is not None:
                old.remove(earlier)
                new.remove(later)
                yield earlier, later


def _is_same(one: MediaType, other: MediaType) -> bool:
    texts = [
        {key: value.lower() for key, value in each.parameters.items() if key != "charset"}
        for each in (one, other)
    ]
    return one.type == other.type and texts[0] == texts[1]


def _is_one_within_other(one: MediaType, other: MediaType) -> bool:
    return _is_within(one.type, other.type) or _is_within(other.type, one.type)


def _is_within(kind: str, range_: str) -> bool:
    """Return whether a media type is within a range such as `image/*`."""
    return range_ == "*/*" or (range_.endswith("/*") and kind.startswith(range_[:-1]))


def _name_changes(before: MediaType, after: MediaType, direction: str) -> Iterator[PartChange]:
    if before.type == after.type:
        return
    is_wider = _is_within(before.type, after.type)
    word = "generalized" if is_wider else "specialized"
    what = f"its media type was {before.name}, and is {after.name}"
    level = breaking_if(is_wider is not (direction == REQUEST))
    yield PartChange("", what, level, f"media-type-{word}")


def _content_type_changes(
    before: Mapping[str, Any], after: Mapping[str, Any], direction: str
) -> Iterator[PartChange]:
    old, new = (side.get("contentType") for side in (before, after))
    if old == new:
        return
    sent, accepted = (old, new) if direction == REQUEST else (new, old)
    breaks = sent is None or accepted is None or not _names(sent) <= _names(accepted)
    now = f"and is {new}" if new else "and is no more"
    what = f"its media type was {old}, {now}" if old else f"its media type is {new} now"
    if _names(old) != _names(new):
        yield PartChange("", what, breaking_if(breaks), "media-type-changed")


def _names(text: Any) -> set[str]:
    return {part.strip().lower() for part in str(text).split(",")}


def _field(document: Document, media: MediaType, name: str) -> Any:
    schema = LocatedSchema(document, media.definition.get("schema", {})).merged().schema
    return schema.get("properties", {}).get(name, {})
