"""What a language model does in Zep, done by rules here: the same input gives the same output.

facts       A message of a user is one fact: the speaker, a colon, what was said on one line. It
            relates the speaker to its topic by ASKS_ABOUT where there is a question mark in it,
            else by TELLS_OF. It is rated by how much it says: a twelfth for each different word,
            at most 1.
topics      The first name in the text (words with a capital that do not begin a sentence), else
            its longest telling word, the first one of equals. Words such as "the" tell nothing.
scores      RapidFuzz's token set ratio, from 0 to 1: 1 where all words of the one text are in the
            other one, and less the more letters have to change.
ranks       By score, equals in the order that they are given in. MMR takes the best 50 and chooses
            each next one by `lambda * score - (1 - lambda) * likeness`, where likeness is the
            highest score between it and those chosen before.
summaries   What is most spoken of, and how the first and the last message begin.
questions   The last question that was asked, else one about what is most spoken of.
classes     The one that has most words in common with the messages, the first one of equals.
extraction  See `_extraction`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple, TypeVar

from rapidfuzz.fuzz import token_set_ratio
from rapidfuzz.process import extract
from rapidfuzz.utils import default_process

from ._extraction import fill as fill

T = TypeVar("T")

#: How many of the best MMR puts into a new order; the rest follow as they are.
MMR_POOL = 50
#: The balance of relevance and variety where none is asked for.
MMR_LAMBDA = 0.5

#: So many different words make a fact of the highest rating.
_FULL_RATING = 12
_LONGEST_QUOTE = 200
_LONGEST_TOPIC = 50
_TOPICS = 3

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")  # noqa: RUF001 (an apostrophe as it is typed)
_NAME = re.compile(r"(?<=[^.!?:\s] )[A-Z][\w'-]+(?: [A-Z][\w'-]+)*")
_QUESTION = re.compile(r"[^.!?\n]*\?")
_SENTENCE = re.compile(r".+?[.!?](?=\s|$)")

_SMALL_WORDS = """
    a about all also am an and any are as at be been but by can could did do does for from get got
    had has have he hello her here hi him his how i i'd i'll i'm i've if in into is it it's its just
    know like me more my need no not of on or our out please she should so some tell than thank
    thanks that the their them then there these they this to too up us was we were what when where
    which who why will with would yes you your
"""
_TELL_NOTHING = frozenset(_SMALL_WORDS.split())


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
    words = {word: word.casefold() for word in _WORD.findall(said)}
    rating = min(1.0, round(len(set(words.values())) / _FULL_RATING, 2))
    relation = "ASKS_ABOUT" if "?" in said else "TELLS_OF"
    return Extracted(fact or said, relation, about, _topic(said, words), rating)


def _topic(text: str, words: Mapping[str, str]) -> str:
    for name in _NAME.finditer(text):
        if name[0].casefold() not in _TELL_NOTHING:
            return name[0][:_LONGEST_TOPIC]
    telling = [word for word, plain in words.items() if plain not in _TELL_NOTHING]
    return max(telling or words or [text.strip()], key=len)[:_LONGEST_TOPIC]


def _telling(words: Iterable[str]) -> list[str]:
    return [word for word in words if word.casefold() not in _TELL_NOTHING]


def score(query: str, text: str) -> float:
    """How alike two texts are, from 0 to 1, by their words."""
    return _portion(token_set_ratio(query, text, processor=default_process))


def _portion(ratio: float) -> float:
    return round(ratio / 100, 4)


def most_alike(query: str, texts: Sequence[str], limit: int) -> list[int]:
    """Which of the texts are most like the query, best first."""
    return [number for _, _, number in _extract(query, texts, limit)]


def _extract(query: str, texts: Sequence[str], limit: int | None) -> list[tuple[str, float, int]]:
    return extract(query, texts, scorer=token_set_ratio, processor=default_process, limit=limit)


def rank(
    query: str,
    items: Sequence[T],
    text: Callable[[T], str],
    *,
    limit: int | None,
    min_score: float | None,
    mmr_lambda: float | None,
) -> list[tuple[float, T]]:
    """The items with their scores, best first; `limit` of them, none below `min_score`."""
    texts = [text(item) for item in items]
    most = limit if mmr_lambda is None or limit is None else max(limit, MMR_POOL)
    ranked = [(_portion(ratio), number) for _, ratio, number in _extract(query, texts, most)]
    if min_score is not None:
        ranked = [one for one in ranked if one[0] >= min_score]
    if mmr_lambda is not None:
        ranked = _diverse(ranked[:MMR_POOL], texts, limit, mmr_lambda) + ranked[MMR_POOL:]
    return [(portion, items[number]) for portion, number in ranked[:limit]]


def _diverse(
    pool: list[tuple[float, int]], texts: list[str], limit: int | None, weight: float
) -> list[tuple[float, int]]:
    """The pool by maximal marginal relevance."""
    weight = min(1.0, max(0.0, weight))
    words = {number: default_process(texts[number]) for _, number in pool}
    likeness = dict.fromkeys(words, 0.0)
    chosen: list[tuple[float, int]] = []
    while pool and (limit is None or len(chosen) < limit):
        best = max(pool, key=lambda one: weight * one[0] - (1 - weight) * likeness[one[1]])
        pool.remove(best)
        chosen.append(best)
        for _, number in pool:
            like = token_set_ratio(words[best[1]], words[number]) / 100
            likeness[number] = max(likeness[number], like)
    return chosen


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
    words = [word.casefold() for text in texts for word in _telling(_WORD.findall(text))]
    return ", ".join(word for word, _ in Counter(words).most_common(_TOPICS))


def question_about(texts: Sequence[str]) -> str:
    """A question that the conversation leads to; empty where nothing was said."""
    for text in reversed(texts):
        asked = _QUESTION.findall(text)
        if asked and asked[-1].strip(" ?"):
            return str(asked[-1].strip())
    topics = _topics(texts)
    return f"What is known about {topics}?" if topics else ""


def classify(classes: Sequence[str], texts: Iterable[str]) -> str:
    """The class that has most words in common with the texts; the first one of equals."""
    said = {word for text in texts for word in _plain_words(text)}
    return max(classes, key=lambda name: len(said.intersection(_plain_words(name))))


def _plain_words(text: str) -> list[str]:
    return _PLAIN_WORD.findall(text.casefold())


_PLAIN_WORD = re.compile(r"[^\W_]+")
