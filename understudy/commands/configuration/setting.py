"""A value that is set elsewhere than on the command line: its option, its texts and its source."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from understudy.errors import UsageError

#: What switches a flag on and off.
TRUTH = {
    **dict.fromkeys(("true", "1", "yes", "on"), True),
    **dict.fromkeys(("false", "0", "no", "off"), False),
}

#: The positional argument that can be set; those of other commands are what they are about.
SOURCES = "sources"


def settable(command: argparse.ArgumentParser) -> dict[str, argparse.Action]:
    """Return the options of a command that can be set, by the names that files have for them."""
    return {name_of(option): option for option in command._actions if is_settable(option)}


def is_settable(option: argparse.Action) -> bool:
    """Return whether an option, or a positional argument, can be set."""
    return option.dest == SOURCES or (bool(option.option_strings) and option.dest != "help")


def name_of(option: argparse.Action) -> str:
    """Return the name of an option without its hyphens: `allow-refs`."""
    long = next((name for name in option.option_strings if name.startswith("--")), option.dest)
    return long.removeprefix("--")


def is_flag(option: argparse.Action) -> bool:
    """Return whether an option is on or off."""
    return option.nargs == 0


def is_repeatable(option: argparse.Action) -> bool:
    """Return whether an option has any number of values."""
    return isinstance(option, argparse._AppendAction) or option.nargs in ("*", "+")


@dataclass(frozen=True, slots=True)
class Setting:
    """The texts that an option would have on the command line; those of a flag are in `TRUTH`.

    `source` says where they stand: `UNDERSTUDY_PORT`, or `serve.port in understudy.toml`.
    """

    option: argparse.Action
    texts: Sequence[str]
    source: str

    def apply(self, command: argparse.ArgumentParser, options: argparse.Namespace) -> None:
        """Set the option, as the command line would. Raises UsageError."""
        option, name = self.option, next(iter(self.option.option_strings), None)
        if is_flag(option):
            setattr(options, option.dest, self._is_on())
            return
        values = [self._converted(text) for text in self.texts]
        if isinstance(option, argparse._AppendAction):
            for value in values:
                option(command, options, value, name)
        elif is_repeatable(option):
            option(command, options, values, name)
        else:
            option(command, options, values[0], name)

    def _is_on(self) -> bool:
        text = self.texts[0]
        if text.lower() not in TRUTH:
            raise UsageError(f"{self.source}: {text!r} is neither true nor false")
        return TRUTH[text.lower()]

    def _converted(self, text: str) -> Any:
        """Return the value of a text. Raises UsageError."""
        try:
            value = value_of(self.option, text)
        except argparse.ArgumentTypeError as error:
            raise UsageError(f"{self.source}: {error}") from None
        except (TypeError, ValueError):
            kind = getattr(self.option.type, "__name__", "value")
            raise UsageError(f"{self.source}: {text!r} is not a valid {kind}") from None
        choices = self.option.choices
        if choices is not None and value not in choices:
            allowed = ", ".join(map(str, choices))
            raise UsageError(f"{self.source}: {text!r} is none of {allowed}")
        return value


def value_of(option: argparse.Action, text: str) -> Any:
    """Return the value that a text has for an option. Raises what the type of the option raises."""
    return option.type(text) if callable(option.type) else text


def with_sources(sentence: str, settings: Iterable[Setting]) -> str:
    """Return an error of a command with the places where its options come from: those that it
    names, or else all."""
    named = [s for s in settings if any(name in sentence for name in s.option.option_strings)]
    if named:
        return f"{sentence} (it comes from {listed(named)})"
    return f"{sentence} (options also come from {listed(settings)})" if settings else sentence


def listed(settings: Iterable[Setting]) -> str:
    """Return the places where settings stand."""
    return ", ".join(dict.fromkeys(setting.source for setting in settings))
