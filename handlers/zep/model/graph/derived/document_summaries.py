"""Summaries of documents: what the episodes with one `document_id` say together.

They are made as the summaries of sessions are, from the last episodes that are processed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from understudy import Record, World

from ...dates import time_key
from ...intelligence.conversation import summary_of
from ..elements.episodes import as_episode, is_processed, received_at
from ..owner import Owner
from ..records import EPISODES, records_in
from .uuids import derived_uuid

#: How many of the last episodes a summary is about.
_MOST_EPISODES = 50


def document_summaries_of(world: World, owner: Owner) -> list[dict[str, Any]]:
    """Return the summary of each document of a graph."""
    documents: dict[str, list[Record]] = {}
    for stored in records_in(world, EPISODES, owner):
        if stored.get("document") and is_processed(stored):
            documents.setdefault(stored["document"], []).append(stored)
    return [_summarize(episodes) for episodes in documents.values()]


def _summarize(stored: Sequence[Record]) -> dict[str, Any]:
    episodes = [as_episode(one) for one in stored]
    received = [received_at(one) for one in stored]
    return {
        "uuid": derived_uuid(stored[0]["uuid"]),
        "owner": stored[0]["owner"],
        "document_id": episodes[0]["document_id"],
        "summary": summary_of([str(one["content"]) for one in episodes[-_MOST_EPISODES:]]),
        "created_at": received[0],
        "last_summarized_at": received[-1],
        "last_summarized_episode_valid_at": max(
            (one["created_at"] for one in episodes), key=time_key
        ),
        "episodes": [one["uuid"] for one in stored],
    }
