"""Finds the media type of a body that a Content-Type header names; the most exact one wins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from understudy.openapi.operation import MediaType
from understudy.openapi.operation_reader import parse_media_type

#: The parameters that say how a body is written, not which media type it has.
_ENCODINGS = frozenset({"charset", "boundary"})


def media_of(known: Iterable[MediaType], content_type: str) -> MediaType | None:
    """Return the media type that a Content-Type names, or None.

    First comes the same type with the same parameters, then the same type, a type with the same
    suffix (`application/*+json`), `type/*`, and `*/*`. A parameter with another value, such as
    another version, does not fit.
    """
    kind, parameters = parse_media_type(content_type)
    if not kind:
        return None
    media = tuple(known)
    for name in _ranges(kind):
        fitting = [
            (fit, each)
            for each in media
            if each.type == name and (fit := _fit(each.parameters, parameters)) is not None
        ]
        if fitting:
            return max(fitting, key=lambda pair: pair[0])[1]
    return None


def is_within(kind: str, range_: str) -> bool:
    """Return whether a media type is within one like `image/*`, or the same."""
    return parse_media_type(range_)[0] in _ranges(kind)


def _ranges(kind: str) -> Iterator[str]:
    """Yield the names under which a media type may be declared, the most exact first."""
    yield kind
    main, _, sub = kind.partition("/")
    suffix = sub.rpartition("+")[2] if "+" in sub else sub
    yield f"{main}/*+{suffix}"
    yield f"{main}/*"
    yield "*/*"


def _fit(declared: Mapping[str, str], sent: Mapping[str, str]) -> tuple[int, int] | None:
    """Return how well parameters fit: first those that are missing count, then those that are
    equal. None if one has another value."""
    missing = equal = 0
    for name, value in declared.items():
        if name in sent:
            is_equal = sent[name].lower() == value.lower()
            if not is_equal and name not in _ENCODINGS:
                return None
            equal += is_equal
        elif name not in _ENCODINGS:
            missing += 1
    return -missing, equal
