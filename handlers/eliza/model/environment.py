"""The environment variables that the stand-in makes believe it runs with: never the process's."""

from __future__ import annotations

import re
from typing import Any

from understudy import Collection, Record, World

from .javascript import plain
from .persona import is_release

#: The one record of all variables, where they were changed.
ENVIRONMENT = Collection("environment")
_KEY = "environment"

#: What is there from the start; a released server that has no file of variables shows none.
_AT_FIRST = {
    "SERVER_PORT": "3000",
    "LOG_LEVEL": "info",
    "DEFAULT_LOG_LEVEL": "info",
    "ELIZA_UI_ENABLE": "false",
}

_NAME = re.compile(r"[\w.-]+", re.ASCII)


def variables(world: World) -> Record:
    """The variables as they are."""
    at_first = {} if is_release(world) else _AT_FIRST
    changed = world.store.get(ENVIRONMENT, _KEY)
    return at_first if changed is None else changed


def replace_variables(world: World, content: Record) -> None:
    """These variables instead of all others. They go through a file of lines `NAME=value`, so that
    what no such line can hold is lost on the way."""
    kept = {name: _read(_written(v)) for name, v in content.items() if _NAME.fullmatch(name)}
    world.store.put(ENVIRONMENT, _KEY, kept)


def _written(value: Any) -> str:
    """The value as JavaScript writes it into a text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(plain(value)) if isinstance(value, float) else str(value)


def _read(text: str) -> str:
    """What a line has after its `=`: what stands in quotes, else what comes before a `#`."""
    line = text.strip()
    if line[:1] in ("'", '"', "`") and (end := line.find(line[0], 1)) > 0:
        return line[1:end]
    return re.split(r"[#\r\n]", line, maxsplit=1)[0].strip()
