"""Results that a test has planted for the query of a search.

The collection `searches` holds `{"text", "results": [{"session_id", "score", and one of "message",
"summary" and "fact"}]}` under the text that is searched for. In a graph, the facts of it are found
that are edges there.
"""

from __future__ import annotations

from typing import Any

from understudy import Collection, Record, World

from ...record_types import SearchRecord
from ..elements.facts import FACTS
from ..owner import Owner, graph_of
from ..records import is_in_graph

SEARCHES = Collection("searches", record=SearchRecord)


def planted_results(world: World, text: str) -> list[dict[str, Any]] | None:
    """Return the results that a test has planted for a text, else None."""
    stored = world.store.get(SEARCHES, text)
    return None if stored is None else list(stored["results"])


def planted_edges(world: World, owner: Owner, query: str) -> list[tuple[float, Record]] | None:
    """Return the edges of a graph that a test has planted for a query; None if there are none."""
    graph = graph_of(owner)
    found = []
    for result in planted_results(world, query) or ():
        stored = world.store.get(FACTS, result["fact"]["uuid"]) if "fact" in result else None
        if stored and stored["owner"] == graph and is_in_graph(stored):
            found.append((float(result.get("score") or 0.0), stored))
    return found or None
