"""A message as the history of its session shows it. It is kept with the message, as it is read more
often than written."""

from __future__ import annotations

from typing import Any

from understudy import Record

from ._state import iso


def with_history(message: dict[str, Any]) -> Record:
    """The message, and how it is shown from now on."""
    message["inHistory"] = {
        "id": message["id"],
        "content": message["content"],
        "authorId": message["authorId"],
        "isAgent": message["isAgent"],
        "createdAt": iso(message["createdAt"]),
        "metadata": _with_thought(message["metadata"], message["rawMessage"]),
    }
    return message


def _with_thought(metadata: Record, raw: Any) -> Record:
    """With the thought and the actions that came with the message, never with those that its
    metadata pretends."""
    if type(raw) is dict and ("thought" in raw or "actions" in raw):
        return {**metadata, "thought": raw.get("thought"), "actions": raw.get("actions")}
    if "thought" in metadata or "actions" in metadata:
        return {name: v for name, v in metadata.items() if name not in ("thought", "actions")}
    return metadata
