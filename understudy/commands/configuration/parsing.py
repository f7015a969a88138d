"""The options of a command, from the command line, the environment and a file."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from understudy.commands.arguments import Commands
from understudy.commands.configuration.environment import (
    read_environment,
    variable_of,
    warn_of_unknown,
)
from understudy.commands.configuration.help import VariablesHelpFormatter
from understudy.commands.configuration.setting import Setting, settable, value_of
from understudy.errors import UsageError
from understudy.files import read_bounded
from understudy.suggestions import closest, hint

#: The files that are looked for in the current directory; the first that is there is used alone.
FILES = ("understudy.toml", "pyproject.toml")

#: Arguments for a command that shall not depend on the directory where it starts.
ISOLATED = ("--config", os.devnull)


def add_configuration(commands: Commands) -> None:
    """Add to each command the option `--config`, and the names of variables to its help."""
    for name, command in commands.choices.items():
        command.add_argument(
            "--config",
            type=Path,
            metavar="FILE",
            help="file with options; default: understudy.toml, else pyproject.toml, in the "
            "current directory",
        )
        command.formatter_class = VariablesHelpFormatter
        command.epilog = (
            f"Options may also stand in the variables in brackets, and in [{name}] of "
            f"understudy.toml or [tool.understudy.{name}] of pyproject.toml. The command line wins "
            "over the environment, and the environment over the file."
        )


def parse(
    parser: argparse.ArgumentParser,
    commands: Commands,
    arguments: Sequence[str],
    environment: Mapping[str, str],
) -> tuple[argparse.Namespace, list[Setting]]:
    """Return the options of a command line, and what was set elsewhere. Raises UsageError, and
    SystemExit as argparse does."""
    name = next((argument for argument in arguments if not argument.startswith("-")), "")
    command = commands.choices.get(name)
    if command is None or not {"-h", "--help"}.isdisjoint(arguments):
        if name and command is None:
            parser.error(f"there is no command {name!r}{hint(name, commands.choices)}")
        return parser.parse_args(arguments), []
    options = [o for each in commands.choices.values() for o in settable(each).values()]
    warn_of_unknown(environment, options)
    by_source = [
        read_environment(settable(command).values(), environment),
        _read_file(name, arguments, commands.choices, environment),
    ]
    if not any(by_source):
        return _parsed(parser, command, arguments), []
    return _parse_with(by_source, parser, command, arguments)


def _parsed(
    parser: argparse.ArgumentParser,
    command: argparse.ArgumentParser,
    arguments: Sequence[str],
) -> argparse.Namespace:
    """Return the options of a command line; an option that does not exist is told with the one that
    comes closest. Raises SystemExit as argparse does."""
    options, unknown = parser.parse_known_args(arguments)
    if unknown:
        given = next((text for text in unknown if text.startswith("--")), "").partition("=")[0]
        near = closest(given, command._option_string_actions, most=1, least=60) if given else []
        meant = f"; did you mean {near[0]}?" if near else ""
        command.error(f"unrecognized arguments: {' '.join(unknown)}{meant}")
    return options


def _read_file(
    name: str,
    arguments: Sequence[str],
    commands: Mapping[str, argparse.ArgumentParser],
    environment: Mapping[str, str],
) -> list[Setting]:
    """Return what the file sets, which `--config` names or which stands here. Raises UsageError."""
    path, is_named = _file(arguments, environment, variable_of(settable(commands[name])["config"]))
    if path is None:
        return []
    try:
        content = read_bounded(path)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    if not is_named and b"understudy" not in content and path.name != FILES[0]:
        return []  # the pyproject.toml of somebody who sets nothing: the parser is not imported
    from understudy.commands.configuration.toml_file import read_file

    return read_file(path, content, name, commands)


def _file(
    arguments: Sequence[str], environment: Mapping[str, str], variable: str
) -> tuple[Path | None, bool]:
    """Return the file with options, and whether it was named."""
    named = _named_file(arguments) or environment.get(variable)
    if named:
        return Path(named), True
    return next((Path(file) for file in FILES if os.path.isfile(file)), None), False


def _named_file(arguments: Sequence[str]) -> str | None:
    """Return the value of `--config`; an error is left to the command's own parser."""
    if not any(argument.startswith("--con") for argument in arguments):
        return None
    finder = argparse.ArgumentParser(add_help=False, exit_on_error=False)
    finder.add_argument("--config")
    with suppress(argparse.ArgumentError):
        file: str | None = finder.parse_known_args(arguments)[0].config
        return file
    return None


def _parse_with(
    by_source: Sequence[Sequence[Setting]],
    parser: argparse.ArgumentParser,
    command: argparse.ArgumentParser,
    arguments: Sequence[str],
) -> tuple[argparse.Namespace, list[Setting]]:
    """Return the options of a command line that others complete, the first source before the next
    one; an option also stands back where another of its exclusive group is set."""
    defaults = {option: option.default for option in settable(command).values()}
    for option in defaults:
        option.default = argparse.SUPPRESS  # so that what is given can be told from what is not
    for setting in (setting for settings in by_source for setting in settings):
        setting.option.required = False
    options = _parsed(parser, command, arguments)
    used: list[Setting] = []
    for settings in by_source:
        chosen = [s for s in settings if not _is_given(s.option, command, options)]
        for setting in chosen:
            _check_alone(setting, chosen, command)
            setting.apply(command, options)
        used += chosen
    for option, default in defaults.items():
        if option.dest not in options:
            value = value_of(option, default) if isinstance(default, str) else default
            setattr(options, option.dest, value)
    return options, used


def _group(option: argparse.Action, command: argparse.ArgumentParser) -> list[argparse.Action]:
    """Return the options of which only one may be given, with this one first."""
    groups = [g._group_actions for g in command._mutually_exclusive_groups]
    return [option, *(o for group in groups if option in group for o in group if o is not option)]


def _is_given(
    option: argparse.Action, command: argparse.ArgumentParser, options: argparse.Namespace
) -> bool:
    return any(each.dest in options for each in _group(option, command))


def _check_alone(
    setting: Setting, chosen: Sequence[Setting], command: argparse.ArgumentParser
) -> None:
    """Check that a source sets no two options of an exclusive group. Raises UsageError."""
    others = _group(setting.option, command)[1:]
    for other in chosen:
        if other.option in others:
            raise UsageError(f"{setting.source} and {other.source} exclude each other: keep one")
