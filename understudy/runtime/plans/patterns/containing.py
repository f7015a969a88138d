"""Patterns that fit what contains them: objects with these fields, lists with these items."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from understudy.http.json_codec import ABSENT
from understudy.openapi.document import escape
from understudy.runtime.plans.patterns.mismatch import Mismatch, Pattern, Steps

#: Items of a list among which the nearest one is looked for, and differences that are counted then.
_MOST_ITEMS = 50
_MOST_DIFFERENCES = 20


def equal(wanted: Any, got: Any, steps: Steps) -> bool:
    """Return whether two JSON values are equal: 1 is 1.0, but not true. Raises TooManySteps."""
    steps.take()
    if isinstance(wanted, dict) and isinstance(got, dict):
        return wanted.keys() == got.keys() and all(
            equal(v, got[k], steps) for k, v in wanted.items()
        )
    if isinstance(wanted, list) and isinstance(got, list):
        pairs = zip(wanted, got, strict=False)
        return len(wanted) == len(got) and all(equal(*pair, steps) for pair in pairs)
    if isinstance(wanted, dict | list) or isinstance(got, dict | list):
        return False
    return bool(wanted == got) and isinstance(wanted, bool) is isinstance(got, bool)


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text, a number, true, false or null, which fits itself."""

    wanted: Any

    def fits(self, got: Any, steps: Steps) -> bool:
        """See `Pattern`."""
        return equal(self.wanted, got, steps)

    def differences(self, got: Any, place: str, steps: Steps) -> Iterator[Mismatch]:
        """See `Pattern`."""
        if not self.fits(got, steps):
            yield Mismatch(place, self.wanted, got)


@dataclass(frozen=True, slots=True)
class Fields:
    """Patterns of the fields of an object, which may have other fields."""

    wanted: Any
    fields: Mapping[str, Pattern]

    def fits(self, got: Any, steps: Steps) -> bool:
        """See `Pattern`."""
        steps.take()
        return isinstance(got, dict) and all(
            pattern.fits(got.get(name, ABSENT), steps) for name, pattern in self.fields.items()
        )

    def differences(self, got: Any, place: str, steps: Steps) -> Iterator[Mismatch]:
        """See `Pattern`."""
        steps.take()
        if not isinstance(got, dict):
            yield Mismatch(place, self.wanted, got)
            return
        for name, pattern in self.fields.items():
            yield from pattern.differences(got.get(name, ABSENT), _inner(place, name), steps)


@dataclass(frozen=True, slots=True)
class Items:
    """Patterns of items of a list, in this order; other items may stand between them."""

    wanted: Any
    items: Sequence[Pattern]

    def fits(self, got: Any, steps: Steps) -> bool:
        """See `Pattern`."""
        steps.take()
        if not isinstance(got, list):
            return False
        rest = iter(got)  # each pattern takes the first item that fits, and goes on behind it
        return all(any(pattern.fits(item, steps) for item in rest) for pattern in self.items)

    def differences(self, got: Any, place: str, steps: Steps) -> Iterator[Mismatch]:
        """See `Pattern`."""
        steps.take()
        if not isinstance(got, list):
            yield Mismatch(place, self.wanted, got)
            return
        start = 0
        for pattern in self.items:
            rest = range(start, len(got))
            found = next((n for n in rest if pattern.fits(got[n], steps)), None)
            if found is None:
                yield from _no_item(pattern, got, start, place, steps)
            else:
                start = found + 1


def _no_item(
    pattern: Pattern, got: list[Any], start: int, place: str, steps: Steps
) -> Iterator[Mismatch]:
    """Yield that no item from `start` on fits a pattern, and how the nearest one differs."""
    note = f"no item after {_inner('', start - 1)} fits" if start else "no item fits"
    before = next((n for n in range(start) if pattern.fits(got[n], steps)), None)
    if before is not None:
        note += f" ({_inner('', before)} would, but the order matters)"
    nearest = _nearest(pattern, got, start, place, steps)
    if before is not None or nearest is None:
        yield Mismatch(place, pattern.wanted, got, note)
        return
    number, differences = nearest
    note += f", the nearest is {_inner('', number)}"
    yield Mismatch(place, pattern.wanted, got[number], note)
    yield from differences


def _nearest(
    pattern: Pattern, got: list[Any], start: int, place: str, steps: Steps
) -> tuple[int, list[Mismatch]] | None:
    """Return the number of the item that differs least, and how; None if no item is of the kind of
    the pattern, so that all differ as a whole."""
    best = None
    for number in range(start, min(len(got), start + _MOST_ITEMS)):
        found = pattern.differences(got[number], _inner(place, number), steps)
        differences = list(islice(found, _MOST_DIFFERENCES))
        if differences[0].where == _inner(place, number) and not differences[0].note:
            continue
        if best is None or len(differences) < len(best[1]):
            best = number, differences
    return best


def _inner(place: str, step: str | int) -> str:
    """Return the place of a part: a JSON pointer, after the name of what it points into."""
    return f"{place}{'/' if '/' in place or not place else ' /'}{escape(step)}"
