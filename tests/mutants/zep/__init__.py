"""The mutants of Zep, by area."""

from __future__ import annotations

from tests.mutants.language import collected
from tests.mutants.zep import (
    common,
    documents,
    graph,
    groups,
    knowledge,
    memory,
    messages,
    session_lists,
    sessions,
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
    documents,
    common,
)
