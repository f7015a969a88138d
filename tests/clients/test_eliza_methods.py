"""Every method of @elizaos/api-client 1.7.2 against the stand-in as release 1.7.2.

eliza_methods.mjs calls them; eliza_methods.txt has the outcome of each call with @elizaos/server
1.7.2 itself, run on loopback: the names of the fields of its value, or its error.
"""

from __future__ import annotations

import json

import httpx

from tests.clients.javascript import CLIENTS, needs_javascript, node

pytestmark = needs_javascript


def test_methods_have_the_outcomes_of_the_release(http: httpx.Client, origin: str) -> None:
    """More than a hundred calls have the expected outcomes, and no method is left out."""
    settings = {"personas": {"eliza": "1.7"}}
    assert http.patch("/_understudy/settings", json=settings).is_success
    # A job of one second must not expire while a slow machine asks for it.
    assert http.post("/_understudy/clock", json={"freeze": "2026-01-01T00:00:00Z"}).is_success
    result = json.loads(node("eliza_methods.mjs", origin))
    assert result["outcomes"] == (CLIENTS / "eliza_methods.txt").read_text().splitlines()
    assert result["uncalled"] == []
