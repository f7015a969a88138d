"""Values as literals of programming languages, on one line if they fit on it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

#: The longest line that is not broken.
_WIDTH = 88

_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_NAME = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Syntax:
    """How a language writes values: the indentation, the code of a character by its number, the
    key of an entry, what stands before and in an object and a list, and the constants."""

    indent: str
    escape: Callable[[int], str]
    key: Callable[[str], str]
    objects: tuple[str, str]
    lists: tuple[str, str]
    constants: tuple[str, str, str]

    def text(self, text: str) -> str:
        """Return a string literal. What is not printable is escaped, and lone surrogates, which no
        UTF-8 has, are replaced."""
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        escaped = (_ESCAPES.get(c) or (c if c.isprintable() else self.escape(ord(c))) for c in text)
        return f'"{"".join(escaped)}"'

    def value(self, value: Any, level: int = 0) -> str:
        """Return the literal of a JSON value; `level` is the depth that it is indented by."""
        if isinstance(value, dict):
            items = [f"{self.key(str(k))}: {self.value(v, level + 1)}" for k, v in value.items()]
            return self.group(*self.objects, items, level)
        if isinstance(value, list | tuple):
            return self.group(*self.lists, [self.value(v, level + 1) for v in value], level)
        return self.scalar(value)

    def scalar(self, value: Any) -> str:
        """Return the literal of a text, a number, a boolean or null."""
        true, false, null = self.constants
        if value is None or isinstance(value, bool):
            return null if value is None else true if value else false
        return repr(value) if isinstance(value, int | float) else self.text(str(value))

    def group(self, begin: str, end: str, items: Sequence[str], level: int) -> str:
        """Return items between brackets: on one line, or each on its own."""
        if not items:
            return begin.rstrip() + end.lstrip()
        line = begin + ", ".join(items) + end
        if "\n" not in line and len(line) + len(self.indent) * level < _WIDTH - 20:
            return line
        return self.lines(begin, end, items, level)

    def lines(self, begin: str, end: str, items: Sequence[str], level: int) -> str:
        """Return items between brackets, each on a line of its own."""
        inner, outer = self.indent * (level + 1), self.indent * level
        lines = "".join(f"{inner}{item},\n" for item in items)
        return f"{begin.rstrip()}\n{lines}{outer}{end.lstrip()}"


def _python_escape(number: int) -> str:
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def _javascript_key(name: str) -> str:
    if name == "__proto__":  # in a literal, it would set the prototype
        return '["__proto__"]'
    return name if _NAME.fullmatch(name) else TYPESCRIPT.text(name)


def _quoted_key(name: str) -> str:
    return PYTHON.text(name)


PYTHON = Syntax(
    "    ", _python_escape, _quoted_key, ("{", "}"), ("[", "]"), ("True", "False", "None")
)
TYPESCRIPT = Syntax(
    "  ",
    lambda number: f"\\u{{{number:x}}}",
    _javascript_key,
    ("{ ", " }"),
    ("[", "]"),
    ("true", "false", "null"),
)
GO = Syntax(
    "    ",
    _python_escape,
    _quoted_key,
    ("map[string]interface{}{", "}"),
    ("[]interface{}{", "}"),
    ("true", "false", "nil"),
)
