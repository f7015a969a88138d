"""Filters of searches by metadata, as v2 has them: wanted values, and conditions by JSONPath."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from understudy import Problem

from .metadata import comparable, equal

_JSONPATH = re.compile(
    r"\$(?P<root>(?:\.\w+|\[\*\])*) ?\? ?\(@(?P<path>(?:\.\w+)+) ?"
    r"(?P<operator>==|!=|<=|>=|<|>) ?(?P<value>.*)\)",
    re.DOTALL,
)
_STEP = re.compile(r"\.(\w+)|\[\*\]")
#: How many conditions `where` may have.
_MOST_CONDITIONS = 1000
#: How many steps the comparisons of one filter may take: about half a second.
_MOST_STEPS = 1_000_000
_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_NAMED = {"true": True, "false": False, "null": None}


class MetadataFilter:
    """What metadata must be like: the values that they have, and the conditions of `where`.

    All comparisons of one filter take a million steps at most, for clients choose how many
    conditions there are, and how much each of them reads.
    """

    def __init__(self, wanted: Mapping[str, Any]) -> None:
        self._values = {name: value for name, value in wanted.items() if name != "where"}
        self._conditions = _flat(wanted["where"]) if wanted.get("where") else []
        self._room = _MOST_STEPS

    def holds(self, metadata: Mapping[str, Any] | None) -> bool:
        """Return whether metadata are like that. Raises Problem 400 after too many steps."""
        known = metadata or {}
        return all(
            name in known and equal(known[name], value) for name, value in self._values.items()
        ) and self._satisfies(known)

    def _satisfies(self, metadata: Mapping[str, Any]) -> bool:
        held = [True] * (len(self._conditions) or 1)
        for place in reversed(range(len(self._conditions))):  # parts stand after their condition
            path, all_of, one_of = self._conditions[place]
            self._spend(1 + len(all_of) + len(one_of))
            held[place] = (
                all(held[part] for part in all_of)
                and (not one_of or any(held[part] for part in one_of))
                and (path is None or self._finds(path, metadata))
            )
        return held[0]

    def _finds(self, path: _JsonPath, metadata: Mapping[str, Any]) -> bool:
        """Return whether a path finds a value that its comparison holds for, by lax rules."""
        values: list[Any] = [metadata]
        for step in path.steps:
            values = self._flattened(values)
            if step:
                values = [one[step] for one in values if isinstance(one, dict) and step in one]
            if not values:
                return False
        return any(_compares(path.compare, one, path.value) for one in self._flattened(values))

    def _flattened(self, values: list[Any]) -> list[Any]:
        """Return the values, and in the place of an array what is in it."""
        flat: list[Any] = []
        for value in values:
            flat += value if isinstance(value, list) else [value]
        self._spend(len(values) + len(flat))
        return flat

    def _spend(self, steps: int) -> None:
        self._room -= steps
        if self._room < 0:
            raise Problem(400, "bad request: the filter of metadata takes too many steps")


#: A condition: its path, and the places of the conditions that must all, or one of which must hold.
_Condition = tuple["_JsonPath | None", Sequence[int], Sequence[int]]


def _flat(where: Mapping[str, Any]) -> list[_Condition]:
    """Return a tree of conditions as a list. Raises Problem 400 if there are too many.

    There is no recursion, because clients choose the depth.
    """
    tree = [where]
    conditions: list[_Condition] = []
    for given in tree:  # the list grows in the loop
        all_of, one_of = given.get("and") or (), given.get("or") or ()
        middle = len(tree) + len(all_of)
        path = _JsonPath.read(given["jsonpath"]) if "jsonpath" in given else None
        places = range(len(tree), middle), range(middle, middle + len(one_of))
        conditions.append((path, *places))
        tree += [*all_of, *one_of]
        if len(tree) > _MOST_CONDITIONS:
            raise Problem(400, f"bad request: where has at most {_MOST_CONDITIONS} conditions")
    return conditions


class _JsonPath(NamedTuple):
    """A path, the names on it (none is for all that is in an array), and its comparison."""

    steps: Sequence[str]
    compare: Callable[[Any, Any], bool]
    value: Any

    @classmethod
    def read(cls, text: str) -> _JsonPath:
        """Read a path by the syntax of PostgreSQL."""
        parts = _JSONPATH.fullmatch(text)
        assert parts is not None, "the contract has checked it"
        steps = _STEP.findall(parts["root"] + parts["path"])
        return cls(steps, _OPERATORS[parts["operator"]], _literal(parts["value"]))


def _literal(text: str) -> Any:
    """Return the value of a literal in JSONPath.

    Zep 0.x took either kind of quotes, and numbers that begin with zeros.
    """
    if text[0] in "\"'":
        return text[1:-1]
    return _NAMED[text] if text in _NAMED else float(text)


def _compares(compare: Callable[[Any, Any], bool], left: Any, right: Any) -> bool:
    """Return whether the comparison holds; null equals only null, and is not less or greater."""
    if left is None or right is None:
        return compare(0, 0) if left is right else compare is operator.ne
    return comparable(left, right) and compare(left, right)
