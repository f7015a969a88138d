"""Why a test fails at its end, and what the report of a failed test shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from understudy.pytest_plugin.options import Node, fails
from understudy.pytest_plugin.plans import unmet_plans

if TYPE_CHECKING:
    from understudy.client import ControlClient, JournalEntry

#: The control clients of a test, of a module or of the session, by the names of their fixtures.
CONTROLS = pytest.StashKey[dict[str, "ControlClient"]]()

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


def controls_of(item: pytest.Item) -> dict[str, ControlClient]:
    """Return the control clients that a test uses, by the names of their fixtures."""
    used = {"understudy", *getattr(item, "fixturenames", ())}
    nodes = (node.stash.get(CONTROLS, {}) for node in item.listchain())
    return {name: control for of_node in nodes for name, control in of_node.items() if name in used}


def failure(node: Node, control: ControlClient, *, plans: bool = True) -> str:
    """Return why a test fails, with the requests as curl commands; empty if it passes. Without
    `plans`, it does not matter whether they were met."""
    reasons: list[str] = []
    if fails(node, "violations"):
        invalid = [_description(e) for e in control.requests(valid=False)]
        reasons += _reason("violations", "the client violated the contract:", invalid)
    if fails(node, "deprecated"):
        called = [str(e) for e in control.requests(deprecated=True)]
        reasons += _reason("deprecated", "the client called deprecated operations:", called)
    if plans and fails(node, "unused"):
        reasons += _reason("unused", "planned but never met:", unmet_plans(control))
    return "\n".join([*reasons, *_commands(node, control)]) if reasons else ""


def _reason(what: str, title: str, lines: list[str]) -> list[str]:
    """Return the lines of one reason, with the marker that allows it; none if there is none."""
    marker = f'if that is meant: @pytest.mark.understudy({what}="allow")'
    return [title, *lines, marker, ""] if lines else []


def _commands(node: Node, control: ControlClient) -> list[str]:
    """Return the requests as curl commands for the default server, to be pasted."""
    curl = control.curl(direction="incoming", default_key=True)
    commands = curl.replace(control.origin, _DEFAULT_ORIGIN).splitlines()[-_MOST_SHOWN:]
    if not commands:
        return ["it made no requests"]
    serve = f"understudy serve {node.config.getini('understudy_project')}".rstrip()
    return [f"its requests, to be repeated with `{serve}`:", *commands]


def _description(exchange: JournalEntry) -> str:
    lines = [str(exchange), *(f"  {violation}" for violation in exchange.violations)]
    return "\n".join(lines)
