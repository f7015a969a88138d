"""What is concluded from the last messages of a session: a class, a question, values for a schema.

A test plants what it wants to be answered, as records of these collections:

classifications  {"session_id", "name": of the classifier, "class"}, under `SESSION_ID/NAME`
questions        {"session_id", "question"}, under `SESSION_ID`
extractions      {"session_id", "values": {PROPERTY: VALUE}}, under `SESSION_ID`: the values, as
                 strings, of properties that a schema may ask for; others are looked for as ever
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy import Collection, World

from ..intelligence.conversation import choose_class, question_about
from ..intelligence.extraction import fill
from .messages import recent_messages

CLASSIFICATIONS = Collection("classifications")
QUESTIONS = Collection("questions")
EXTRACTIONS = Collection("extractions")

_DEFAULT_LAST_N = 4


def classify(world: World, session_id: str, request: Mapping[str, Any]) -> dict[str, str]:
    """The class that was planted, else the one that fits the last messages best."""
    name = request["name"]
    planted = world.store.get(CLASSIFICATIONS, f"{session_id}/{name}")
    if planted is not None:
        return {"class": planted["class"], "label": name}
    texts = _last_texts(world, session_id, request.get("last_n"))
    return {"class": choose_class(request["classes"], texts), "label": name}


def persisted_class(
    request: Mapping[str, Any], classification: Mapping[str, str]
) -> dict[str, str]:
    """What the session keeps of it: the class by the classifier's name, unless it shall not."""
    if request.get("persist") is False:
        return {}
    return {request["name"]: classification["class"]}


def question(world: World, session_id: str, last_n: int | None) -> str:
    """The question that was planted, else one that the last messages lead to."""
    planted = world.store.get(QUESTIONS, session_id)
    if planted is not None:
        return str(planted["question"])
    return question_about(_last_texts(world, session_id, last_n))


def extract(
    world: World,
    session_id: str,
    schema: Mapping[str, Any],
    last_n: int | None,
    *,
    only_said: bool,
) -> dict[str, str]:
    """A value for each property of the schema: the planted one, else one from the messages."""
    planted = world.store.get(EXTRACTIONS, session_id) or {"values": {}}
    texts = _last_texts(world, session_id, last_n)
    return fill(schema, texts, planted["values"], only_said=only_said)


def _last_texts(world: World, session_id: str, last_n: int | None) -> list[str]:
    messages = recent_messages(world, session_id, last_n or _DEFAULT_LAST_N)
    return [message["content"] for message in messages]
