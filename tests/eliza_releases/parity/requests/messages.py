"""Messages of channels and of other platforms, and jobs."""

from __future__ import annotations

from typing import Any

from tests.eliza_releases.parity.comparison import Comparison
from tests.eliza_releases.parity.requests.common import MESSAGING

_CHANNEL = MESSAGING + "/channels/{channel}"
_MESSAGES = f"{_CHANNEL}/messages"
_JOBS = f"{MESSAGING}/jobs"

_NEW_CHANNEL: dict[str, Any] = {
    "name": "Notes",
    "message_server_id": "{server}",
    "participantCentralUserIds": ["{user}"],
}

_MESSAGE: dict[str, Any] = {
    "author_id": "{user}",
    "content": "a note",
    "message_server_id": "{server}",
    "raw_message": {"a": 1},
    "source_type": "test",
    "metadata": {"b": 2},
}

#: Fields that replace those of a valid message.
_CHANGES: tuple[dict[str, Any], ...] = (
    {"author_id": "nope"},
    {"message_server_id": "nope"},
    {"message_server_id": "{absent}"},
    {"content": ""},
    {"content": 5},
    {"in_reply_to_message_id": "nope"},
    {"in_reply_to_message_id": "{absent}"},
    {"raw_message": "text"},
    {"metadata": "text"},
)

_SUBMITTED: dict[str, Any] = {**_MESSAGE, "channel_id": "{channel}"}

_NEW_JOBS: tuple[dict[str, Any], ...] = (
    {},
    {"userId": "{user}"},
    {"userId": "nope", "content": "hello"},
    {"userId": "{user}", "content": ""},
    {"userId": "{user}", "content": 5},
    {"userId": "{user}", "content": "hello", "agentId": "nope"},
    {"userId": "{user}", "content": "hello", "agentId": "{absent}"},
    {"userId": "{user}", "content": "hello", "timeoutMs": 1},
    {"userId": "{user}", "content": "hello", "timeoutMs": "text"},
    {"userId": "{user}", "content": "hello", "metadata": {"a": 1}},
)


def messages(compare: Comparison) -> None:
    """Send, read and delete messages of channels; submit those of other platforms."""
    compare("POST", f"{MESSAGING}/channels", _NEW_CHANNEL, save={"channel": "/data/id"})
    compare("POST", _MESSAGES, _MESSAGE)
    compare("POST", f"{_CHANNEL}/agents", {"agentId": "{agent}"})
    compare.each("POST", _MESSAGES, [_without(_MESSAGE, name) for name in _MESSAGE])
    compare.each("POST", _MESSAGES, [{**_MESSAGE, **change} for change in _CHANGES])
    compare("POST", _MESSAGES, _MESSAGE, save={"message": "/data/id"})
    compare("POST", MESSAGING + "/channels/{absent}/messages", _MESSAGE)
    compare("POST", MESSAGING + "/channels/nope/messages", _MESSAGE)
    queries = ("", "limit=2", "limit=0", "limit=abc", "before=0", "before=abc", "limit=-1")
    compare.get(*(f"{_MESSAGES}?{query}" for query in queries), shape_only=True)
    _other_platforms(compare)
    _delete_messages(compare)


def _without(body: dict[str, Any], name: str) -> dict[str, Any]:
    """Return a body without one of its fields."""
    return {key: value for key, value in body.items() if key != name}


def _other_platforms(compare: Comparison) -> None:
    names = ("channel_id", "author_id", "content", "source_type", "raw_message")
    compare.each("POST", f"{MESSAGING}/submit", [_without(_SUBMITTED, name) for name in names])
    compare.each("POST", f"{MESSAGING}/submit", [_SUBMITTED, {**_SUBMITTED, "channel_id": "nope"}])
    compare("POST", f"{MESSAGING}/action", {})
    compare("POST", f"{MESSAGING}/action", _SUBMITTED, save={"action": "/data/id"})
    for action in ("{action}", "nope", "{absent}"):
        compare("PATCH", f"{MESSAGING}/action/{action}", {"content": "done"})
    for name in ("ingest-external", "complete", "external-messages"):
        compare("POST", f"{MESSAGING}/{name}", {})


def _delete_messages(compare: Comparison) -> None:
    compare.table(
        ("DELETE", _MESSAGES + "/{message}"),
        ("DELETE", _MESSAGES + "/{message}"),
        ("DELETE", _MESSAGES + "/nope"),
        ("DELETE", _MESSAGES),
        ("GET", _MESSAGES),
    )


def jobs(compare: Comparison) -> None:
    """Create jobs, which hold an agent's answer once it has one, and read them."""
    compare("GET", _JOBS)
    compare("GET", f"{_JOBS}/health", shape_only=True)
    compare.each("POST", _JOBS, _NEW_JOBS, save={"job": "/jobId"})
    compare("GET", _JOBS + "/{job}", shape_only=True)
    compare("GET", f"{_JOBS}/nope")
    compare.get(f"{_JOBS}?limit=1", f"{_JOBS}?limit=abc", shape_only=True)
    compare("GET", f"{_JOBS}?status=nope")
    compare("GET", f"{_JOBS}?status=completed", shape_only=True)
