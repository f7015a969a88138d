"""Text for people: plurals, and lines that a terminal shows as they are."""

from __future__ import annotations

import re

_CONTROL = re.compile("[^\t\n -~\xa0-\ud7ff\ue000-\U0010ffff]")


def counted(number: int, singular: str, plural: str = "") -> str:
    """Return a number with its noun: `1 finding`, `2 findings`."""
    return f"{number} {singular if number == 1 else plural or singular + 's'}"


def visible(text: str) -> str:
    """Return a text with the numbers of control characters in their place, so that what a server
    sent does nothing to a terminal. Line breaks and tabs stay."""
    return _CONTROL.sub(lambda character: f"\\x{ord(character[0]):02x}", text)


def cut(line: str, length: int, note: str = "...") -> str:
    """Return a line of at most `length` characters; the note at its end says that it is cut."""
    return line if len(line) <= length else line[: max(0, length - len(note))] + note
