"""What the tests of Zep's Python client share: clients as a user has them, and some words to say.

A pytest plugin, because a fixture that is merely imported looks unused and redefined to linters.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import httpx
import pytest
from zep_cloud import Message

with warnings.catch_warnings():
    # The module declares its fields in a way that Pydantic 2 deprecates.
    warnings.simplefilter("ignore", DeprecationWarning)
    from zep_cloud.client import AsyncZep as AsyncZep
    from zep_cloud.client import Zep as Zep

#: A client for a key; every key has a project of its own.
Connect = Callable[[str], Zep]

KEY = "ann-key"

HELLO = Message(role="Ann", role_type="user", content="Where is my order?", metadata={"n": 1})
ANSWER = Message(role="Helper", role_type="assistant", content="On its way.")


@pytest.fixture
def connect(origin: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Connect]:
    """Makes clients as a user would, but that their sockets are closed in the end."""
    monkeypatch.delenv("ZEP_API_URL", raising=False)  # it would outdo base_url
    with ExitStack() as opened:

        def connect(api_key: str) -> Zep:
            wire = opened.enter_context(httpx.Client())
            return Zep(base_url=f"{origin}/api/v2", api_key=api_key, httpx_client=wire)

        yield connect


@pytest.fixture
def zep(connect: Connect) -> Zep:
    """A client whose project has a user, and a session of hers."""
    client = connect(KEY)
    client.user.add(user_id="ann", first_name="Ann", email="ann@example.com")
    client.memory.add_session(session_id="s", user_id="ann", metadata={"channel": "chat"})
    return client


def add_sessions(zep: Zep, *session_ids: str) -> None:
    """Add sessions of Ann's."""
    for session_id in session_ids:
        zep.memory.add_session(session_id=session_id, user_id="ann")
