"""The state of a namespace."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from understudy.client.control_http import ControlHTTP
from understudy.client.keywords import RecordChange

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

    def change_records(self, changes: Iterable[RecordChange]) -> None:
        """Put and delete single records, all of these or none; the others stay.

        A change has `api`, `tenant`, `collection`, `key`, and the new `record` (None deletes it).
        With `expected` it is made only if that is what the record still is (None: there is none).
        Raises ControlError with all violations if something does not fit or is not as expected.
        """
        self._http.request("PATCH", "/records", list(changes))

    def snapshot(self, name: str) -> None:
        """Save the state under a name. Raises ControlError if there are 20 others."""
        self._http.request("PUT", _snapshot(name))

    def read_snapshot(self, name: str) -> dict[str, Any]:
        """Return the state that a snapshot has, as `load` takes it; without the APIs that were not
        used when it was taken. Raises ControlError if there is no such snapshot."""
        state: dict[str, Any] = self._http.request("GET", _snapshot(name))
        return state

    def restore(self, name: str) -> None:
        """Replace the state by that of a snapshot. Raises ControlError if there is none."""
        self._http.request("POST", f"{_snapshot(name)}/restore")


def _snapshot(name: str) -> str:
    return f"/snapshots/{quote(name, safe='')}"
