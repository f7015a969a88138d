"""Facts in statements.

facts   A message of a user is one fact: the speaker, a colon, the text on one line. It connects the
        speaker to its topic, by ASKS_ABOUT if there is a question mark in it, else by TELLS_OF. Its
        rating grows with its content: a twelfth for each different word, at most 1.
topics  The first name in the text (words with a capital that do not begin a sentence), else its
        longest significant word, the first one of equals.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from .words import STOP_WORDS, WORD

#: How many different words give a fact the highest rating.
_FULL_RATING = 12

_LONGEST_TOPIC = 50

_NAME = re.compile(r"(?<=[^.!?:\s] )[A-Z][\w'-]+(?: [A-Z][\w'-]+)*")


class Extracted(NamedTuple):
    """A fact, and the relation between two entities that it states."""

    fact: str
    name: str
    source: str
    target: str
    rating: float


def facts_from(speaker: str, text: str, about: str | None = None) -> list[Extracted]:
    """Return the one fact that a user's message states, or none if it has no text.

    The fact is about the speaker, or about `about`.
    """
    line = " ".join(text.split())
    return [stated(about or speaker, line, f"{speaker}: {line}")] if line else []


def stated(about: str, statement: str, fact: str | None = None) -> Extracted:
    """Return the fact in a statement about somebody, in other words if `fact` is given."""
    words = {word: word.casefold() for word in WORD.findall(statement)}
    rating = min(1.0, round(len(set(words.values())) / _FULL_RATING, 2))
    relation = "ASKS_ABOUT" if "?" in statement else "TELLS_OF"
    return Extracted(fact or statement, relation, about, _topic(statement, words), rating)


def _topic(text: str, words: Mapping[str, str]) -> str:
    for name in _NAME.finditer(text):
        if name[0].casefold() not in STOP_WORDS:
            return name[0][:_LONGEST_TOPIC]
    significant = [word for word, plain in words.items() if plain not in STOP_WORDS]
    return max(significant or words or [text.strip()], key=len)[:_LONGEST_TOPIC]
