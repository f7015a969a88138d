"""What values of a request must be like, for `assert_called`, `wait_for` and `when` of plans.

    from understudy.client import match

    control.assert_called("addPet", body={"name": match.regex("^Re"), "age": match.between(1, 5)})

Each function returns plain JSON, the operators of the control API, so that it may stand anywhere in
a `body`, and as a value of `query`, `headers` and `json_path`, or as the `path`. A server refuses
wrong ones (ControlError).
"""

from __future__ import annotations

from typing import Any

#: pytest does not show these frames in the traceback of a test.
__tracebackhide__ = True

#: Something is there, or nothing is.
present = {"$exists": True}
absent = {"$exists": False}

Pattern = dict[str, Any]

_TYPES = {
    str: "string",
    int: "integer",
    float: "number",
    bool: "boolean",
    dict: "object",
    list: "array",
    type(None): "null",
}


def regex(pattern: str) -> Pattern:
    """Match a text in which a regular expression (ECMA-262) is found; without lookaround and
    references to groups."""
    return {"$regex": pattern}


def type_(name: str) -> Pattern:
    """Match a value of a JSON type: string, number, integer, boolean, object, array or null."""
    return {"$type": name}


def a(kind: type | None) -> Pattern:
    """Match a value of a Python type: `str`, `int`, `float` (any number), `bool`, `dict`, `list` or
    None.

    Raises TypeError for other types.
    """
    name = _TYPES.get(type(None) if kind is None else kind)
    if name is None:
        known = ", ".join(each.__name__ for each in _TYPES if each is not type(None))
        raise TypeError(f"match.a takes {known} or None, not {kind!r}")
    return {"$type": name}


def between(least: float | str, most: float | str) -> Pattern:
    """Match a number, or a text such as a time, from `least` to `most`, both included."""
    return {"$gte": least, "$lte": most}


def at_least(least: float | str) -> Pattern:
    """Match a number, or a text such as a time, that is not less."""
    return {"$gte": least}


def at_most(most: float | str) -> Pattern:
    """Match a number, or a text such as a time, that is not greater."""
    return {"$lte": most}


def more_than(bound: float | str) -> Pattern:
    """Match a number, or a text such as a time, that is greater."""
    return {"$gt": bound}


def less_than(bound: float | str) -> Pattern:
    """Match a number, or a text such as a time, that is less."""
    return {"$lt": bound}


def exactly(value: Any) -> Pattern:
    """Match a value as a whole: objects without other fields, lists without other items."""
    return {"$eq": value}


def one_of(*values: Any) -> Pattern:
    """Match one of some values, each as a whole."""
    return {"$in": list(values)}


def not_(pattern: Any) -> Pattern:
    """Match what does not fit a pattern; also where nothing is there."""
    return {"$not": pattern}
