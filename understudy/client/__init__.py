"""The side door in Python: what a test does behind the scenes of one namespace.

    with SideDoor("http://127.0.0.1:3000", "my-test") as door:
        door.clock.freeze("2026-01-01T00:00:00Z")
        door.fail_next("getPet", status=503)
        ...
        door.assert_called("getPet", path="/pets/p1")

It needs httpx, which comes with the extra `pytest`. What the server refuses is raised as a
`ControlError` with the server's own words.
"""

from understudy.client.api_double import ApiDouble
from understudy.client.control_client import ControlClient
from understudy.client.control_http import ControlError
from understudy.client.exchange import JournalEntry

__all__ = ["ApiDouble", "ControlClient", "ControlError", "JournalEntry"]
