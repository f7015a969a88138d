"""Metadata: merge it, and filter by it in searches."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from typing import Any

#: A key of metadata that belongs to Zep; clients cannot change that of sessions and messages.
_RESERVED = "system"


def without_reserved(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the changes, without the key that belongs to Zep."""
    return {key: value for key, value in changes.items() if key != _RESERVED}


def merged(known: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return `known` with `changes`: objects are merged at every depth, other values are replaced.

    Neither argument is changed. There is no recursion, because clients choose the depth.
    """
    result = dict(known)
    pending = [(result, changes)]
    while pending:
        target, news = pending.pop()
        for key, value in news.items():
            old = target.get(key)
            if isinstance(value, dict) and isinstance(old, dict):
                target[key] = copy = dict(old)
                pending.append((copy, value))
            else:
                target[key] = value
    return result


def patched(known: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return `known` with `changes` merged in, without the keys that the changes set to null."""
    together = merged(known, changes)
    return {key: together[key] for key in together if changes.get(key, key) is not None}


_JSONPATH = re.compile(
    r"\$(?P<root>(?:\.\w+|\[\*\])*) ?\? ?\(@(?P<path>(?:\.\w+)+) ?"
    r"(?P<operator>==|!=|<=|>=|<|>) ?(?P<value>.*)\)",
    re.DOTALL,
)
_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_NAMED = {"true": True, "false": False, "null": None}


def matches(wanted: Mapping[str, Any], metadata: Mapping[str, Any] | None) -> bool:
    """Return whether metadata has the wanted values, and satisfies the conditions of `where`."""
    known = metadata or {}
    where = wanted.get("where")
    return all(
        name in known and equal(known[name], value)
        for name, value in wanted.items()
        if name != "where"
    ) and (where is None or _holds(where, known))


def equal(first: Any, second: Any) -> bool:
    """Return whether two JSON values are equal; unlike in Python, true is not 1."""
    pairs = [(first, second)]
    while pairs:
        left, right = pairs.pop()
        if isinstance(left, dict) and isinstance(right, dict):
            if left.keys() != right.keys():
                return False
            pairs += [(left[name], right[name]) for name in left]
        elif isinstance(left, list) and isinstance(right, list):
            if len(left) != len(right):
                return False
            pairs += zip(left, right, strict=True)
        elif isinstance(left, bool) != isinstance(right, bool) or left != right:
            return False
    return True


def _holds(where: Mapping[str, Any], metadata: Mapping[str, Any]) -> bool:
    """Return whether a tree of conditions holds; without recursion, clients choose the depth."""
    tree = [where]
    for condition in tree:
        tree += condition.get("and", ())
        tree += condition.get("or", ())
    known: dict[int, bool] = {}
    for condition in reversed(tree):
        either = condition.get("or")
        known[id(condition)] = (
            ("jsonpath" not in condition or _exists(condition["jsonpath"], metadata))
            and all(known[id(part)] for part in condition.get("and", ()))
            and (not either or any(known[id(part)] for part in either))
        )
    return known[id(where)]


def _exists(jsonpath: str, metadata: Mapping[str, Any]) -> bool:
    """Return whether a JSONPath with a comparison finds a value, by PostgreSQL's lax rules."""
    parts = _JSONPATH.fullmatch(jsonpath)
    assert parts is not None, "the contract has checked it"
    compare, value = _OPERATORS[parts["operator"]], _literal(parts["value"])
    values = _walk(_walk([metadata], parts["root"]), parts["path"] + "[*]")
    return any(_compares(compare, item, value) for item in values)


def _walk(values: list[Any], path: str) -> list[Any]:
    for step in re.findall(r"\.(\w+)|\[\*\]", path):
        flat: list[Any] = []
        for value in values:
            flat += value if isinstance(value, list) else [value]
        values = flat
        if step:
            values = [value[step] for value in flat if isinstance(value, dict) and step in value]
    return values


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


def comparable(left: Any, right: Any) -> bool:
    """Return whether one of two values can be less than the other: both numbers, or both text."""
    numbers = (int, float)
    if isinstance(left, bool) or isinstance(right, bool):
        return isinstance(left, bool) and isinstance(right, bool)
    if isinstance(left, numbers) and isinstance(right, numbers):
        return True
    return isinstance(left, str) and isinstance(right, str)
