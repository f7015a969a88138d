"""The text of a template: plain text, and variables such as `%{edges limit=5 types=[LIVES_IN]}`.

user_summary                    takes no parameters
observations, thread_summaries  take `limit`
episodes                        takes `types` too: text, json and message
edges, entities                 take `include_attributes` too
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

#: How many results a variable has that does not say it.
DEFAULT_LIMIT = 10
_MOST = 1000

_LIMITED = frozenset(("limit",))
_TYPED = frozenset(("limit", "types"))
_DESCRIBED = frozenset(("limit", "types", "include_attributes"))
_PARAMETERS = {
    "user_summary": frozenset[str](),
    "edges": _DESCRIBED,
    "entities": _DESCRIBED,
    "episodes": _TYPED,
    "observations": _LIMITED,
    "thread_summaries": _LIMITED,
}

_VARIABLE = re.compile(r"%\{([^{}]*)\}")
_NAME = re.compile(r"\s*([\w-]+)")
_PARAMETER = re.compile(r"\s+(\w+)=(\[[^\[\]]*\]|[^\s\[\]]+)")
_LIST = re.compile(r"\[\s*[^\s,\[\]]+(\s*,\s*[^\s,\[\]]+)*\s*\]")


class TemplateError(ValueError):
    """A text that is no template; its message says why."""


class Variable(NamedTuple):
    """A variable with its parameters."""

    name: str
    limit: int = DEFAULT_LIMIT
    types: frozenset[str] = frozenset()
    include_attributes: bool = False


def parse(text: str) -> list[str | Variable]:
    """Return the parts of a template, plain text and variables. Raises TemplateError."""
    parts: list[str | Variable] = []
    end = 0
    for match in _VARIABLE.finditer(text):
        parts += [_plain(text[end : match.start()]), _variable(match[1])]
        end = match.end()
    return [*parts, _plain(text[end:])]


def _plain(text: str) -> str:
    if "%{" in text:
        raise TemplateError("a variable that begins with %{ does not end with }")
    return text


def _variable(text: str) -> Variable:
    name = _NAME.match(text)
    if name is None or name[1] not in _PARAMETERS:
        known = ", ".join(sorted(_PARAMETERS))
        raise TemplateError(f"unknown variable {name[1] if name else ''}; known: {known}")
    given = dict(_parameters(text, name.end()))
    unknown = given.keys() - _PARAMETERS[name[1]]
    if unknown:
        raise TemplateError(f"{name[1]} has no parameter {min(unknown)}")
    return Variable(
        name[1],
        _limit(given.get("limit")),
        _types(given.get("types")),
        _flag(given.get("include_attributes", "false")),
    )


def _parameters(text: str, start: int) -> Iterator[tuple[str, str]]:
    rest = text.rstrip()
    while start < len(rest):
        match = _PARAMETER.match(rest, start)
        if match is None:
            raise TemplateError(f"cannot read {rest[start:].strip()!r}; write name=value")
        yield match[1], match[2]
        start = match.end()


def _limit(value: str | None) -> int:
    if value is None:
        return DEFAULT_LIMIT
    if not re.fullmatch("[0-9]{1,4}", value) or not 1 <= int(value) <= _MOST:
        raise TemplateError(f"limit is a number from 1 to {_MOST}, not {value}")
    return int(value)


def _types(value: str | None) -> frozenset[str]:
    if value is None:
        return frozenset()
    if not _LIST.fullmatch(value):
        raise TemplateError(f"types is a list such as [A,B], not {value}")
    return frozenset(name.strip() for name in value[1:-1].split(","))


def _flag(value: str) -> bool:
    if value not in ("true", "false"):
        raise TemplateError(f"include_attributes is true or false, not {value}")
    return value == "true"
