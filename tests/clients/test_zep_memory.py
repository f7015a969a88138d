"""Memory of sessions through Zep's own Python client, zep-cloud 2.22.0."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest
from pydantic import Field
from zep_cloud import (
    ApiError,
    BadRequestError,
    Message,
    NotFoundError,
    Question,
    RoleType,
    SessionClassification,
    SummaryListResponse,
)
from zep_cloud.core.api_error import ApiError as Refusal

from tests.clients.zep_python import ANSWER, HELLO, KEY, Zep, add_sessions, settled

with warnings.catch_warnings():
    # The module declares its fields in a way that Pydantic 2 deprecates.
    warnings.simplefilter("ignore", DeprecationWarning)
    from zep_cloud.extractor.models import ZepDate, ZepEmail, ZepModel, ZepNumber, ZepText

Act = Callable[[Zep], Any]

UNKNOWN = "00000000-0000-4000-8000-000000000000"
NOT_FOUND = ApiError(message="not found")


def add_messages(zep: Zep, *contents: str, session_id: str = "s") -> None:
    """Add messages of Ann's to a session."""
    messages = [Message(role="Ann", role_type="user", content=content) for content in contents]
    zep.memory.add(session_id, messages=messages)


def only_message(zep: Zep) -> Message:
    """Return the only message of the session."""
    messages = zep.memory.get_session_messages("s").messages
    assert messages is not None
    [message] = messages
    return message


def facts(zep: Zep, session_id: str = "s", **options: Any) -> list[str]:
    """Return the texts of the relevant facts."""
    return [fact.content for fact in zep.memory.get(session_id, **options).relevant_facts or []]


def test_message_is_read_by_its_uuid(origin: str) -> None:
    """The message is the listed one; the case of its uuid does not matter."""
    zep = settled(origin)
    zep.memory.add("s", messages=[HELLO])
    message = only_message(zep)
    assert message.uuid_
    assert zep.memory.get_session_message("s", message.uuid_) == message
    assert zep.memory.get_session_message("s", message.uuid_.upper()) == message


def test_metadata_of_a_message_is_merged(origin: str) -> None:
    """Objects are merged at every depth, `system` is ignored, and an ended session allows it."""
    zep = settled(origin)
    zep.memory.add("s", messages=[HELLO])
    before = only_message(zep)
    assert before.uuid_
    zep.memory.update_message_metadata("s", before.uuid_, metadata={"a": {"b": 1}})
    zep.memory.end_session("s")
    after = zep.memory.update_message_metadata(
        "s", before.uuid_, metadata={"a": {"c": 2}, "system": {"mine": True}}
    )
    assert after.metadata == {"n": 1, "a": {"b": 1, "c": 2}}
    assert (after.content, after.created_at) == (before.content, before.created_at)
    assert after.updated_at != before.updated_at
    assert only_message(zep) == after


def test_message_belongs_to_its_session(origin: str) -> None:
    """Another session does not have the message; each operation has its own error message."""
    zep = settled(origin)
    add_sessions(zep, "t")
    zep.memory.add("s", messages=[HELLO])
    uuid = only_message(zep).uuid_
    assert uuid
    with pytest.raises(NotFoundError) as caught:
        zep.memory.get_session_message("t", uuid)
    assert caught.value.body == ApiError(message="no message found for UUID")
    with pytest.raises(NotFoundError) as caught:
        zep.memory.update_message_metadata("t", uuid, metadata={"a": 1})
    assert caught.value.body == NOT_FOUND
    assert only_message(zep).metadata == HELLO.metadata


def test_invalid_message_uuid_is_refused(origin: str) -> None:
    """A text that is no uuid is refused; the client has no class for this error."""
    zep = settled(origin)
    with pytest.raises(Refusal) as caught:
        zep.memory.get_session_message("s", "17")
    assert (type(caught.value), caught.value.status_code) == (Refusal, 400)
    assert caught.value.body["message"].startswith("bad request: path /messageUUID: ")


def test_relevant_facts_belong_to_the_user(origin: str) -> None:
    """The five facts most similar to the last messages are returned, of all the user's sessions."""
    zep = settled(origin)
    add_sessions(zep, "t")
    add_messages(zep, "My cat is called Tom.", *(f"I bought book {number}." for number in range(6)))
    zep.memory.add("t", messages=[Message(role_type="assistant", content="How is the cat?")])
    memory = zep.memory.get("t")
    assert facts(zep, "t")[0] == "Ann: My cat is called Tom."
    assert len(facts(zep, "t")) == 5
    assert memory.context
    assert memory.relevant_facts
    for fact in memory.relevant_facts:
        assert f"  - {fact.content} ({fact.valid_at} - present)\n" in memory.context
    assert "<ENTITIES>\n  - Ann\n  - Tom\n" in memory.context


def test_relevant_facts_of_another_user_are_apart(origin: str) -> None:
    """Facts from one user's messages are not relevant for another user."""
    zep = settled(origin)
    zep.user.add(user_id="bob")
    zep.memory.add_session(session_id="b", user_id="bob")
    add_messages(zep, "My cat is called Tom.")
    zep.memory.add("b", messages=[Message(role_type="user", content="What is my cat called?")])
    assert facts(zep, "b") == ["bob: What is my cat called?"]


def test_facts_are_relevant_from_a_minimum_rating(origin: str) -> None:
    """Facts with a lower rating are in neither the list nor the context."""
    zep = settled(origin)
    add_messages(zep, "Tea!", "I would like a large cup of green tea with some milk in it, please.")
    low, high = "Ann: Tea!", "Ann: I would like a large cup of green tea with some milk"
    assert len(facts(zep)) == 2
    assert [fact.startswith(high) for fact in facts(zep, min_rating=0.5)] == [True]
    context = zep.memory.get("s", min_rating=0.5).context
    assert context
    assert high in context
    assert low not in context
    assert facts(zep, min_rating=2) == []


def role_types_of_episodes(zep: Zep) -> list[str | None]:
    """Return the role types of the episodes in Ann's graph, in their order."""
    return [episode.role_type for episode in zep.graph.episode.get_by_user_id("ann").episodes or []]


ROLE_TYPES: tuple[RoleType, ...] = ("norole", "system", "assistant", "user", "function", "tool")


def test_facts_come_from_users_only(origin: str) -> None:
    """Messages of all roles become episodes; only those of users become facts."""
    zep = settled(origin)
    messages = [Message(role_type=role, content=f"I am {role}.") for role in ROLE_TYPES]
    zep.memory.add("s", messages=messages)
    assert role_types_of_episodes(zep) == list(ROLE_TYPES)
    assert facts(zep) == ["Ann: I am user."]


@pytest.mark.parametrize("ignored", ROLE_TYPES)
def test_ignored_role_is_not_in_the_graph(origin: str, ignored: RoleType) -> None:
    """Its messages are kept in the session, but not in the graph."""
    zep = settled(origin)
    messages = [Message(role_type=role, content=f"I am {role}.") for role in ROLE_TYPES]
    zep.memory.add("s", messages=messages, ignore_roles=[ignored])
    assert role_types_of_episodes(zep) == [role for role in ROLE_TYPES if role != ignored]
    assert facts(zep) == ["Ann: I am user."] * (ignored != "user")
    kept = zep.memory.get_session_messages("s").messages or []
    assert [message.role_type for message in kept] == list(ROLE_TYPES)
    zep.memory.delete("s")
    assert len(role_types_of_episodes(zep)) == len(ROLE_TYPES) - 1


def test_messages_of_a_deleted_session_stay_in_the_graph(origin: str) -> None:
    """Their episodes have no session, and their uuids may be used again."""
    zep = settled(origin)
    messages = [Message(uuid=UNKNOWN, role_type="user", content="My cat is called Tom.")]
    zep.memory.add("s", messages=messages)
    zep.memory.delete("s")
    [episode] = zep.graph.episode.get_by_user_id("ann").episodes or []
    assert (episode.uuid_, episode.session_id) == (UNKNOWN, None)
    add_sessions(zep, "s")
    assert zep.memory.get_session_messages("s").total_count == 0
    zep.memory.add("s", messages=[HELLO])
    zep.memory.add("s", messages=messages)
    stored = zep.memory.get_session_messages("s").messages or []
    assert [message.content for message in stored] == [HELLO.content, messages[0].content]
    assert len(role_types_of_episodes(zep)) == len(zep.user.get_facts("ann").facts or []) == 2


def test_facts_outlive_their_session(origin: str) -> None:
    """Facts of a deleted session stay with its user; a new session of the same id has none."""
    zep = settled(origin)
    add_messages(zep, "My cat is called Tom.")
    [kept] = zep.memory.get_session_facts("s").facts or []
    zep.memory.end_session("s")
    zep.memory.delete("s")
    add_sessions(zep, "s")
    assert zep.memory.get("s").relevant_facts == [kept]
    assert zep.memory.get("s").summary is None
    assert zep.memory.get_session_facts("s").facts == []
    assert zep.memory.get_summaries("s").summaries == []


def test_ended_session_has_a_summary(origin: str) -> None:
    """Ending a session creates its summary, which is then part of the memory."""
    zep = settled(origin)
    add_sessions(zep, "t")
    zep.memory.add("s", messages=[HELLO, ANSWER])
    assert zep.memory.get("s").summary is None
    zep.memory.end_sessions(session_ids=["s", "t"])
    summary = zep.memory.get("s").summary
    messages = zep.memory.get("s").messages
    assert summary
    assert messages
    assert summary.content == (
        'The conversation is about order, way. It begins with "Where is my order?" '
        'and ends with "On its way."'
    )
    assert summary.related_message_uuids == [message.uuid_ for message in messages]
    assert (summary.token_count, bool(summary.uuid_)) == (19, True)
    assert zep.memory.get_summaries("s") == SummaryListResponse(
        summaries=[summary], total_count=1, row_count=1
    )
    assert zep.memory.get_summaries("t") == SummaryListResponse(
        summaries=[], total_count=0, row_count=0
    )


def test_summary_is_made_anew_for_new_messages(origin: str) -> None:
    """It keeps its uuid, and stays the same without new messages."""
    zep = settled(origin)
    zep.memory.add("s", messages=[HELLO])
    [first] = zep.memory.get_summaries("s").summaries or []
    assert zep.memory.get_summaries("s").summaries == [first]
    zep.memory.add("s", messages=[ANSWER])
    [second] = zep.memory.get_summaries("s").summaries or []
    assert (second.uuid_, second.content != first.content) == (first.uuid_, True)


def test_question_comes_from_the_last_messages(origin: str) -> None:
    """The last question among the given number of messages is returned."""
    zep = settled(origin)
    assert zep.memory.synthesize_question("s") == Question(question="")
    zep.memory.add("s", messages=[HELLO, ANSWER])
    assert zep.memory.synthesize_question("s").question == "Where is my order?"
    last = zep.memory.synthesize_question("s", last_n_messages=1)
    assert last.question == "What is known about way?"


def test_session_is_classified(origin: str) -> None:
    """The class shares words with the last messages, and is kept unless `persist` is false."""
    zep = settled(origin)
    zep.memory.add("s", messages=[HELLO, ANSWER])
    classes = ["small talk", "order status"]
    classification = zep.memory.classify_session("s", name="topic", classes=classes)
    assert classification == SessionClassification.parse_obj(
        {"class": "order status", "label": "topic"}
    )
    zep.memory.end_session("s")
    last = zep.memory.classify_session("s", name="last", classes=classes, last_n=1)
    assert last.class_ == "small talk"
    zep.memory.classify_session("s", name="fleeting", classes=classes, persist=False)
    session = zep.memory.get_session("s")
    assert session.classifications == {"topic": "order status", "last": "small talk"}
    assert session.ended_at


class Customer(ZepModel):
    """The data of a customer."""

    full_name: ZepText | None = Field(description="The name", default=None)
    email: ZepEmail | None = Field(description="The address", default=None)
    shoe_size: ZepNumber | None = Field(description="The size", default=None)
    birthday: ZepDate | None = Field(description="The day", default=None)


def test_data_is_extracted(origin: str) -> None:
    """The client's own model has values from the messages, and else defaults that it can parse."""
    zep = settled(origin)
    add_messages(zep, "My full name is Ann Lee.", "I am ann@example.com, and my shoe size is 39")
    known = {"full_name": "Ann Lee", "email": "ann@example.com", "shoe_size": 39}
    memory: Any = zep.memory  # whose types lack `extract`
    now = datetime(2026, 1, 1, tzinfo=UTC)
    extracted = memory.extract("s", Customer(), current_date_time=now)
    assert extracted == Customer.model_validate({**known, "birthday": date(1970, 1, 1)})
    validated = memory.extract("s", Customer(), validate=True)
    assert validated == Customer.model_validate(known)


def test_data_is_extracted_as_strings(origin: str) -> None:
    """All values are strings from the given number of messages."""
    zep = settled(origin)
    add_messages(zep, "Size: 39", "Well.")
    schema = json.dumps({"properties": {"size": {"type": "integer"}}})
    assert zep.memory.extract_data("s", last_n=2, model_schema=schema) == {"size": "39"}
    assert zep.memory.extract_data("s", last_n=1, model_schema=schema) == {"size": "0"}
    none = zep.memory.extract_data("s", last_n=1, model_schema=schema, validate=True)
    assert none == {}


@pytest.mark.parametrize("schema", ["", "{", "[]", "7", '"text"', "[" * 100_000])
def test_schema_that_is_no_json_object_is_refused(origin: str, schema: str) -> None:
    """The client raises BadRequestError."""
    with pytest.raises(BadRequestError) as caught:
        settled(origin).memory.extract_data("s", last_n=4, model_schema=schema)
    assert caught.value.body == ApiError(message="bad request: model_schema is not a JSON object")


NOWHERE: dict[str, Act] = {
    "get_session_message": lambda zep: zep.memory.get_session_message("nowhere", UNKNOWN),
    "update_message_metadata": lambda zep: zep.memory.update_message_metadata(
        "nowhere", UNKNOWN, metadata={}
    ),
    "get_summaries": lambda zep: zep.memory.get_summaries("nowhere"),
    "synthesize_question": lambda zep: zep.memory.synthesize_question("nowhere"),
    "classify_session": lambda zep: zep.memory.classify_session("nowhere", name="n", classes=["c"]),
    "extract_data": lambda zep: zep.memory.extract_data("nowhere", last_n=1, model_schema="{}"),
}


@pytest.mark.parametrize("act", NOWHERE.values(), ids=NOWHERE)
def test_unknown_session_is_not_found(origin: str, act: Act) -> None:
    """The client raises NotFoundError, with the message in its body."""
    with pytest.raises(NotFoundError) as caught:
        act(settled(origin))
    assert (caught.value.status_code, caught.value.body) == (404, NOT_FOUND)


UNDECLARED: dict[str, tuple[Act, str]] = {
    "no classes": (
        lambda zep: zep.memory.classify_session("s", name="n", classes=[]),
        "bad request: body /classes: ",
    ),
    "negative count": (
        lambda zep: zep.memory.synthesize_question("s", last_n_messages=-1),
        "bad request: query /lastNMessages: ",
    ),
}


@pytest.mark.parametrize(("act", "message"), UNDECLARED.values(), ids=UNDECLARED)
def test_bad_request_says_why(origin: str, act: Act, message: str) -> None:
    """The client raises its core ApiError, because it declares no 400 for these methods."""
    with pytest.raises(Refusal) as caught:
        act(settled(origin))
    assert (type(caught.value), caught.value.status_code) == (Refusal, 400)
    assert caught.value.body["message"].startswith(message)


def test_sessions_are_listed_by_cursor(origin: str) -> None:
    """The list of the Community Edition, which no client has, holds ids above the cursor."""
    zep = settled(origin)
    add_sessions(zep, "t", "u")
    zep.memory.delete("t")
    headers = {"Authorization": f"Api-Key {KEY}"}
    with httpx.Client(base_url=f"{origin}/api/v2", headers=headers) as http:

        def listed(**query: int) -> list[str]:
            return [session["session_id"] for session in http.get("/sessions", params=query).json()]

        assert listed() == listed(limit=0) == listed(cursor=0) == ["s", "u"]
        assert listed(limit=1) == ["s"]
        assert listed(limit=1, cursor=1) == listed(cursor=2) == ["u"]
        assert listed(cursor=3) == []
        assert http.get("/sessions").json()[0] == zep.memory.get_session("s").dict()
        assert http.get("/sessions", params={"limit": -1}).status_code == 400
