"""Why a test fails at its end, and what the report of a failed test shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from understudy.pytest_plugin.options import fails

if TYPE_CHECKING:
    from understudy.client import ControlClient, JournalEntry

#: The control client of a test.
CONTROL = pytest.StashKey["ControlClient"]()

#: The default origin of `understudy serve`, for curl commands that repeat the requests.
_DEFAULT_ORIGIN = "http://127.0.0.1:3000"

#: The number of exchanges in the report of a failed test.
_MOST_SHOWN = 50


def journal(control: ControlClient) -> str:
    """Return the exchanges of a namespace, one in a line, with their violations."""
    import httpx

    try:
        exchanges = control.requests(limit=_MOST_SHOWN)
    except httpx.HTTPError as error:
        return f"the stand-in does not respond: {error}"
    return "\n".join(map(_description, exchanges)) or "no requests"


def failure(node: pytest.Item | pytest.Collector, control: ControlClient) -> str:
    """Return why a test fails, with the requests as curl commands; empty if it passes."""
    reasons = []
    if fails(node, "violations"):
        invalid = [_description(e) for e in control.requests(valid=False)]
        reasons += ["the client violated the contract:", *invalid, ""] if invalid else []
    if fails(node, "deprecated"):
        called = [str(e) for e in control.requests(deprecated=True)]
        reasons += ["the client called deprecated operations:", *called, ""] if called else []
    if not reasons:
        return ""
    curl = control.curl(direction="incoming").replace(control.origin, _DEFAULT_ORIGIN)
    commands = curl.splitlines()[-_MOST_SHOWN:]
    return "\n".join([*reasons, "its requests, to be repeated with `understudy serve`:", *commands])


def _description(exchange: JournalEntry) -> str:
    lines = [str(exchange), *(f"  {violation}" for violation in exchange.violations)]
    return "\n".join(lines)
