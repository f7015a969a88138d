"""The help of commands, with the environment variable of each option."""

from __future__ import annotations

import argparse
from typing import NoReturn

from understudy.commands.configuration.environment import variable_of
from understudy.commands.configuration.setting import is_settable


class VariablesHelpFormatter(argparse.HelpFormatter):
    """Names the variable of each option that can be set by one."""

    def _get_help_string(self, action: argparse.Action) -> str | None:
        text = action.help
        return f"{text or ''} [{variable_of(action)}]".lstrip() if is_settable(action) else text


class CommandParser(argparse.ArgumentParser):
    """A parser whose errors are two lines: the usage of a command may take a whole screen."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong, and where the arguments are explained; end with the exit code 2."""
        self.exit(2, f"{self.prog} --help explains the arguments\n{self.prog}: error: {message}\n")
