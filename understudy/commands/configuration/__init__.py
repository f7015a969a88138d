"""Options that do not stand on the command line, but in environment variables or in a file.

The command line wins over the environment, and that over the file. `ConfigArgParse` does not fit:
it leaves positional arguments and flags that are off alone, puts settings into the command line, so
that an error does not say where its value comes from, and costs the start more than all of this.
"""

from understudy.commands.configuration.environment import PREFIX
from understudy.commands.configuration.help import CommandParser
from understudy.commands.configuration.parsing import ISOLATED, add_configuration, parse
from understudy.commands.configuration.setting import Setting, listed, with_sources

__all__ = [
    "ISOLATED",
    "PREFIX",
    "CommandParser",
    "Setting",
    "add_configuration",
    "listed",
    "parse",
    "with_sources",
]
