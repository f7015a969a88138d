"""Chooses the media type of a response by the `Accept` header (RFC 9110, section 12.5.1)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from werkzeug.http import parse_accept_header, parse_options_header

from understudy.errors import Problem, header_problem
from understudy.http.body.media_types import is_within
from understudy.openapi.operation import MediaType

#: The `Accept` headers whose choice is remembered, for one response of one operation.
MOST_REMEMBERED = 100

_ANY = frozenset((b"", b"*/*"))


class _Range(NamedTuple):
    """A media range of an `Accept` header, and its weight (0 to 1)."""

    type: str
    subtype: str
    parameters: dict[str, str]
    weight: float


class Negotiator:
    """Chooses among the declared media types of one response."""

    def __init__(self, media_types: Sequence[MediaType]) -> None:
        self._media_types = media_types
        self._declared = [_parsed(media.content_type) for media in media_types]
        self._remembered: dict[bytes, MediaType | None] = {}

    def choose(self, accept: bytes) -> MediaType | None:
        """Return the media type that a client prefers, or None if it accepts none of them.

        The first declared one is for clients that accept anything. Of equal weights the more
        specific range wins, then the one that the client names first.
        """
        if accept in _ANY:
            return self._media_types[0]
        if accept not in self._remembered:
            if len(self._remembered) >= MOST_REMEMBERED:
                self._remembered.clear()
            self._remembered[accept] = self._chosen(_ranges(accept.decode("latin-1")))
        return self._remembered[accept]

    def _chosen(self, ranges: Sequence[_Range]) -> MediaType | None:
        if not ranges:
            return self._media_types[0]
        best, chosen = (0.0, 0, 0), None
        for media, declared in zip(self._media_types, self._declared, strict=True):
            rank = _rank(declared, ranges)
            if rank > best:
                best, chosen = rank, media
        return chosen or self._chosen_range(ranges)

    def _chosen_range(self, ranges: Sequence[_Range]) -> MediaType | None:
        """Return the first declared range, such as `image/*`, that has a media type that the client
        accepts."""
        accepted = [f"{each.type}/{each.subtype}" for each in ranges if each.weight]
        declared = (media for media in self._media_types if "*" in media.type)
        return next((m for m in declared if any(is_within(a, m.type) for a in accepted)), None)


def not_acceptable(media_types: Sequence[MediaType]) -> Problem:
    """Return the problem of a client that accepts none of the declared media types."""
    declared = " or ".join(media.content_type for media in media_types)
    message = f"the response can be sent as {declared}, which Accept does not allow"
    return header_problem(406, "Accept", message, "NOT_ACCEPTABLE")


def _ranges(accept: str) -> list[_Range]:
    """Return the media ranges of an `Accept` header. Without one that can be read it is as if there
    were no header."""
    items = (
        ("*/*" if text == "*" else text, weight) for text, weight in parse_accept_header(accept)
    )
    return [_Range(*_parsed(text), weight) for text, weight in items if "/" in text]


def _parsed(media_type: str) -> tuple[str, str, dict[str, str]]:
    essence, parameters = parse_options_header(media_type)
    main, _, subtype = essence.lower().partition("/")
    return main, subtype, {k: v for k, v in parameters.items() if k != "charset"}


def _rank(
    declared: tuple[str, str, dict[str, str]], ranges: Sequence[_Range]
) -> tuple[float, int, int]:
    """Return the weight of a media type, how specific the range is that gives it, and how early
    the client names that (as a negative number). Nothing accepted: zeros."""
    matches = [
        (specificity, -position, accepted.weight)
        for position, accepted in enumerate(ranges)
        for specificity in [_specificity(declared, accepted)]
        if specificity
    ]
    if not matches:
        return 0.0, 0, 0
    specificity, position, weight = max(matches)
    return (weight, specificity, position) if weight else (0.0, 0, 0)


def _specificity(declared: tuple[str, str, dict[str, str]], accepted: _Range) -> int:
    """Return how specific a range is that includes a media type; 0 if it does not."""
    main, subtype, parameters = declared
    if any(parameters.get(name) != value for name, value in accepted.parameters.items()):
        return 0
    if (accepted.type, accepted.subtype) == (main, subtype):
        return 4 + len(accepted.parameters)
    if accepted.type == main and subtype.endswith(f"+{accepted.subtype}"):
        return 3  # `application/json` stands for what is JSON by its suffix
    if accepted.subtype == "*" and accepted.type == main:
        return 2
    return int(accepted.type == accepted.subtype == "*")
