"""Options in a file: `[serve]` of understudy.toml, or `[tool.understudy.serve]` of pyproject.toml.

Imported only if there is such a file.
"""

from __future__ import annotations

import argparse
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from understudy.commands.arguments import api_value
from understudy.commands.configuration.setting import (
    Setting,
    is_flag,
    is_repeatable,
    settable,
)
from understudy.errors import UsageError
from understudy.suggestions import hint

PYPROJECT = "pyproject.toml"


def read_file(
    path: Path, content: bytes, name: str, commands: Mapping[str, argparse.ArgumentParser]
) -> list[Setting]:
    """Return what a file sets of the options of the command `name`. Raises UsageError."""
    sections = _sections(path, content)
    for key, section in sections.items():
        _check_section(path, key, section, commands)
    options = settable(commands[name])
    options.pop("config")
    return [
        _setting(path, f"{name}.{key}", options.get(key.replace("_", "-")), value, options)
        for key, value in sections.get(name, {}).items()
    ]


def _sections(path: Path, content: bytes) -> dict[str, Any]:
    try:
        document = tomllib.loads(content.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} is not TOML: {error}") from None
    if path.name != PYPROJECT:
        return document
    tool = document.get("tool", {})
    sections = tool.get("understudy", {}) if isinstance(tool, dict) else {}
    if isinstance(sections, dict):
        return sections
    raise UsageError(f"{path}: tool.understudy is not a table: give [tool.understudy.serve]")


def _check_section(
    path: Path, key: str, section: Any, commands: Mapping[str, argparse.ArgumentParser]
) -> None:
    """Check that a key of the file is the name of a command. Raises UsageError."""
    if key in commands:
        if isinstance(section, dict):
            return
        raise UsageError(f"{path}: {key} is not a table: give [{_table(path, key)}]")
    owner = next((n for n, c in commands.items() if key.replace("_", "-") in settable(c)), None)
    if owner is not None:
        raise UsageError(
            f"{path}: {key} stands in no section: put it below [{_table(path, owner)}]"
        )
    raise UsageError(f"{path}: there is no command {key!r}{hint(key, commands)}")


def _table(path: Path, command: str) -> str:
    return f"tool.understudy.{command}" if path.name == PYPROJECT else command


def _setting(
    path: Path,
    place: str,
    option: argparse.Action | None,
    value: Any,
    options: Mapping[str, argparse.Action],
) -> Setting:
    if option is None:
        command, _, key = place.partition(".")
        meant = hint(key.replace("_", "-"), options, f"`understudy {command} --help` lists all")
        raise UsageError(f"{path}: {place}: `understudy {command}` has no option {key!r}{meant}")
    source = f"{place} in {path}"
    return Setting(option, _texts(option, value, source), source)


def _texts(option: argparse.Action, value: Any, source: str) -> list[str]:
    """Return the texts that a value would be on the command line. Raises UsageError."""
    if is_flag(option):
        if isinstance(value, bool):
            return [str(value).lower()]
        raise UsageError(f"{source}: give true or false")
    if isinstance(value, dict) and option.type is api_value:
        pairs = [(api, each) for api, values in value.items() for each in _list(values)]
        return [f"{api}={_text(each, option, source)}" for api, each in pairs]
    values = _list(value) if is_repeatable(option) else [value]
    return [_text(each, option, source) for each in values]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _text(value: Any, option: argparse.Action, source: str) -> str:
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return str(value)
    allowed = "a text or a number"
    if is_repeatable(option):
        allowed = f"{allowed}, or an array of them"
    if option.type is api_value:
        allowed = f'{allowed}, or a table, as in {{petstore = "..."}}'
    raise UsageError(f"{source}: give {allowed}")
