"""Conclusions from the last messages of a session: a class, a question, values for a schema.

A test may preset them, as records of these collections:

classifications  {"session_id", "name": of the classifier, "class"}, under `SESSION_ID/NAME`
questions        {"session_id", "question"}, under `SESSION_ID`
extractions      {"session_id", "values": {PROPERTY: VALUE}}, under `SESSION_ID`: values, as
                 strings, of properties that a schema may have; other properties are searched for
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy import Collection, World

from ..intelligence.conversation import choose_class, question_about
from ..intelligence.extraction import fill
from ..record_types import ClassificationRecord, ExtractionRecord, QuestionRecord
from .messages import recent_messages, recent_texts

CLASSIFICATIONS = Collection("classifications", record=ClassificationRecord)
QUESTIONS = Collection("questions", record=QuestionRecord, key="session_id")
EXTRACTIONS = Collection("extractions", record=ExtractionRecord, key="session_id")

_DEFAULT_LAST_N = 4


def classify(world: World, session_id: str, request: Mapping[str, Any]) -> dict[str, str]:
    """Return the preset class, else the one that fits the last messages best."""
    name = request["name"]
    preset = world.store.get(CLASSIFICATIONS, f"{session_id}/{name}")
    if preset is not None:
        return {"class": preset["class"], "label": name}
    texts = _last_texts(world, session_id, request.get("last_n"))
    return {"class": choose_class(request["classes"], texts), "label": name}


def persisted_class(
    request: Mapping[str, Any], classification: Mapping[str, str]
) -> dict[str, str]:
    """Return the class by the classifier's name, or nothing if the request asks not to keep it."""
    if request.get("persist") is False:
        return {}
    return {request["name"]: classification["class"]}


def question(world: World, session_id: str, last_n: int | None) -> str:
    """Return the preset question, else one that follows from the last messages."""
    preset = world.store.get(QUESTIONS, session_id)
    if preset is not None:
        return str(preset["question"])
    return question_about(_last_texts(world, session_id, last_n))


def extract(
    world: World,
    session_id: str,
    schema: Mapping[str, Any],
    last_n: int | None,
    *,
    omit_missing: bool,
) -> dict[str, str]:
    """Return a value for each property of the schema: preset, or from the messages."""
    preset = world.store.get(EXTRACTIONS, session_id) or {"values": {}}
    texts = _last_texts(world, session_id, last_n)
    return fill(schema, texts, preset["values"], omit_missing=omit_missing)


def _last_texts(world: World, session_id: str, last_n: int | None) -> list[str]:
    return recent_texts(recent_messages(world, session_id, last_n or _DEFAULT_LAST_N))
