"""Options in environment variables: `--allow-refs` is `UNDERSTUDY_ALLOW_REFS`.

Several values are separated by commas; or by newlines, where a value has a comma in it.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable, Mapping

from understudy.commands.arguments import secret
from understudy.commands.configuration.setting import Setting, is_repeatable, name_of
from understudy.suggestions import closest

PREFIX = "UNDERSTUDY_"

#: Variables with the prefix that are no options: the server that the pytest plugin and the npm
#: package shall use, and the command by which the latter starts one.
_OTHERS = frozenset({"UNDERSTUDY_URL", "UNDERSTUDY_COMMAND"})

#: Kubernetes gives such variables to each container, for a service with the name `understudy`.
_OF_KUBERNETES = re.compile(r"UNDERSTUDY_(SERVICE|PORT)_\w+")
_ADDRESS = re.compile(r"(tcp|udp|sctp)://")
#: How near a name must be that was perhaps meant, from 0 to 100.
_CLOSE = 60


def variable_of(option: argparse.Action) -> str:
    """Return the name of an option's variable."""
    return PREFIX + name_of(option).upper().replace("-", "_")


def read_environment(
    options: Iterable[argparse.Action], environment: Mapping[str, str]
) -> list[Setting]:
    """Return what variables set of these options. An empty variable sets nothing; but an empty
    token is an error, because it would leave a server open."""
    settings = []
    for option in options:
        name = variable_of(option)
        text = environment.get(name)
        if text is None or (not text and option.type is not secret) or _ADDRESS.match(text):
            continue
        texts = _parts(text) if is_repeatable(option) else [text]
        settings.append(Setting(option, texts, name))
    return settings


def _parts(text: str) -> list[str]:
    parts = text.split("\n" if "\n" in text else ",")
    return [part.strip() for part in parts if part.strip()]


def warn_of_unknown(environment: Mapping[str, str], known: Iterable[argparse.Action]) -> None:
    """Print a warning for each variable that looks like an option's and is not."""
    given = {name for name in environment if name.startswith(PREFIX)} - _OTHERS
    names = {variable_of(option) for option in known} if given else set()
    for name in sorted(given - names):
        if not _OF_KUBERNETES.fullmatch(name):
            print(f"warning: {name} sets no option; {_meant(name, names)}", file=sys.stderr)


def _meant(name: str, names: Iterable[str]) -> str:
    near = closest(name.removeprefix(PREFIX), [n.removeprefix(PREFIX) for n in names], 1, _CLOSE)
    return f"did you mean {PREFIX}{near[0]}?" if near else "`understudy COMMAND --help` lists all"
