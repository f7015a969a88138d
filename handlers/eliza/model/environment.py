"""The environment variables that the server shows; never those of the process."""

from __future__ import annotations

import re
from typing import Any

from understudy import Collection, Record, World

from .javascript import plain
from .persona import is_release

#: One record of all variables, once a client has replaced them.
ENVIRONMENT = Collection("environment", record=dict[str, str])
_KEY = "environment"

#: The variables at the start; a released server without a file of variables shows none.
_AT_FIRST = {
    "SERVER_PORT": "3000",
    "LOG_LEVEL": "info",
    "DEFAULT_LOG_LEVEL": "info",
    "ELIZA_UI_ENABLE": "false",
}

_NAME = re.compile(r"[\w.-]+", re.ASCII)


def variables(world: World) -> Record:
    """Return the environment variables."""
    initial = {} if is_release(world) else _AT_FIRST
    changed = world.store.get(ENVIRONMENT, _KEY)
    return initial if changed is None else changed


def replace_variables(world: World, content: Record) -> None:
    """Replace all variables.

    They go through a file of lines `NAME=value`, so what no such line can hold is lost.
    """
    kept = {name: _read(_written(v)) for name, v in content.items() if _NAME.fullmatch(name)}
    world.store.put(ENVIRONMENT, _KEY, kept)


def _written(value: Any) -> str:
    """Return the value as JavaScript converts it to a string."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(plain(value)) if isinstance(value, float) else str(value)


def _read(text: str) -> str:
    """Return the value of a line: the text in quotes, else the text before a `#`."""
    line = text.strip()
    if line[:1] in ("'", '"', "`") and (end := line.find(line[0], 1)) > 0:
        return line[1:end]
    return re.split(r"[#\r\n]", line, maxsplit=1)[0].strip()
