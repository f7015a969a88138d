"""Reads the patterns of a matcher from JSON, with the pointers of what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from understudy.errors import Invalid, Violation
from understudy.openapi.document import escape
from understudy.runtime.plans.patterns.containing import Fields, Items, Scalar
from understudy.runtime.plans.patterns.json_path import JSONPath
from understudy.runtime.plans.patterns.mismatch import Pattern
from understudy.runtime.plans.patterns.operators import (
    BOUNDS,
    SIMPLE,
    Operators,
    Test,
    compared,
    negated,
)
from understudy.suggestions import hint

#: Nested levels of a pattern, and regular expressions and JSON paths of a matcher.
_DEEPEST = 64
_MOST_PROGRAMS = 20
_TOO_DEEP = f"is nested more than {_DEEPEST} levels deep, which a pattern may not be"

NAMES = (*SIMPLE, *BOUNDS, "$not")


class PatternReader:
    """Reads the patterns of one matcher. Its methods take the JSON pointer to a pattern in the body
    of the request, and raise Invalid, with the status 409: the contract does not say all of it."""

    def __init__(self) -> None:
        self.programs = 0

    def of_value(self, wanted: Any, at: str, depth: int = 0) -> Pattern:
        """Read the pattern of a JSON value."""
        if depth > _DEEPEST:
            raise refused(at, _TOO_DEEP)
        if isinstance(wanted, list):
            items = [self.of_value(v, f"{at}/{n}", depth + 1) for n, v in enumerate(wanted)]
            return Items(wanted, items)
        if not isinstance(wanted, dict):
            return Scalar(wanted)
        if any(name.startswith("$") for name in wanted):
            return self._operators(wanted, at, depth)
        fields = {
            name: self.of_value(value, f"{at}/{escape(name)}", depth + 1)
            for name, value in wanted.items()
        }
        return Fields(wanted, fields)

    def of_text(self, wanted: Any, at: str, depth: int = 0) -> Pattern:
        """Read the pattern of a parameter or a header: a text, or operators."""
        if isinstance(wanted, str):
            return Scalar(wanted)
        if depth > _DEEPEST:
            raise refused(at, _TOO_DEEP)
        if isinstance(wanted, dict) and any(name.startswith("$") for name in wanted):
            return self._operators(wanted, at, depth, in_text=True)
        raise refused(at, f"takes a text, or operators: {', '.join(NAMES)}")

    def of_path(self, path: str, wanted: Any, at: str) -> JSONPath:
        """Read a JSON path and the pattern of the values that it leads to."""
        self._count(at)
        try:
            return JSONPath(path, self.of_value(wanted, at))
        except ValueError as error:
            raise refused(at, str(error)) from None

    def _operators(
        self, wanted: dict[str, Any], at: str, depth: int, *, in_text: bool = False
    ) -> Operators:
        tests = {
            name: self._operator(name, operand, f"{at}/{escape(name)}", depth, in_text=in_text)
            for name, operand in wanted.items()
        }
        return Operators(wanted, tests)

    def _operator(self, name: str, operand: Any, at: str, depth: int, *, in_text: bool) -> Test:
        if name == "$not":
            return negated((self.of_text if in_text else self.of_value)(operand, at, depth + 1))
        if name not in NAMES:
            raise refused(at, _unknown(name))
        if name == "$regex":
            self._count(at)
        if name in ("$eq", "$in"):
            _check_depth(operand, at, depth)
        readers: Mapping[str, Any] = {
            **SIMPLE,
            **{bound: partial(compared, test, in_text=in_text) for bound, test in BOUNDS.items()},
        }
        try:
            test: Test = readers[name](operand)
        except ValueError as error:
            raise refused(at, f"{name} {error}") from None
        return test

    def _count(self, at: str) -> None:
        self.programs += 1
        if self.programs > _MOST_PROGRAMS:
            raise refused(
                at, f"a matcher may have {_MOST_PROGRAMS} regular expressions and JSON paths"
            )


def refused(at: str, message: str) -> Invalid:
    """Return the error of a pattern."""
    return Invalid([Violation("body", at, message)], status=409)


def _check_depth(value: Any, at: str, depth: int) -> None:
    """Check that a value is not nested too deep to be compared."""
    level = [value]
    for _ in range(depth, _DEEPEST):
        parents = [node for node in level if isinstance(node, dict | list)]
        level = [v for n in parents for v in (n.values() if isinstance(n, dict) else n)]
    if level:
        raise refused(at, _TOO_DEEP)


def _unknown(name: str) -> str:
    if not name.startswith("$"):
        return (
            f"a field {name!r} cannot stand beside operators; an object that has such fields is "
            'compared as a whole by {"$eq": {...}}'
        )
    return (
        f"there is no operator {name!r}{hint(name, NAMES)}. An object that has such a field is "
        'compared as a whole by {"$eq": {...}}'
    )
