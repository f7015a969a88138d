"""Every method of @elizaos/api-client 1.7.2 against the stand-in as release 1.7.2.

eliza_methods.mjs calls them; eliza_methods.txt has what each call came to with @elizaos/server
1.7.2 itself, run on loopback: the names in what it resolved to, or what it threw.
"""

from __future__ import annotations

import json

import httpx

from tests.clients.javascript import CLIENTS, needs_javascript, node

pytestmark = needs_javascript

#: What is meant to be different: no fault of a client's is 500 here, and no valid request 400.
MEANT = {
    "agents.getWorlds: throws 400 INVALID_ID Invalid agent ID format": (
        "agents.getWorlds: throws 404 INVALID_ID Invalid agent ID format"
    ),
    "audio.speechConversation: throws 500 500 "
    "Cannot destructure property 'text' of 'req.body' as it is undefined.": (
        "audio.speechConversation: throws 400 INVALID_CONTENT_TYPE "
        "Invalid or missing Content-Type header"
    ),
}


def test_every_method_does_what_it_does_with_the_release(http: httpx.Client, origin: str) -> None:
    """In more than a hundred calls, valid ones and others, and none of the methods is left out."""
    settings = {"personas": {"eliza": "1.7"}}
    assert http.patch("/_understudy/settings", json=settings).is_success
    # A job of one second must not expire while a slow machine asks for it.
    assert http.post("/_understudy/clock", json={"freeze": "2026-01-01T00:00:00Z"}).is_success
    told = json.loads(node("eliza_methods.mjs", origin))
    expected = (CLIENTS / "eliza_methods.txt").read_text().splitlines()
    assert {*expected} > MEANT.keys()
    assert told["outcomes"] == [MEANT.get(outcome, outcome) for outcome in expected]
    assert told["uncalled"] == []
