"""The mutants of Zep v4, by area."""

from __future__ import annotations

from tests.mutants.language import collected
from tests.mutants.zep4 import (
    batch_items,
    batches,
    graph_contents,
    graph_lists,
    graph_searches,
    graph_settings,
    graphs,
    settings,
    tasks,
    templates,
    thread_lists,
    threads,
    user_fields,
    user_lists,
    users,
)

MUTANTS = collected(
    users,
    user_lists,
    user_fields,
    threads,
    thread_lists,
    graphs,
    graph_lists,
    graph_searches,
    graph_contents,
    settings,
    templates,
    graph_settings,
    batches,
    batch_items,
    tasks,
)
