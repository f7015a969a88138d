"""The state of a namespace."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy.client.control_http import ControlHTTP


class State:
    """All that the namespace keeps."""

    def __init__(self, wire: ControlHTTP) -> None:
        self._wire = wire

    def export(self) -> dict[str, Any]:
        """The state as one JSON document."""
        told: dict[str, Any] = self._wire.ask("GET", "/state")
        return told

    def load(self, state: Mapping[str, Any]) -> None:
        """Put the namespace into a state."""
        self._wire.ask("PUT", "/state", dict(state))

    def snapshot(self, name: str) -> None:
        """Remember the state by a name."""
        self._wire.ask("PUT", f"/snapshots/{name}")

    def restore(self, name: str) -> None:
        """Go back to the state of that name."""
        self._wire.ask("POST", f"/snapshots/{name}/restore")
