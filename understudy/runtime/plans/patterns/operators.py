"""Operators of patterns, such as `{"$regex": "^a"}`: what a value must be like."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import isfinite
from operator import ge, gt, le, lt
from typing import Any

from understudy.http.json_codec import ABSENT
from understudy.openapi.schemas.strings.patterns import linear_search
from understudy.runtime.plans.patterns.containing import equal
from understudy.runtime.plans.patterns.mismatch import Mismatch, Pattern, Steps

#: Returns whether a value passes; it is ABSENT if nothing is there. Raises TooManySteps.
Test = Callable[[Any, Steps], bool]

TYPES: Mapping[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "number": lambda value: _is_number(value),
    "integer": lambda value: _is_number(value) and value == int(value),
    "boolean": lambda value: isinstance(value, bool),
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "null": lambda value: value is None,
}
_LONGEST_REGEX = 1000
_NOT_LINEAR = (
    "takes a regular expression (of ECMA-262, such as ^[a-z]+$) that can be searched in linear "
    "time: without lookaround, references to groups, and thousands of repetitions"
)
#: Characters that are searched in one step.
_CHARACTERS = 4


@dataclass(frozen=True, slots=True)
class Operators:
    """Operators that a value must pass, all of them."""

    wanted: Mapping[str, Any]
    tests: Mapping[str, Test]

    def fits(self, got: Any, steps: Steps) -> bool:
        """See `Pattern`."""
        steps.take()
        return all(test(got, steps) for test in self.tests.values())

    def differences(self, got: Any, place: str, steps: Steps) -> Iterator[Mismatch]:
        """See `Pattern`."""
        steps.take()
        for name, test in self.tests.items():
            if not test(got, steps):
                yield Mismatch(place, {name: self.wanted[name]}, got)


def exists(operand: Any) -> Test:
    """Read `$exists`. Raises ValueError."""
    if not isinstance(operand, bool):
        raise ValueError("takes true or false")
    return lambda got, _: (got is not ABSENT) is operand


def of_type(operand: Any) -> Test:
    """Read `$type`. Raises ValueError."""
    if not isinstance(operand, str) or operand not in TYPES:
        raise ValueError(f"takes one of {', '.join(TYPES)}")
    is_type = TYPES[operand]
    return lambda got, _: is_type(got)


def regex(operand: Any) -> Test:
    """Read `$regex`: it is found anywhere in a text. Raises ValueError."""
    if not isinstance(operand, str) or len(operand) > _LONGEST_REGEX:
        raise ValueError(f"takes a regular expression of at most {_LONGEST_REGEX} characters")
    search = linear_search(operand)
    if search is None:
        raise ValueError(_NOT_LINEAR)

    def test(got: Any, steps: Steps) -> bool:
        if not isinstance(got, str):
            return False
        steps.take(len(got) // _CHARACTERS)
        return search(got)

    return test


def equals(operand: Any) -> Test:
    """Read `$eq`: the whole value."""
    return lambda got, steps: equal(operand, got, steps)


def one_of(operand: Any) -> Test:
    """Read `$in`: one of these values, as a whole. Raises ValueError."""
    if not isinstance(operand, list) or not operand:
        raise ValueError("takes a list of values")
    return lambda got, steps: any(equal(value, got, steps) for value in operand)


def negated(pattern: Pattern) -> Test:
    """Return the test of `$not`."""
    return lambda got, steps: not pattern.fits(got, steps)


def compared(compare: Callable[[Any, Any], bool], operand: Any, *, in_text: bool) -> Test:
    """Read a bound: of numbers, or of texts. A number is also compared with the number that is
    written `in_text`, in a query or a header. Raises ValueError."""
    if isinstance(operand, str):
        return lambda got, _: isinstance(got, str) and compare(got, operand)
    if not _is_number(operand):
        raise ValueError("takes a number, or a text such as a time")

    def test(got: Any, _: Steps) -> bool:
        number = _written(got) if in_text else got
        return _is_number(number) and compare(number, operand)

    return test


BOUNDS: Mapping[str, Callable[[Any, Any], bool]] = {"$gt": gt, "$gte": ge, "$lt": lt, "$lte": le}
SIMPLE: Mapping[str, Callable[[Any], Test]] = {
    "$regex": regex,
    "$type": of_type,
    "$exists": exists,
    "$eq": equals,
    "$in": one_of,
}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _written(text: Any) -> Any:
    try:
        number = float(text)
    except (TypeError, ValueError):
        return None
    return number if isfinite(number) else None
