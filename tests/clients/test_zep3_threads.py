"""Zep's own Python client, zep-cloud 3.30.0, against the running server: threads and messages."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.clients.sdk import Sdk, SdkError, model
from tests.clients.zep_python import HELLO, KEY, connect

SAID = model("Message", role="user", name="Ada", content="I moved to Uppsala last week.")
REPLY = model("Message", role="assistant", name="Helper", content="Welcome to Uppsala.")


@pytest.fixture
def zep(sdk3: Sdk, origin: str) -> Any:
    """Return a client with the user `ada` and her thread `support`."""
    client = sdk3.at(f"{origin}/api/v2", KEY)
    client.user.add(user_id="ada", first_name="Ada")
    client.thread.create(thread_id="support", user_id="ada")
    return client


def contents(answer: dict[str, Any]) -> list[str]:
    """Return what the messages of an answer say, in their order."""
    return [message["content"] for message in answer["messages"]]


def ids(threads: list[dict[str, Any]]) -> list[str]:
    """Return the ids of threads, in their order."""
    return [thread["thread_id"] for thread in threads]


def test_thread_is_a_session_of_v2(zep: Any, origin: str) -> None:
    """What a client of either version adds, one of the other finds, with its messages."""
    older = connect(origin, KEY)
    older.memory.add_session(session_id="older", user_id="ada")
    older.memory.add("older", messages=[HELLO])
    zep.thread.add_messages("support", messages=[SAID])
    user, threads = zep.user.get("ada"), zep.user.get_threads("ada")
    assert ids(threads) == ["support", "older"]
    assert threads[1]["uuid"] == older.memory.get_session("older").uuid_
    assert {thread["user_uuid"] for thread in threads} == {user["uuid"]}
    assert {thread["graph_uuid"] for thread in threads} == {user["graph_uuid"]}
    [message] = zep.thread.get("older")["messages"]
    assert (message["role"], message["name"]) == ("user", "Ann")
    [mine] = older.memory.get("support").messages or []
    assert (mine.role_type, mine.role, mine.content) == ("user", "Ada", SAID["content"])
    assert zep.user.get_threads("nobody") == []


def test_threads_are_listed_by_pages_and_in_an_order(zep: Any) -> None:
    """The newest is first, unless the client names a field, and a direction."""
    zep.user.add(user_id="bob")
    zep.thread.create(thread_id="b", user_id="bob")
    zep.thread.create(thread_id="a", user_id="ada")
    zep.thread.add_messages("support", messages=[SAID])
    page = zep.thread.list_all(page_number=2, page_size=2)
    assert (ids(page["threads"]), page["response_count"], page["total_count"]) == (
        ["support"],
        1,
        3,
    )
    orders = {
        ("thread_id", True): ["a", "b", "support"],
        ("updated_at", False): ["support", "a", "b"],
        ("user_id", False): ["b", "a", "support"],
        ("created_at", True): ["support", "b", "a"],
    }
    for (field, asc), expected in orders.items():
        assert ids(zep.thread.list_all(order_by=field, asc=asc)["threads"]) == expected
    with pytest.raises(SdkError) as caught:
        zep.thread.list_all(order_by="content")
    assert (caught.value.kind, caught.value.status) == ("BadRequestError", 400)


def test_threads_that_cannot_be_started(zep: Any) -> None:
    """A taken id and an unknown user are refused with 400."""
    with pytest.raises(SdkError) as taken:
        zep.thread.create(thread_id="support", user_id="ada")
    assert (taken.value.kind, taken.value.body) == (
        "BadRequestError",
        {"message": "bad request: thread already exists with thread_id: support"},
    )
    with pytest.raises(SdkError) as unknown:
        zep.thread.create(thread_id="new", user_id="nobody")
    assert unknown.value.body == {"message": "bad request: user not found"}


def test_messages_are_learned_from_and_listed(zep: Any) -> None:
    """The graph has an episode of each message whose role is not ignored."""
    answer = zep.thread.add_messages(
        "support", messages=[SAID, REPLY], ignore_roles=["assistant"], return_context=True
    )
    assert "I moved to Uppsala" in answer["context"]
    assert zep.task.get(answer["task_id"])["status"] == "succeeded"
    listed = zep.thread.get("support")
    assert [message["uuid"] for message in listed["messages"]] == answer["message_uuids"]
    assert (listed["user_id"], listed["user_uuid"]) == ("ada", zep.user.get("ada")["uuid"])
    assert listed["thread_created_at"] == zep.user.get_threads("ada")[0]["created_at"]
    [episode] = zep.thread.get_episodes("support")["episodes"]
    assert (episode["uuid"], episode["thread_id"]) == (answer["message_uuids"][0], "support")
    assert episode["task_id"] == answer["task_id"]
    plain = zep.thread.add_messages_batch("support", messages=[SAID])
    assert plain.get("context") is None
    assert len(zep.thread.get_episodes("support")["episodes"]) == 2


def test_strict_ontology_leaves_out_things_of_no_type(zep: Any) -> None:
    """Only facts about things of a declared type are learned; the messages are all kept."""
    zep.graph.set_entity_types_internal(
        entity_types=[model("EntityType", name="Drink", description="What people drink.")]
    )
    drink = {**SAID, "content": "My favourite drink is Oolong."}
    zep.thread.add_messages("support", messages=[SAID, drink], strict_ontology=True)
    [edge] = zep.graph.edge.get_by_user_id("ada")
    assert "Oolong" in edge["fact"]
    assert len(zep.thread.get_episodes("support")["episodes"]) == 2


def test_messages_are_paged_or_the_last_ones(zep: Any) -> None:
    """`lastn` goes before `limit` and `cursor`; the oldest is always first."""
    zep.thread.add_messages(
        "support", messages=[model("Message", role="user", content=str(n)) for n in range(5)]
    )
    page = zep.thread.get("support", limit=2, cursor=2)
    assert (contents(page), page["row_count"], page["total_count"]) == (["2", "3"], 2, 5)
    assert contents(zep.thread.get("support", lastn=2)) == ["3", "4"]
    assert contents(zep.thread.get("support", limit=1, cursor=1, lastn=3)) == ["2", "3", "4"]
    assert contents(zep.thread.get("support")) == ["0", "1", "2", "3", "4"]


def test_facts_hold_since_a_message_was_said(zep: Any) -> None:
    """`created_at` of a message is when the facts that it tells begin to hold."""
    said = {**SAID, "created_at": "2026-01-02T03:04:05Z"}
    zep.thread.add_messages("support", messages=[said])
    [edge] = zep.graph.edge.get_by_user_id("ada")
    assert edge["valid_at"] == "2026-01-02T03:04:05Z"
    assert zep.thread.get("support")["messages"][0]["created_at"] == "2026-01-02T03:04:05Z"


def test_messages_that_cannot_be_added(zep: Any, origin: str) -> None:
    """None of the messages is stored if one is too long, one too many, or known by its uuid."""
    uuid = "9a1c5b7e-2f64-4c83-b0f5-5d3e8a7c1b20"
    refused = (
        [SAID] * 31,
        [SAID, {**SAID, "content": "a" * 4097}],
        [SAID, {**SAID, "name": "a" * 101}],
        [{**SAID, "uuid_": uuid}, {**SAID, "uuid_": uuid}],
        [{**SAID, "metadata": {str(n): n for n in range(11)}}],
        [{**SAID, "metadata": {"nested": {"a": 1}}}],
    )
    for messages in refused:
        with pytest.raises(SdkError) as caught:
            zep.thread.add_messages("support", messages=messages)
        assert caught.value.status == 400
    assert zep.thread.get("support")["total_count"] == 0
    zep.thread.add_messages("support", messages=[{**SAID, "content": "a" * 4096}] * 30)
    for call in (zep.thread.add_messages, zep.thread.add_messages_batch):
        with pytest.raises(SdkError) as unknown:
            call("nothing", messages=[SAID])
        assert (unknown.value.status, unknown.value.body) == (404, {"message": "not found"})
    connect(origin, KEY).memory.end_session("support")
    with pytest.raises(SdkError) as ended:
        zep.thread.add_messages("support", messages=[SAID])
    assert ended.value.status == 409


def test_metadata_of_a_message_is_merged(zep: Any, origin: str) -> None:
    """A message is found by its uuid alone; null removes a key, and ten keys are the most."""
    said = {**SAID, "metadata": {"mood": "calm", "n": 1}}
    [uuid] = zep.thread.add_messages("support", messages=[said])["message_uuids"]
    changed = zep.thread.message.update(uuid, metadata={"n": None, "tags": ["a", 2]})
    assert changed["metadata"] == {"mood": "calm", "tags": ["a", 2]}
    assert zep.thread.get("support")["messages"] == [changed]
    assert zep.graph.episode.get(uuid)["metadata"] == changed["metadata"]
    message = connect(origin, KEY).memory.get_session_message("support", uuid)
    assert message.metadata == changed["metadata"]
    with pytest.raises(SdkError) as many:
        zep.thread.message.update(uuid, metadata={str(n): n for n in range(9)})
    assert "11 keys" in many.value.body["message"]
    zep.thread.delete("support")
    for unknown in (uuid, "nothing"):
        with pytest.raises(SdkError) as caught:
            zep.thread.message.update(unknown, metadata={"n": 1})
        assert (caught.value.kind, caught.value.status) == ("NotFoundError", 404)


def test_deleted_thread_takes_its_episodes_with_it(zep: Any) -> None:
    """What the graph knows from other threads stays; the id may be used again."""
    zep.thread.create(thread_id="other", user_id="ada")
    zep.thread.add_messages("other", messages=[model("Message", role="user", content="Tea!")])
    zep.thread.add_messages("support", messages=[SAID, REPLY])
    assert zep.thread.delete("support") == {"message": "Thread successfully deleted."}
    episodes = zep.graph.episode.get_by_user_id("ada", lastn=10)["episodes"]
    assert [episode["thread_id"] for episode in episodes] == ["other"]
    assert len(zep.graph.edge.get_by_user_id("ada")) == 1
    for call in (
        zep.thread.delete,
        zep.thread.get,
        zep.thread.get_user_context,
        zep.thread.get_episodes,
        zep.thread.get_summary,
    ):
        with pytest.raises(SdkError) as caught:
            call("support")
        assert (caught.value.kind, caught.value.body) == ("NotFoundError", {"message": "not found"})
    zep.thread.create(thread_id="support", user_id="ada")
    assert zep.thread.get("support")["total_count"] == 0


def test_context_is_about_the_last_messages(zep: Any) -> None:
    """It is what is known from all threads, under the summary of the user."""
    zep.thread.create(thread_id="other", user_id="ada")
    zep.thread.add_messages("other", messages=[SAID])
    zep.thread.add_messages("support", messages=[REPLY])
    context = zep.thread.get_user_context("support")["context"]
    summary, facts = context.split("<FACTS>")
    assert "<USER_SUMMARY>\nAda: I moved to Uppsala last week." in summary
    assert "Ada: I moved to Uppsala last week." in facts


def test_template_gives_the_context_its_form(zep: Any) -> None:
    """The context is what the template makes of it; an unknown template is 404."""
    zep.context.create_context_template(template_id="mine", template="Known: %{edges limit=1}.")
    zep.thread.add_messages("support", messages=[SAID])
    context = zep.thread.get_user_context("support", template_id="mine")["context"]
    assert context.startswith("Known:   - Ada: I moved to Uppsala last week. (")
    with pytest.raises(SdkError) as caught:
        zep.thread.get_user_context("support", template_id="other")
    assert (caught.value.kind, caught.value.status) == ("NotFoundError", 404)


def test_summary_follows_the_messages(zep: Any, http: httpx.Client) -> None:
    """There is none without messages; it is made again when there are more, and stays one thing."""
    with pytest.raises(SdkError) as none:
        zep.thread.get_summary("support")
    assert none.value.status == 404
    zep.thread.add_messages("support", messages=[{**SAID, "created_at": "2026-01-02T03:04:05Z"}])
    first = zep.thread.get_summary("support")
    assert first["last_summarized_episode_valid_at"] == "2026-01-02T03:04:05Z"
    http.post("/_understudy/clock", json={"advance": "PT1H"}).raise_for_status()
    zep.thread.add_messages("support", messages=[REPLY])
    second = zep.thread.get_summary("support")
    assert "Welcome to Uppsala." in second["summary"]
    assert (second["uuid"], second["created_at"]) == (first["uuid"], first["created_at"])
    assert second["last_summarized_at"] > first["last_summarized_at"]


def test_messages_are_processed_later_if_the_settings_say_so(zep: Any, http: httpx.Client) -> None:
    """Messages can be read at once; episodes, facts and summaries are known when time has come."""
    ingestion = {"mode": "delayed", "delay": "PT5S"}
    settings = {"apis": {"zep": {"ingestion": ingestion}}}
    http.patch("/_understudy/settings", json=settings).raise_for_status()
    answer = zep.thread.add_messages("support", messages=[SAID, REPLY], ignore_roles=["assistant"])
    messages = zep.thread.get("support")["messages"]
    assert [message["processed"] for message in messages] == [False, True]
    assert zep.task.get(answer["task_id"])["status"] == "pending"
    assert zep.graph.edge.get_by_user_id("ada") == []
    assert "I moved" not in zep.thread.get_summary("support")["summary"]
    http.post("/_understudy/clock", json={"advance": "PT5S"}).raise_for_status()
    assert zep.thread.get("support")["messages"][0]["processed"] is True
    assert zep.task.get(answer["task_id"])["status"] == "succeeded"
    assert len(zep.graph.edge.get_by_user_id("ada")) == 1
    assert "I moved" in zep.thread.get_summary("support")["summary"]
