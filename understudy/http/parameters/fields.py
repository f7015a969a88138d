"""Reads the fields of queries, urlencoded forms and cookies."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

#: Fields that are read of one query or form.
MOST_FIELDS = 1000
#: Levels of brackets that are read of a name such as `filter[a][b]`.
_DEEPEST = 20
_INDEX = re.compile(r"[0-9]{0,4}")

#: The texts of each field, in the order of the query.
FieldTexts = dict[str, list[str]]


def decode_field(text: str) -> str:
    """Return a name or value of a query without its escapes. Raises ValueError if it is not
    UTF-8."""
    if "+" in text:
        text = text.replace("+", " ")
    return unquote(text, errors="strict") if "%" in text else text


def parse_fields(query: str, raw: FieldTexts | None = None) -> FieldTexts:
    """Return the texts of a query by name, decoded; and add them as they were sent to `raw`.

    Raises ValueError if there are too many, or one is not UTF-8.
    """
    if query.count("&") >= MOST_FIELDS:
        raise ValueError(f"there are more than {MOST_FIELDS} fields")
    texts: FieldTexts = {}
    is_escaped = "%" in query or "+" in query
    for field in query.split("&"):
        if not field:
            continue
        name, _, text = field.partition("=")
        if is_escaped:
            name = decode_field(name)
        if raw is not None:
            raw.setdefault(name, []).append(text)
        if is_escaped:
            text = decode_field(text)
        if name in texts:
            texts[name].append(text)
        else:
            texts[name] = [text]
    return texts


def parse_cookies(header: str) -> FieldTexts:
    """Return the values of a Cookie header by name, as they were sent."""
    cookies: FieldTexts = {}
    for pair in header.split(";"):
        name, equals, text = pair.strip().partition("=")
        if equals:
            cookies.setdefault(name, []).append(text)
    return cookies


class _Node:
    """The content of the brackets after a name: the texts of the name, and the names below it."""

    __slots__ = ("below", "is_list", "texts")

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.below: dict[str, _Node] = {}
        self.is_list = False

    def value(self) -> Any:
        """Return a text, a list, or an object; a list by indexes is an object too."""
        if self.below:
            return {step: node.value() for step, node in self.below.items()}
        return self.texts if self.is_list or len(self.texts) > 1 else self.texts[0]


def deep_object(name: str, texts: FieldTexts) -> Any:
    """Return what fields such as `filter[color]=red&filter[size][min]=1` say as one object; None
    if there is no such field.

    A field that is given several times is a list, and so is one that ends in `[]`.
    """
    root = _Node()
    for field, values in texts.items():
        steps = _steps(name, field)
        if steps is None:
            continue
        is_list = steps[-1] == ""
        node = root
        for step in steps[:-1] if is_list else steps:
            node = node.below.setdefault(step, _Node())
        node.texts += values
        node.is_list = is_list or node.is_list
    return root.value() if root.below or root.texts else None


def _steps(name: str, field: str) -> list[str] | None:
    """Return the texts in the brackets after `name`, or None if the field has another name."""
    if field.startswith(name) and field[len(name) : len(name) + 1] == "[" and field[-1] == "]":
        return field[len(name) + 1 : -1].split("][", _DEEPEST)
    return None


def listed(value: dict[str, Any]) -> list[Any] | None:
    """Return an object whose names are the indexes of a list as that list; None if they are not."""
    if all(_INDEX.fullmatch(name) for name in value):
        return [value[name] for name in sorted(value, key=lambda name: int(name or 0))]
    return None
