"""Zep's own Python client, zep-cloud 2.22.0, against the running server: what it is there for."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from zep_cloud import (
    ClassifySessionRequest,
    EndSessionResponse,
    FactRatingInstruction,
    Message,
    NotFoundError,
    Session,
    SessionClassification,
    SuccessResponse,
)
from zep_python import ANSWER, HELLO, KEY, AsyncZep, Connect, Zep, add_sessions

pytest_plugins = ("zep_python",)


def ids(sessions: list[Session] | None) -> list[str | None]:
    """The ids of sessions, in their order."""
    return [session.session_id for session in sessions or []]


def contents(messages: list[Message] | None) -> list[str]:
    """What messages say, in their order."""
    return [message.content for message in messages or []]


def test_a_user_is_added_and_read_back(connect: Connect) -> None:
    """The user comes back with what it was added with."""
    zep = connect("k")
    added = zep.user.add(user_id="bob", first_name="Bob", metadata={"plan": "pro"})
    assert (added.user_id, added.first_name, added.metadata) == ("bob", "Bob", {"plan": "pro"})
    assert (added.email, added.deleted_at) == (None, None)
    assert zep.user.get("bob") == added


def test_a_user_counts_its_sessions(zep: Zep) -> None:
    """A user says how many sessions it has."""
    assert zep.user.get("ann").session_count == 1
    add_sessions(zep, "t")
    assert zep.user.get("ann").session_count == 2


def test_a_session_is_added_and_read_back(zep: Zep) -> None:
    """The session comes back with what it was added with, and has not ended."""
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


def test_an_id_may_have_spaces_and_accents(zep: Zep) -> None:
    """The client does not escape ids; what httpx makes of these is read back all the same."""
    add_sessions(zep, "c é+:@")
    assert zep.memory.get_session("c é+:@").session_id == "c é+:@"


def test_metadata_is_merged(zep: Zep) -> None:
    """An update merges metadata at every depth, and leaves the rest of the session alone."""
    zep.memory.update_session("s", metadata={"order": {"number": 7}})
    updated = zep.memory.update_session("s", metadata={"order": {"paid": True}})
    assert updated.metadata == {"channel": "chat", "order": {"number": 7, "paid": True}}
    assert updated == zep.memory.get_session("s")
    assert updated.updated_at != updated.created_at


def test_sessions_are_listed_by_pages(zep: Zep) -> None:
    """A page holds as many as were asked for, and says how many there are in all."""
    add_sessions(zep, "t", "u")
    page = zep.memory.list_sessions(page_number=2, page_size=2, order_by="session_id", asc=True)
    assert (ids(page.sessions), page.total_count, page.response_count) == (["u"], 3, 1)
    assert ids(zep.memory.list_sessions(page_number=3, page_size=2).sessions) == []


def test_sessions_are_listed_newest_first(zep: Zep) -> None:
    """Without an order, the newest session is the first; without a size, all are on the page."""
    add_sessions(zep, "t", "u")
    assert ids(zep.memory.list_sessions().sessions) == ["u", "t", "s"]


def test_memory_is_added_with_and_without_context(zep: Zep) -> None:
    """memory.add answers the context where it was asked for, and only there."""
    assert zep.memory.add("s", messages=[HELLO]).context is None
    context = zep.memory.add("s", messages=[ANSWER], return_context=True).context
    assert context
    assert "Ann: Where is my order?" in context
    assert zep.memory.get("s").context == context


def test_memory_holds_the_last_messages(zep: Zep) -> None:
    """memory.get answers the last messages, oldest first, each as it was given."""
    zep.memory.add("s", messages=[ANSWER, HELLO, ANSWER])
    messages = zep.memory.get("s", lastn=2).messages
    assert contents(messages) == [HELLO.content, ANSWER.content]
    assert messages
    assert HELLO.dict().items() <= messages[0].dict().items()
    assert messages[0].uuid_ != messages[1].uuid_


def test_messages_are_read_by_pages(zep: Zep) -> None:
    """`limit` is the size of a page and `cursor` its number, as in the Community Edition."""
    said = [Message(role_type="user", content=word) for word in ("one", "two", "three")]
    zep.memory.add("s", messages=said)
    page = zep.memory.get_session_messages("s", limit=2, cursor=2)
    assert (contents(page.messages), page.total_count, page.row_count) == (["three"], 3, 1)
    assert contents(zep.memory.get_session_messages("s").messages) == ["one", "two", "three"]


def test_a_message_keeps_the_uuid_that_it_brings(zep: Zep) -> None:
    """The client's own uuid for a message is the server's too."""
    uuid = "0b9d1f0e-5c1c-4a8e-8a86-7d0f3a5e2b90"
    zep.memory.add("s", messages=[Message(role_type="user", content="hi", uuid=uuid)])
    messages = zep.memory.get_session_messages("s").messages
    assert [message.uuid_ for message in messages or []] == [uuid]


def test_a_session_is_ended(zep: Zep) -> None:
    """end_session answers the session as it is from then on, and no classification."""
    answer = zep.memory.end_session("s")
    assert answer == EndSessionResponse(session=zep.memory.get_session("s"))
    assert answer.session
    assert answer.session.ended_at == answer.session.updated_at


def test_a_session_ends_once(zep: Zep) -> None:
    """To end a session again is no error, and changes nothing."""
    first = zep.memory.end_session("s", instruction="Sum it up")
    assert zep.memory.end_session("s") == first


def test_an_ended_session_is_still_read(zep: Zep) -> None:
    """What was said in a session that has ended can be read, and it is listed."""
    zep.memory.add("s", messages=[HELLO])
    ended = zep.memory.end_session("s").session
    assert contents(zep.memory.get("s").messages) == [HELLO.content]
    assert contents(zep.memory.get_session_messages("s").messages) == [HELLO.content]
    assert zep.memory.list_sessions().sessions == [ended]


def test_a_session_is_classified_at_its_end(zep: Zep) -> None:
    """With `classify`, end_session answers the class too, and the session keeps it."""
    zep.memory.add("s", messages=[HELLO])
    request = ClassifySessionRequest(name="topic", classes=["billing", "order"], last_n=4)
    answer = zep.memory.end_session("s", classify=request)
    assert answer.classification == SessionClassification.parse_obj(
        {"class": "order", "label": "topic"}
    )
    assert zep.memory.get_session("s").classifications == {"topic": "order"}


def test_a_classification_need_not_be_kept(zep: Zep) -> None:
    """With `persist=False`, the class is answered, and the session does not keep it."""
    request = ClassifySessionRequest(name="topic", classes=["billing"], persist=False)
    answer = zep.memory.end_session("s", classify=request)
    assert answer.classification == SessionClassification.parse_obj(
        {"class": "billing", "label": "topic"}
    )
    assert zep.memory.get_session("s").classifications == {}


def test_several_sessions_are_ended(zep: Zep) -> None:
    """end_sessions answers them in the order of the request, a repeated one once."""
    add_sessions(zep, "t")
    sessions = zep.memory.end_sessions(session_ids=["t", "s", "t"]).sessions
    assert sessions == [zep.memory.get_session("t"), zep.memory.get_session("s")]
    assert all(session.ended_at for session in sessions)


def test_all_sessions_are_ended_or_none(zep: Zep) -> None:
    """Where one of the sessions is unknown, the others have not ended."""
    with pytest.raises(NotFoundError):
        zep.memory.end_sessions(session_ids=["s", "nowhere"])
    assert zep.memory.get_session("s").ended_at is None


def test_a_deleted_session_is_gone(zep: Zep) -> None:
    """Nothing is left of it, and its id may be used again."""
    zep.memory.add("s", messages=[HELLO])
    assert zep.memory.delete("s") == SuccessResponse(message="OK")
    with pytest.raises(NotFoundError):
        zep.memory.get_session("s")
    add_sessions(zep, "s")
    assert zep.memory.get_session_messages("s").total_count == 0


def test_another_key_sees_nothing(zep: Zep, connect: Connect) -> None:
    """A key stands for a project; the same ids may be used in another one."""
    other = connect("bob-key")
    assert other.memory.list_sessions().sessions == []
    with pytest.raises(NotFoundError):
        other.memory.end_session("s")
    other.user.add(user_id="ann", first_name="Anna")
    assert zep.user.get("ann").first_name == "Ann"
    assert zep.memory.get_session("s").ended_at is None


def test_another_client_with_the_key_sees_the_same(zep: Zep, connect: Connect) -> None:
    """What one client did, another one of the same key sees."""
    assert connect(KEY).memory.end_session("s").session == zep.memory.get_session("s")


def test_the_asynchronous_client_ends_a_session(zep: Zep, origin: str) -> None:
    """AsyncZep does the same as Zep, where it is given the same key."""

    async def end() -> EndSessionResponse:
        async with httpx.AsyncClient() as wire:
            base_url = f"{origin}/api/v2"
            client = AsyncZep(base_url=base_url, api_key=KEY, httpx_client=wire)
            return await client.memory.end_session("s")

    assert asyncio.run(end()).session == zep.memory.get_session("s")
