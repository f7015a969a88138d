"""Which class a session belongs to.

A test plants what it wants to be answered: `{"session_id", "name": of the classifier, "class"}` in
the collection `classifications`, under the key `SESSION_ID/NAME`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy import Collection, World

from ._intelligence import classify as class_of
from ._messages import recent_messages

CLASSIFICATIONS = Collection("classifications")

DEFAULT_LAST_N = 4


def classify(world: World, session_id: str, request: Mapping[str, Any]) -> dict[str, str]:
    """The class that was planted, else the one that fits the last messages best."""
    name = request["name"]
    planted = world.store.get(CLASSIFICATIONS, f"{session_id}/{name}")
    if planted is not None:
        return {"class": planted["class"], "label": name}
    messages = recent_messages(world, session_id, request.get("last_n") or DEFAULT_LAST_N)
    texts = [message["content"] for message in messages]
    return {"class": class_of(request["classes"], texts), "label": name}


def kept(request: Mapping[str, Any], classification: Mapping[str, str]) -> dict[str, str]:
    """What the session keeps of it: the class by the classifier's name, unless it shall not."""
    if request.get("persist") is False:
        return {}
    return {request["name"]: classification["class"]}
