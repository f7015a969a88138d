"""Zep's own Python client, zep-cloud 2.22.0, against the running server: its core calls."""

from __future__ import annotations

import pytest
from zep_cloud import (
    FactRatingInstruction,
    Message,
    NotFoundError,
    Session,
    SuccessResponse,
)

from tests.clients.zep_python import ANSWER, HELLO, KEY, add_sessions, connect, contents, settled


def ids(sessions: list[Session] | None) -> list[str | None]:
    """Return the ids of sessions, in their order."""
    return [session.session_id for session in sessions or []]


def test_user_is_added_and_read_back(origin: str) -> None:
    """The user comes back with what it was added with."""
    zep = connect(origin, "k")
    added = zep.user.add(user_id="bob", first_name="Bob", metadata={"plan": "pro"})
    assert (added.user_id, added.first_name, added.metadata) == ("bob", "Bob", {"plan": "pro"})
    assert (added.email, added.deleted_at) == (None, None)
    assert zep.user.get("bob") == added


def test_user_counts_its_sessions(origin: str) -> None:
    """A user has the number of its sessions."""
    zep = settled(origin)
    assert zep.user.get("ann").session_count == 1
    add_sessions(zep, "t")
    assert zep.user.get("ann").session_count == 2


def test_session_is_added_and_read_back(origin: str) -> None:
    """The session comes back with what it was added with, and has not ended."""
    zep = settled(origin)
    rating = FactRatingInstruction(instruction="How much does it matter?")
    added = zep.memory.add_session(
        session_id="t", user_id="ann", metadata={"a": 1}, fact_rating_instruction=rating
    )
    assert (added.session_id, added.user_id, added.metadata) == ("t", "ann", {"a": 1})
    assert (added.fact_rating_instruction, added.classifications) == (rating, {})
    assert (added.ended_at, added.deleted_at) == (None, None)
    assert added.uuid_
    assert added.created_at == added.updated_at
    assert zep.memory.get_session("t") == added


def test_id_may_have_spaces_and_accents(origin: str) -> None:
    """The client does not escape ids; httpx escapes these, and the server reads them back."""
    zep = settled(origin)
    add_sessions(zep, "c é+:@")
    assert zep.memory.get_session("c é+:@").session_id == "c é+:@"


def test_metadata_is_merged(origin: str) -> None:
    """An update merges metadata at every depth, and leaves the rest of the session alone."""
    zep = settled(origin)
    zep.memory.update_session("s", metadata={"order": {"number": 7}})
    updated = zep.memory.update_session("s", metadata={"order": {"paid": True}})
    assert updated.metadata == {"channel": "chat", "order": {"number": 7, "paid": True}}
    assert updated == zep.memory.get_session("s")
    assert updated.updated_at != updated.created_at


def test_sessions_are_listed_by_pages(origin: str) -> None:
    """A page holds the requested number of sessions, and the total count."""
    zep = settled(origin)
    add_sessions(zep, "t", "u")
    page = zep.memory.list_sessions(page_number=2, page_size=2, order_by="session_id", asc=True)
    assert (ids(page.sessions), page.total_count, page.response_count) == (["u"], 3, 1)
    assert ids(zep.memory.list_sessions(page_number=3, page_size=2).sessions) == []


def test_sessions_are_listed_newest_first(origin: str) -> None:
    """Without an order, the newest session is the first; without a size, all are on the page."""
    zep = settled(origin)
    add_sessions(zep, "t", "u")
    assert ids(zep.memory.list_sessions().sessions) == ["u", "t", "s"]


def test_memory_is_added_with_and_without_context(origin: str) -> None:
    """memory.add returns the context only if it was requested."""
    zep = settled(origin)
    assert zep.memory.add("s", messages=[HELLO]).context is None
    context = zep.memory.add("s", messages=[ANSWER], return_context=True).context
    assert context
    assert "Ann: Where is my order?" in context
    assert zep.memory.get("s").context == context


def test_memory_holds_the_last_messages(origin: str) -> None:
    """memory.get returns the last messages, oldest first, each as it was added."""
    zep = settled(origin)
    zep.memory.add("s", messages=[ANSWER, HELLO, ANSWER])
    messages = zep.memory.get("s", lastn=2).messages
    assert contents(messages) == [HELLO.content, ANSWER.content]
    assert messages
    assert HELLO.dict().items() <= messages[0].dict().items()
    assert messages[0].uuid_ != messages[1].uuid_


def test_messages_are_read_by_pages(origin: str) -> None:
    """`limit` is the size of a page and `cursor` its number, as in the Community Edition."""
    zep = settled(origin)
    messages = [Message(role_type="user", content=word) for word in ("one", "two", "three")]
    zep.memory.add("s", messages=messages)
    page = zep.memory.get_session_messages("s", limit=2, cursor=2)
    assert (contents(page.messages), page.total_count, page.row_count) == (["three"], 3, 1)
    assert contents(zep.memory.get_session_messages("s").messages) == ["one", "two", "three"]


def test_message_keeps_its_own_uuid(origin: str) -> None:
    """The server uses the client's uuid for a message."""
    zep = settled(origin)
    uuid = "0b9d1f0e-5c1c-4a8e-8a86-7d0f3a5e2b90"
    zep.memory.add("s", messages=[Message(role_type="user", content="hi", uuid=uuid)])
    messages = zep.memory.get_session_messages("s").messages
    assert [message.uuid_ for message in messages or []] == [uuid]


def test_deleted_session_is_gone(origin: str) -> None:
    """Its messages are deleted, and its id may be used again."""
    zep = settled(origin)
    zep.memory.add("s", messages=[HELLO])
    assert zep.memory.delete("s") == SuccessResponse(message="OK")
    with pytest.raises(NotFoundError):
        zep.memory.get_session("s")
    add_sessions(zep, "s")
    assert zep.memory.get_session_messages("s").total_count == 0


def test_another_key_sees_nothing(origin: str) -> None:
    """A key stands for a project; the same ids may be used in another one."""
    zep = settled(origin)
    other = connect(origin, "bob-key")
    assert other.memory.list_sessions().sessions == []
    with pytest.raises(NotFoundError):
        other.memory.end_session("s")
    other.user.add(user_id="ann", first_name="Anna")
    assert zep.user.get("ann").first_name == "Ann"
    assert zep.memory.get_session("s").ended_at is None


def test_another_client_with_the_key_sees_the_same(origin: str) -> None:
    """A change by one client is visible to another one with the same key."""
    zep = settled(origin)
    assert connect(origin, KEY).memory.end_session("s").session == zep.memory.get_session("s")
