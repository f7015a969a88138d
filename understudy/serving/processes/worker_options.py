"""What the number of workers means for the other options."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from understudy.errors import UsageError
from understudy.runtime.memory_budget import DEFAULT_MOST, LEAST
from understudy.serving.api import Api

if TYPE_CHECKING:
    from understudy.recordings.replay import Replay


def check_workers(
    apis: Iterable[Api], replay: Replay | None, workers: int, unshared: bool, is_shared: bool
) -> None:
    """Raise UsageError if there are several workers whose answers would differ, because each has
    state of its own, and nobody said that they may."""
    if workers == 1 or unshared or is_shared:
        return
    stateful = ", ".join(api.name for api in apis if _has_state(api))
    has_sequences = replay is not None and replay.has_sequences
    if stateful or has_sequences:
        what = f"the state of {stateful}" if stateful else "the place in the recording"
        raise UsageError(
            f"--workers {workers}: {what} would differ between workers; give a "
            "shared store by --store redis://HOST/DB, or --unshared to do without"
        )


def check_system(workers: int) -> None:
    """Raise UsageError if this system cannot run several workers."""
    if workers > 1 and sys.platform != "linux":
        raise UsageError(
            f"--workers {workers}: only Linux deals connections out among processes; leave "
            "--workers out"
        )


def memory_of_each(workers: int, most: int | None) -> int:
    """Return the bytes that each worker may take of `--max-memory`, an equal share. Raises
    UsageError if that is too little."""
    if most is None:
        return max(DEFAULT_MOST // workers, LEAST)
    if most // workers < LEAST:
        raise UsageError(
            f"--max-memory is for all {workers} workers together, and each needs at least "
            f"{LEAST // 1_000_000}MB: give {workers * LEAST // 1_000_000}MB or more"
        )
    return most // workers


def _has_state(api: Api) -> bool:
    """Return whether answers of an API depend on earlier requests: it has handlers, or records
    without any, such as idempotency keys."""
    has_handlers = any(api.handler(operation) for operation in api.contract.operations)
    return has_handlers or bool(api.collections)
