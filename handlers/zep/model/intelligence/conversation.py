"""Summaries, questions and classes of a conversation.

summaries   The most frequent significant words, and how the first and the last message begin.
questions   The last question in the messages, else one about the most frequent words.
classes     The class with the most words in common with the messages; the first one of equals.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from .words import WORD, plain_words, significant_words

_LONGEST_QUOTE = 200

_TOPICS = 3

#: It can begin after the end of a sentence only, so that no text is searched twice.
_QUESTION = re.compile(r"(?:^|(?<=[.!?\n]))[^.!?\n]*\?")
_SENTENCE = re.compile(r".+?[.!?](?=\s|$)")


def summary_of(texts: Sequence[str]) -> str:
    """Return a few sentences about a conversation; empty if it has no text."""
    lines = [" ".join(text.split()) for text in texts]
    lines = [line for line in lines if line]
    if not lines:
        return ""
    topics = _topics(lines)
    about = f"The conversation is about {topics}. " if topics else ""
    return f'{about}It begins with "{_opening(lines[0])}" and ends with "{_opening(lines[-1])}"'


def _opening(text: str) -> str:
    sentence = _SENTENCE.match(text)
    return (sentence[0] if sentence else text)[:_LONGEST_QUOTE]


def _topics(texts: Iterable[str]) -> str:
    """Return the most frequent significant words, joined; empty if there are none."""
    words = [word.casefold() for text in texts for word in significant_words(WORD.findall(text))]
    return ", ".join(word for word, _ in Counter(words).most_common(_TOPICS))


def question_about(texts: Sequence[str]) -> str:
    """Return a question that follows from the conversation; empty if it has no text."""
    for text in reversed(texts):
        questions = _QUESTION.findall(text)
        if questions and questions[-1].strip(" ?"):
            return str(questions[-1].strip())
    topics = _topics(texts)
    return f"What is known about {topics}?" if topics else ""


def choose_class(classes: Sequence[str], texts: Iterable[str]) -> str:
    """Return the class with the most words in common with the texts; the first one of equals."""
    words = {word for text in texts for word in plain_words(text)}
    return max(classes, key=lambda name: len(words.intersection(plain_words(name))))
