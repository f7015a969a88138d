"""A Python client of the control API: tests reset, control and inspect one namespace by it.

    with ControlClient("http://127.0.0.1:3000", "my-test") as control:
        control.clock.freeze("2026-01-01T00:00:00Z")
        control.fail_next("getPet", status=503)
        ...
        control.assert_called("getPet", path="/pets/p1")

`match` has what a value of a request may be like: a text with a regular expression, a type, and so
on. An error response of the server is raised as a `ControlError` with the server's message.
"""

from understudy.client import match
from understudy.client.api_double import ApiDouble
from understudy.client.control_client import ControlClient
from understudy.client.control_http import ControlError
from understudy.client.exchange import Delivery, JournalEntry
from understudy.client.keywords import RecordChange
from understudy.client.stubs.messages import Request, Response

__all__ = [
    "ApiDouble",
    "ControlClient",
    "ControlError",
    "Delivery",
    "JournalEntry",
    "RecordChange",
    "Request",
    "Response",
    "match",
]
