"""Titles of channels: what a language model would say that a conversation is about."""

from __future__ import annotations

import re

from understudy import Record

#: With fewer messages there is no title yet.
FEWEST_MESSAGES = 4

_MOST_WORDS = 6
_WORD = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*")


def title_of(messages: list[Record]) -> str:
    """Return the first words of the oldest of the messages, which are newest first."""
    words = _WORD.findall(str(messages[-1]["content"])[:1000])[:_MOST_WORDS]
    return " ".join(word[:1].upper() + word[1:] for word in words) or "Conversation"
