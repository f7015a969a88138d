"""The mutants of Zep, by area."""

from __future__ import annotations

from tests.mutants.language import collected
from tests.mutants.zep import (
    batches,
    common,
    documents,
    graph,
    graphs_of_v3,
    groups,
    knowledge,
    memory,
    messages,
    session_lists,
    sessions,
    settings,
    threads,
    users,
)

MUTANTS = collected(
    users,
    groups,
    sessions,
    session_lists,
    threads,
    memory,
    messages,
    knowledge,
    graph,
    graphs_of_v3,
    documents,
    settings,
    batches,
    common,
)
