"""Debug logging: for an hour after it was enabled, each new episode has a debug log."""

from __future__ import annotations

from understudy import Collection, World

from .settings.record_types import DebugLoggingRecord

DEBUG_LOGGING = Collection("debug_logging", record=DebugLoggingRecord)

#: For how many seconds debug logging is enabled.
DURATION = 3600

_KEY = "enabled"


def enable_debug_logging(world: World) -> None:
    """Enable debug logging from now on; if it is enabled, the duration begins again."""
    until = world.clock.now() + DURATION * 1_000_000
    world.store.put(DEBUG_LOGGING, _KEY, {"until": until})


def is_debug_logging(world: World) -> bool:
    """Return whether debug logging is enabled now."""
    enabled = world.store.get(DEBUG_LOGGING, _KEY)
    return enabled is not None and world.clock.now() < enabled["until"]
