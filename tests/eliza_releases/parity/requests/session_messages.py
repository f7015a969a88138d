"""Messages of sessions: sent, refused, and read page by page."""

from __future__ import annotations

from typing import Any

from tests.eliza_releases.parity.comparison import Comparison
from tests.eliza_releases.parity.requests.common import SESSIONS, create_session

_SESSION = SESSIONS + "/{session}"
_MESSAGES = f"{_SESSION}/messages"

_NEW_MESSAGES: tuple[dict[str, Any], ...] = (
    {"content": "hello"},
    {"content": " "},
    {"content": "x" * 4000},
    {"content": "x" * 4001},
    {"content": "\U0001f600" * 2001},
    {"content": ""},
    {"content": 5},
    {},
    {"content": "hello", "metadata": {"mood": "calm", "platform": "other"}},
    {"content": "hello", "metadata": {"a": "x" * 11000}},
    {"content": "", "metadata": {"a": "x" * 11000}},
    {"content": "hello", "metadata": "text"},
    {"content": "hello", "attachments": [{"url": "http://localhost/a.png"}]},
    {"content": "hello", "transport": "nope"},
    {"content": 5, "transport": "nope"},
    {"content": "hello", "mode": "nope"},
    {"content": "hello", "mode": "websocket"},
    {"content": "hello", "transport": "http"},
    {"content": "hello", "mode": "sync"},
    {"content": "hello", "transport": "sse"},
)

_PAGES = (
    *("", "limit=3", "limit=12", "limit=0", "limit=-5", "limit=999", "limit=abc"),
    *("limit=2abc", "limit=1.9", "limit=", "limit=2&limit=3", "before=&after=", "unknown=1"),
    *("before={at3}", "before={at3}&limit=2", "before=0", "before=abc", "before=9" + "9" * 16),
    *("after={at3}", "after={at0}&limit=2", "after=0", "after=abc", "after={at5}"),
    *("after=99999999999999999", "after=abc&before=abc", "before=-1", "after=-1"),
    *("before=2026-01-01T00:00:00Z", "after=2026-01-01T00:00:00Z", "after=12abc"),
    *("before={at4}&after={at1}", "before={at4}&after={at1}&limit=2"),
    "before={at1}&after={at4}",
    *("limit=3&before=", "limit=0x10", "limit=1e1", "limit=%205", "limit=100", "limit=101"),
)


def session_messages(compare: Comparison) -> None:
    """Send messages, valid and invalid, then renew the session."""
    create_session(compare, "session", metadata={"platform": "web"})
    for body in _NEW_MESSAGES:
        compare("POST", _MESSAGES, body, shape_only=_has_agent_answer(body))
    compare.each(
        "POST",
        f"{SESSIONS}/nope/messages",
        [{}, {"content": ""}, {"content": "hello"}, {"content": "hello", "mode": "x"}],
    )
    compare("GET", f"{SESSIONS}/nope/messages?before=abc")
    compare("POST", _MESSAGES, content=b"{", headers={"content-type": "application/json"})
    compare("POST", _MESSAGES, content=b"hello", headers={"content-type": "text/plain"})
    compare("POST", f"{_SESSION}/heartbeat")
    compare("POST", f"{_SESSION}/renew", {"ignored": 1})


def _has_agent_answer(body: dict[str, Any]) -> bool:
    """Return whether the response to a message contains the agent's answer."""
    return body.get("transport") == "http" or body.get("mode") == "sync"


def paging(compare: Comparison) -> None:
    """Read pages of messages, with every kind of limit and cursor."""
    create_session(compare, "session")
    compare("GET", _MESSAGES)
    for number in range(6):
        save = {f"at{number}": "/userMessage/created_at"}
        compare("POST", _MESSAGES, {"content": f"message {number}"}, save=save)
        compare.wait_for_items(_MESSAGES, "/messages", 2 * number + 2)
    compare.get(*(f"{_MESSAGES}?{query}" for query in _PAGES))


def older_release(compare: Comparison) -> None:
    """Send messages in sessions of release 1.6.5, where they have the shape of the reference."""
    create_session(compare, "session", metadata={"platform": "web"})
    create_session(compare, "empty")
    compare("GET", _SESSION)
    bodies: tuple[dict[str, Any], ...] = (
        {"content": "hello"},
        {"content": "hello", "metadata": {"mood": "calm"}},
        {"content": "hello", "attachments": [{"url": "http://localhost/a.png"}]},
    )
    for number, body in enumerate(bodies):
        compare("POST", _MESSAGES, body)
        compare.wait_for_items(_MESSAGES, "/messages", 2 * number + 2)
    queries = ("", "limit=2", "limit=100", "after=0")
    compare.get(*(f"{_MESSAGES}?{query}" for query in queries), shape_only=True)
    compare("GET", SESSIONS + "/{empty}/messages")
    compare("DELETE", SESSIONS + "/{empty}")
