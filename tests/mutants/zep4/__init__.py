"""The mutants of Zep v4, by area."""

from __future__ import annotations

from tests.mutants.language import collected
from tests.mutants.zep4 import (
    batches,
    graph_contents,
    graph_lists,
    graph_searches,
    graphs,
    settings,
    threads,
    users,
)

MUTANTS = collected(
    users, threads, graphs, graph_lists, graph_searches, graph_contents, settings, batches
)
