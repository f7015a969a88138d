"""Operations of the tag `debug_logs`."""

from __future__ import annotations

from typing import Any

from understudy import World

from ..zep.model.debug_logging import DURATION
from ..zep.model.debug_logging import enable_debug_logging as enable


def enable_debug_logging(world: World) -> dict[str, Any]:
    """Enable debug logging and ingestion traces for an hour."""
    enable(world)
    return {"duration_seconds": DURATION, "ingestion_trace_enabled": True}
