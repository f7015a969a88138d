"""Many clients at once see one state: their histories are linearizable, on each store."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.support.histories.recorder import record
from tests.support.histories.verdict import violations
from tests.support.server import running
from tests.support.stores import STORES_AND_WORKERS, serve_arguments


@pytest.mark.parametrize(("store", "workers"), STORES_AND_WORKERS)
def test_history_is_linearizable(store: str, workers: int, tmp_path: Path) -> None:
    """50 clients that use the same sessions see each write at one moment, alone and in lists."""
    with serve_arguments(store, tmp_path, workers) as arguments, running(*arguments) as server:
        history = record(f"{server.url}/_ns/history", clients=50, operations=3000)
    assert violations(history) == []
    done = Counter(operation.action for operation in history if operation.status in (200, 201))
    assert min(done[action] for action in ("create", "change", "delete", "end", "say", "page")) > 20
