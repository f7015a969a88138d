"""Zep's own Python client, zep-cloud 4.0.1, against the running server: threads and messages."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.clients.sdk import Sdk, model
from tests.clients.zep4 import refusal, values
from understudy.client import ControlClient


@pytest.fixture
def thread(zep: Any) -> dict[str, Any]:
    """Return a thread of a new user, Ada."""
    user = zep.user.create(user_id="ada", first_name="Ada")
    created: dict[str, Any] = zep.thread.create(user_uuid=user["uuid"])
    return created


def said(content: str, role: str = "user", **fields: Any) -> dict[str, Any]:
    """Return a message to add."""
    return model("AddMessage", role=role, content=content, **fields)


def test_threads_live(zep: Any, thread: dict[str, Any]) -> None:
    """A thread is created, read, listed and deleted, with its messages and their episodes."""
    uuid, user = thread["uuid"], thread["user_uuid"]
    assert "thread_id" not in thread
    assert zep.thread.get(uuid) == thread
    assert thread["graph_uuid"] == zep.user.get(user)["graph_uuid"]
    added = zep.thread.add_messages(uuid, messages=[said("I like tea.")])
    assert len(zep.user.get_node(user)["episode_uuids"]) == 1
    task = zep.thread.delete(uuid)["task"]
    assert (task["type"], task["status"]) == ("thread.delete", "succeeded")
    assert zep.user.get_node(user)["episode_uuids"] == []
    gone = (404, "not_found", None)
    assert refusal(zep.thread.get, uuid) == gone
    assert refusal(zep.thread.list_messages, uuid) == gone
    assert refusal(zep.thread.message.get, uuid, added["messages"][0]["uuid"]) == gone
    assert zep.thread.list() == []


def test_threads_are_listed(zep: Any, control: ControlClient) -> None:
    """All threads or those of a user, newest first, or by the last change."""
    control.clock.freeze("2026-01-01T00:00:00Z")
    users = [zep.user.create()["uuid"] for _ in range(2)]
    made = []
    for number in range(5):
        made.append(zep.thread.create(user_uuid=users[number % 2])["uuid"])
        control.clock.advance(seconds=1)
    listed = values(zep.thread.list(page_size=2), "uuid")
    assert listed == made[::-1]
    of_user = zep.thread.list(user_uuid=users[0], order="asc", page_size=1)
    assert values(of_user, "uuid") == [made[0], made[2], made[4]]
    zep.thread.add_messages(made[1], messages=[said("I like tea.")])
    changed = zep.thread.list(order_by="updated_at", page_size=3)
    assert values(changed, "uuid") == [made[1], made[4], made[3], made[2], made[0]]
    sorted_ones = values(zep.thread.list(order_by="uuid", order="asc"), "uuid")
    assert sorted_ones == sorted(made)


def test_messages_are_read_as_they_were_added(zep: Any, thread: dict[str, Any]) -> None:
    """In their order, or the last ones first; those of ignored roles are in no graph."""
    uuid = thread["uuid"]
    result = zep.thread.add_messages(
        uuid,
        messages=[
            said("I moved to Uppsala.", name="Ada", metadata={"mood": "calm", "tags": ["a", 1]}),
            said("Welcome.", "assistant", reference_time="2026-10-20T12:30:00Z"),
            said("I like tea."),
        ],
        ignore_roles=["assistant"],
        return_context=True,
    )
    first, second, _ = result["messages"]
    assert (first["role"], first["name"], first["processed"]) == ("user", "Ada", True)
    assert (first["metadata"], first["thread_uuid"]) == ({"mood": "calm", "tags": ["a", 1]}, uuid)
    assert second["reference_time"] == "2026-10-20T12:30:00Z"
    assert second["created_at"] == first["created_at"] == first["reference_time"]
    assert "I moved to Uppsala." in result["context"]
    assert result["task"]["type"] == "thread.add_messages"
    assert zep.thread.list_messages(uuid, page_size=2) == result["messages"]
    newest = zep.thread.list_messages(uuid, page_size=1, order="desc")
    assert newest == result["messages"][::-1]
    assert zep.thread.message.get(uuid, first["uuid"]) == first
    episodes = zep.thread.list_episodes(uuid, page_size=1)
    assert values(episodes, "content") == ["I moved to Uppsala.", "I like tea."]
    assert (episodes[0]["uuid"], episodes[0]["thread_uuid"]) == (first["uuid"], uuid)
    assert (episodes[0]["source"], episodes[0]["role_name"]) == ("message", "Ada")
    assert zep.thread.get_context(uuid)["context"] == result["context"]
    summary = zep.thread.get_summary(uuid)
    assert (summary["thread_uuid"], summary["graph_uuid"]) == (uuid, thread["graph_uuid"])
    assert summary["summary"]


def test_metadata_of_a_message_is_merged(zep: Any, thread: dict[str, Any]) -> None:
    """Null removes a key; more than ten keys, or an object, are refused and change nothing."""
    uuid = thread["uuid"]
    known = {f"k{number}": number for number in range(9)}
    added = zep.thread.add_messages(uuid, messages=[said("Hi.", metadata=known)])
    message = added["messages"][0]["uuid"]
    changed = zep.thread.message.update(uuid, message, metadata={"k0": None, "a": 1, "b": ["x"]})
    expected = {**{name: known[name] for name in known if name != "k0"}, "a": 1, "b": ["x"]}
    assert changed["metadata"] == expected
    update = zep.thread.message.update
    assert refusal(update, uuid, message, metadata={"c": 1})[:2] == (
        400,
        "invalid_request",
    )
    assert refusal(update, uuid, message, metadata={"a": {"deep": 1}}) == (
        400,
        "invalid_request",
        "metadata.a",
    )
    assert zep.thread.message.get(uuid, message)["metadata"] == expected


def test_messages_are_refused(zep: Any, thread: dict[str, Any]) -> None:
    """Too many, too long, without role, or with an id of the client's own: none is added."""
    uuid, add = thread["uuid"], zep.thread.add_messages
    kind, code = 400, "invalid_request"
    for messages, param in (
        ([], "messages"),
        ([said("Hi.")] * 31, "messages"),
        ([said("Hi."), said("x" * 4097)], "messages.1.content"),
        ([said("Hi."), said("Hi.", role="norole")], "messages.1.role"),
        ([model("AddMessage", content="Hi.")], "messages.0"),
        ([said("Hi.", name="n" * 101)], "messages.0.name"),
        ([said("Hi.", uuid_="4f7f3a52-0d0f-4b58-9d0e-6a1f0c6b7f11")], "messages.0.uuid"),
        ([said("Hi.", metadata={f"k{n}": n for n in range(11)})], "messages.0.metadata"),
    ):
        assert refusal(add, uuid, messages=messages) == (kind, code, param)
    assert zep.thread.list_messages(uuid) == []
    assert refusal(zep.thread.get_summary, uuid)[:2] == (404, "not_found")
    template = {"template_uuid": uuid}
    assert refusal(zep.thread.get_context, uuid, **template)[:2] == (404, "not_found")
    assert refusal(zep.thread.create, user_uuid="ada") == (kind, "invalid_identifier", "user_uuid")
    assert refusal(zep.thread.list, user_uuid=uuid)[0] == 404


def test_learning_takes_time(zep: Any, thread: dict[str, Any], control: ControlClient) -> None:
    """A message is there at once and processed later, or never if the work fails."""
    uuid = thread["uuid"]
    control.settings(apis={"zep": {"ingestion": {"mode": "manual"}}})
    added = zep.thread.add_messages(uuid, messages=[said("I like tea.")], return_context=True)
    message = added["messages"][0]
    assert (message["processed"], added["task"]["status"]) == (False, "pending")
    assert "I like tea." not in added["context"]
    assert zep.thread.list_episodes(uuid)[0]["processed"] is False
    control.settings(apis={"zep": {"ingestion": {"mode": "immediate"}}})
    assert zep.thread.message.get(uuid, message["uuid"])["processed"] is True
    assert "I like tea." in zep.thread.get_context(uuid)["context"]
    control.settings(apis={"zep": {"ingestion": {"mode": "failing", "message": "no model"}}})
    failed = zep.thread.add_messages(uuid, messages=[said("I like coffee.")])
    assert (failed["task"]["status"], failed["task"]["error"]["message"]) == ("failed", "no model")
    assert failed["messages"][0]["processed"] is False


def test_contexts_have_local_times(zep: Any, control: ControlClient) -> None:
    """Dates in contexts are those of the user's time zone, else of the project's."""
    control.clock.freeze("2026-01-01T12:00:00Z")
    user = zep.user.create(first_name="Ada", time_zone="Europe/Stockholm")
    thread = zep.thread.create(user_uuid=user["uuid"])["uuid"]
    add = {"messages": [said("I like tea.")], "return_context": True}
    assert (
        "(2026-01-01T13:00:00+01:00 - present)" in zep.thread.add_messages(thread, **add)["context"]
    )
    about = zep.graph.get_context(user["graph_uuid"], query="tea")["context"]
    assert "(2026-01-01T13:00:00+01:00 - present)" in about
    zep.user.update(user["uuid"], time_zone="UTC")
    assert "(2026-01-01T12:00:00Z - present)" in zep.thread.get_context(thread)["context"]
    zep.project.update(default_time_zone="Asia/Tokyo")
    other = zep.thread.create(user_uuid=zep.user.create()["uuid"])["uuid"]
    assert (
        "(2026-01-01T21:00:00+09:00 - present)" in zep.thread.add_messages(other, **add)["context"]
    )


def test_generations_share_threads(zep: Any, sdk2: Sdk, origin: str) -> None:
    """What v2 writes into a session is read by v4, and the other way; a session may be ended."""
    second = sdk2.at(f"{origin}/api/v2")
    second.user.add(user_id="ada", first_name="Ada")
    second.memory.add_session(session_id="support", user_id="ada")
    spoken = model("Message", role="Ada", role_type="norole", content="I like tea.")
    second.memory.add("support", messages=[spoken])
    thread = zep.thread.lookup(thread_id="support")
    assert thread["thread_id"] == "support"
    (message,) = zep.thread.list_messages(thread["uuid"])
    assert (message["name"], message.get("role")) == ("Ada", None)
    zep.thread.add_messages(thread["uuid"], messages=[said("I moved to Uppsala.", name="Ada")])
    read = second.memory.get("support")["messages"]
    assert [(one["role"], one["content"]) for one in read] == [
        ("Ada", "I like tea."),
        ("Ada", "I moved to Uppsala."),
    ]
    fresh = zep.thread.create(user_uuid=thread["user_uuid"])["uuid"]
    assert second.memory.get_session(fresh)["user_id"] == "ada"
    second.memory.end_session("support")
    late = refusal(zep.thread.add_messages, thread["uuid"], messages=[said("Hi.")])
    assert late[:2] == (409, "conflict")


def test_the_asynchronous_client_works_too(sdk4: Sdk, origin: str) -> None:
    """It creates, adds and reads by the same paths."""
    zep = sdk4.at(f"{origin}/api/v4", asynchronous=True)
    user = zep.user.create(first_name="Ada")
    thread = zep.thread.create(user_uuid=user["uuid"])["uuid"]
    zep.thread.add_messages(thread, messages=[said("Hi."), said("Hello.", "assistant")])
    assert values(zep.thread.list_messages(thread, page_size=1), "content") == ["Hi.", "Hello."]


def test_pages_have_bounds(http: httpx.Client, zep: Any, thread: dict[str, Any]) -> None:
    """A page has at most 100 items, one of messages 200."""
    http.headers["Authorization"] = "Api-Key key"
    path = f"/api/v4/threads/{thread['uuid']}/messages"
    assert http.get(path, params={"page_size": 200}).status_code == 200
    for url, size in ((path, 201), ("/api/v4/threads", 101), ("/api/v4/threads", 0)):
        error = http.get(url, params={"page_size": size})
        assert (error.status_code, error.json()["error"]["param"]) == (400, "page_size")
