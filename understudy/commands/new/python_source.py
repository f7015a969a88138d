"""Values and calls as Python source, in the form that ruff and black give them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

_STEP = "    "
#: The longest line.
_WIDTH = 100


def literal(value: Any, indent: str = "") -> str:
    """Return the source of a value of JSON; lists and objects that are not empty have a line for
    each part, and `indent` is that of the line on which they begin."""
    inner = indent + _STEP
    if isinstance(value, dict) and value:
        items = [f"{literal(k)}: {literal(v, inner)}" for k, v in value.items()]
        return "".join(["{\n", *(f"{inner}{item},\n" for item in items), indent, "}"])
    if isinstance(value, list) and value:
        items = [literal(part, inner) for part in value]
        return "".join(["[\n", *(f"{inner}{item},\n" for item in items), indent, "]"])
    if isinstance(value, str):
        return text(value)
    return repr(value)


def text(value: str) -> str:
    """Return the source of a text: in double quotes, unless it has more of them than others."""
    if '"' in value and "'" not in value:
        return repr(value)
    if value.isascii() or value.isprintable():
        return json.dumps(value, ensure_ascii=value.isascii())
    return repr(value)  # JSON writes some characters as two, which are others in Python


def function(name: str, arguments: Sequence[str]) -> str:
    """Return the head of a handler without its colon: `world`, and these arguments."""
    parts = ["world: World", *(f"{argument}: Any" for argument in arguments)]
    line = f"def {name}({', '.join(parts)}) -> Any"
    if len(line) < _WIDTH:
        return line
    lines = "".join(f"{_STEP}{part},\n" for part in parts)
    return f"def {name}(\n{lines}) -> Any"


def call(arguments: Mapping[str, Any]) -> list[str]:
    """Return the arguments of a call, each as it stands within a test's call; those whose name is
    blank are positional."""
    inner = _STEP * 2
    return [
        f"{name}={literal(value, inner)}" if name.strip() else literal(value, inner)
        for name, value in arguments.items()
    ]
