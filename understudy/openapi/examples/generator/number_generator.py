"""Random numbers within bounds."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor, lcm
from random import Random

from understudy.openapi.examples.generator.budget import CannotGenerate
from understudy.openapi.examples.generator.combined_schema import CombinedSchema

#: Numbers are drawn from the first of this many multiples.
_SPAN = 100
_CENT = Fraction(1, 100)
#: A bound that is so many steps below zero is there for machines, not for people.
_FAR = 10_000
#: The bounds of the formats of integers.
_FORMATS = {"int32": 2**31, "int64": 2**63}


def generated_integer(schema: CombinedSchema, random: Random, ordinal: int | None) -> int:
    """Return an integer that fits; `ordinal` counts through them. Raises CannotGenerate."""
    low, high = _bounds(schema)
    limits = [_FORMATS[name] for name in schema.all("format") if name in _FORMATS]
    if limits:
        low = None if low is None else max(low, Fraction(-min(limits)))
        high = Fraction(min(limits) - 1) if high is None else min(high, Fraction(min(limits) - 1))
    step = _common_multiple([*_steps(schema), Fraction(1)])
    return int(_drawn(schema, low, high, step, random, ordinal))


def generated_number(schema: CombinedSchema, random: Random, ordinal: int | None) -> int | float:
    """Return a number that fits; `ordinal` counts through them. Raises CannotGenerate."""
    low, high = _bounds(schema)
    steps = _steps(schema)
    if steps:
        value = _drawn(schema, low, high, _common_multiple(steps), random, ordinal)
        return int(value) if value.denominator == 1 and abs(value) >= 2**53 else float(value)
    step = _CENT
    if low is not None and high is not None and high - low < _SPAN * _CENT:
        step = (high - low) / _SPAN or _CENT
    if ordinal is None and (low is None or high is None or high > low + _SPAN):
        low = _start(low, high, Fraction(1))
        high = low + _SPAN if high is None else min(high, low + _SPAN)
    if low is not None and low == high:
        return float(low)
    return float(_drawn(schema, low, high, step, random, ordinal, span=_SPAN * _SPAN))


def _drawn(
    schema: CombinedSchema,
    low: Fraction | None,
    high: Fraction | None,
    step: Fraction,
    random: Random,
    ordinal: int | None,
    span: int = _SPAN,
) -> Fraction:
    """Return a multiple of `step` between the bounds."""
    low = _start(low, high, step)
    first = ceil(low / step)
    if first * step == schema.greatest("exclusiveMinimum"):
        first += 1
    last = first + span if high is None else floor(high / step)
    if high is not None and last * step == schema.least("exclusiveMaximum"):
        last -= 1
    if last < first:
        raise CannotGenerate
    if ordinal is not None:
        return step * (first + ordinal if high is None else min(first + ordinal, last))
    return step * random.randint(first, min(last, first + span))


def _start(low: Fraction | None, high: Fraction | None, step: Fraction) -> Fraction:
    """Return where to begin: at zero rather than at a bound that is far below it."""
    if low is not None and low > -_FAR * step:
        return low
    if high is None or high > 0:
        return Fraction(0)
    return high - _SPAN * step if low is None else max(low, high - _SPAN * step)


def _bounds(schema: CombinedSchema) -> tuple[Fraction | None, Fraction | None]:
    lows = [schema.greatest("minimum"), schema.greatest("exclusiveMinimum")]
    highs = [schema.least("maximum"), schema.least("exclusiveMaximum")]
    low = max((Fraction(str(n)) for n in lows if n is not None), default=None)
    high = min((Fraction(str(n)) for n in highs if n is not None), default=None)
    return low, high


def _steps(schema: CombinedSchema) -> list[Fraction]:
    return [step for value in schema.all("multipleOf") if (step := Fraction(str(value))) > 0]


def _common_multiple(steps: list[Fraction]) -> Fraction:
    multiple = steps[0]
    for step in steps[1:]:
        scale = lcm(multiple.denominator, step.denominator)
        multiple = Fraction(lcm(int(multiple * scale), int(step * scale)), scale)
    return multiple
