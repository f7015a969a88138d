"""The state of a namespace."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy.client.control_http import ControlHTTP

#: pytest does not show these frames in the traceback of a test.
__tracebackhide__ = True


class State:
    """The records, seed, clock and settings of a namespace."""

    def __init__(self, http: ControlHTTP) -> None:
        self._http = http

    def export(self) -> dict[str, Any]:
        """Return the state as a JSON document: the schema `State` of the control API.

        `state["apis"][API][TENANT][COLLECTION]["records"][KEY]` is a record.
        """
        state: dict[str, Any] = self._http.request("GET", "/state")
        return state

    def load(self, state: Mapping[str, Any]) -> None:
        """Replace the parts of the state that are given; the others stay.

        Raises ControlError with all violations if the state does not fit; nothing changes then.
        """
        self._http.request("PUT", "/state", dict(state))

    def snapshot(self, name: str) -> None:
        """Save the state under a name. Raises ControlError if there are 20 others."""
        self._http.request("PUT", f"/snapshots/{name}")

    def restore(self, name: str) -> None:
        """Replace the state by that of a snapshot. Raises ControlError if there is none."""
        self._http.request("POST", f"/snapshots/{name}/restore")
