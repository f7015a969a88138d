"""A deterministic stand-in for Zep's classifier, which asks a language model."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from understudy import World

from ._messages import recent_messages

DEFAULT_LAST_N = 4

_WORD = re.compile(r"[^\W_]+")


def classify(world: World, session_id: str, request: Mapping[str, Any]) -> dict[str, str]:
    """The class that shares most words with the last messages; the first one of equals."""
    messages = recent_messages(world, session_id, request.get("last_n") or DEFAULT_LAST_N)
    said = set().union(*(_words(message["content"]) for message in messages))
    best = max(request["classes"], key=lambda name: len(_words(name) & said))
    return {"class": best, "label": request["name"]}


def persists(request: Mapping[str, Any]) -> bool:
    """Whether the session keeps the classification: yes, unless the request says no."""
    return request.get("persist") is not False


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.casefold()))
