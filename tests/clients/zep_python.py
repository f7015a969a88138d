"""Zep's own Python client, and messages for the tests."""

from __future__ import annotations

import os
import warnings

import httpx
from zep_cloud import Message

with warnings.catch_warnings():
    # The module declares its fields in a way that Pydantic 2 deprecates.
    warnings.simplefilter("ignore", DeprecationWarning)
    from zep_cloud.client import AsyncZep as AsyncZep
    from zep_cloud.client import Zep as Zep

# It would take precedence over `base_url`, and the tests would call another server.
os.environ.pop("ZEP_API_URL", None)

HELLO = Message(role="Ann", role_type="user", content="Where is my order?", metadata={"n": 1})
ANSWER = Message(role="Helper", role_type="assistant", content="On its way.")

KEY = "ann-key"


def connect(origin: str, api_key: str) -> Zep:
    """Return a client; every key has a project of its own."""
    # The client cannot be closed: none of its connections may outlive its request.
    http_client = httpx.Client(limits=httpx.Limits(max_keepalive_connections=0))
    return Zep(base_url=f"{origin}/api/v2", api_key=api_key, httpx_client=http_client)


def settled(origin: str) -> Zep:
    """Return a client whose project has the user `ann`, and a session `s` of hers."""
    zep = connect(origin, KEY)
    zep.user.add(user_id="ann", first_name="Ann", email="ann@example.com")
    zep.memory.add_session(session_id="s", user_id="ann", metadata={"channel": "chat"})
    return zep


def add_sessions(zep: Zep, *session_ids: str) -> None:
    """Add sessions of Ann's."""
    for session_id in session_ids:
        zep.memory.add_session(session_id=session_id, user_id="ann")


def contents(messages: list[Message] | None) -> list[str]:
    """Return the contents of messages, in their order."""
    return [message.content for message in messages or []]
