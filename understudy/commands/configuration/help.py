"""The help of commands, with the environment variable of each option."""

from __future__ import annotations

import argparse

from understudy.commands.configuration.environment import variable_of
from understudy.commands.configuration.setting import SOURCES


class VariablesHelpFormatter(argparse.HelpFormatter):
    """Names the variable of each option that can be set by one."""

    def _get_help_string(self, action: argparse.Action) -> str | None:
        text = action.help
        is_settable = action.option_strings and action.dest != "help"
        if not (is_settable or action.dest == SOURCES):
            return text
        return f"{text or ''} [{variable_of(action)}]".lstrip()
