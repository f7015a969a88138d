"""x"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from .words import STOP_WORDS, WORD

#: So many different words make a fact of the highest rating.
_FULL_RATING = 12


_LONGEST_TOPIC = 50


_NAME = re.compile(r"(?<=[^.!?:\s] )[A-Z][\w'-]+(?: [A-Z][\w'-]+)*")


class Extracted(NamedTuple):
    """A fact, and the relation of two entities that it tells of."""

    fact: str
    name: str
    source: str
    target: str
    rating: float


def facts_from(speaker: str, text: str, about: str | None = None) -> list[Extracted]:
    """What a message of a user says: one fact about somebody, the speaker unless another is
    named, or none where there is no text."""
    line = " ".join(text.split())
    return [stated(about or speaker, line, f"{speaker}: {line}")] if line else []


def stated(about: str, said: str, fact: str | None = None) -> Extracted:
    """A fact about somebody in the words that were said, unless it has others."""
    words = {word: word.casefold() for word in WORD.findall(said)}
    rating = min(1.0, round(len(set(words.values())) / _FULL_RATING, 2))
    relation = "ASKS_ABOUT" if "?" in said else "TELLS_OF"
    return Extracted(fact or said, relation, about, _topic(said, words), rating)


def _topic(text: str, words: Mapping[str, str]) -> str:
    for name in _NAME.finditer(text):
        if name[0].casefold() not in STOP_WORDS:
            return name[0][:_LONGEST_TOPIC]
    telling = [word for word, plain in words.items() if plain not in STOP_WORDS]
    return max(telling or words or [text.strip()], key=len)[:_LONGEST_TOPIC]
