"""Words of a text, and which of them are significant."""

from __future__ import annotations

import re
from collections.abc import Iterable

WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")  # noqa: RUF001 (an apostrophe as it is typed)

_PLAIN_WORD = re.compile(r"[^\W_]+")

_STOP_WORDS = """
    a about all also am an and any are as at be been but by can could did do does for from get got
    had has have he hello her here hi him his how i i'd i'll i'm i've if in into is it it's its just
    know like me more my need no not of on or our out please she should so some tell than thank
    thanks that the their them then there these they this to too up us was we were what when where
    which who why will with would yes you your
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())


def significant_words(words: Iterable[str]) -> list[str]:
    """Return the words that are not stop words."""
    return [word for word in words if word.casefold() not in STOP_WORDS]


def plain_words(text: str) -> list[str]:
    """Return the words of a text in lower case, without apostrophes."""
    return _PLAIN_WORD.findall(text.casefold())
