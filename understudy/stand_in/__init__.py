"""A stand-in for tests and programs: its server, and `understudy.serve`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from understudy.stand_in.server import StandInServer as StandInServer


def __getattr__(name: str) -> Any:
    """Return StandInServer, imported at its first use: `import understudy` has to stay quick."""
    if name == "StandInServer":
        from understudy.stand_in.server import StandInServer

        return StandInServer
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
