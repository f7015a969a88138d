"""x"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from .words import WORD, plain_words, significant_words

_LONGEST_QUOTE = 200


_TOPICS = 3


_QUESTION = re.compile(r"[^.!?\n]*\?")
_SENTENCE = re.compile(r".+?[.!?](?=\s|$)")


def summary_of(texts: Sequence[str]) -> str:
    """A few sentences about a conversation; empty where nothing was said."""
    said = [" ".join(text.split()) for text in texts]
    said = [text for text in said if text]
    if not said:
        return ""
    topics = _topics(said)
    about = f"The conversation is about {topics}. " if topics else ""
    return f'{about}It begins with "{_opening(said[0])}" and ends with "{_opening(said[-1])}"'


def _opening(text: str) -> str:
    sentence = _SENTENCE.match(text)
    return (sentence[0] if sentence else text)[:_LONGEST_QUOTE]


def _topics(texts: Iterable[str]) -> str:
    """What is most spoken of, in words; empty where all words tell nothing."""
    words = [word.casefold() for text in texts for word in significant_words(WORD.findall(text))]
    return ", ".join(word for word, _ in Counter(words).most_common(_TOPICS))


def question_about(texts: Sequence[str]) -> str:
    """A question that the conversation leads to; empty where nothing was said."""
    for text in reversed(texts):
        asked = _QUESTION.findall(text)
        if asked and asked[-1].strip(" ?"):
            return str(asked[-1].strip())
    topics = _topics(texts)
    return f"What is known about {topics}?" if topics else ""


def choose_class(classes: Sequence[str], texts: Iterable[str]) -> str:
    """The class that has most words in common with the texts; the first one of equals."""
    said = {word for text in texts for word in plain_words(text)}
    return max(classes, key=lambda name: len(said.intersection(plain_words(name))))
