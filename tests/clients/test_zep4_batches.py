"""Zep's own Python client, zep-cloud 4.0.1, against the running server: batches, tasks, debug
logging, and user groups."""

from __future__ import annotations

from typing import Any

import pytest

from tests.clients.sdk import SdkError, model
from tests.clients.zep4 import NO_RETRY, NOBODY
from understudy.client import ControlClient


@pytest.fixture
def ada(zep: Any) -> dict[str, Any]:
    """Return a new user."""
    user: dict[str, Any] = zep.user.create(user_id="ada", first_name="Ada")
    return user


def data(text: str, **fields: str) -> dict[str, Any]:
    """Return an item that is data for a graph."""
    return model("BatchItemInput", type="graph_episode", data=text, **fields)


def said(text: str, thread_uuid: str, role: str = "user") -> dict[str, Any]:
    """Return an item that is a message for a thread."""
    return model(
        "BatchItemInput", type="thread_message", thread_uuid=thread_uuid, content=text, role=role
    )


def test_batch_is_filled_and_processed(zep: Any, ada: dict[str, Any]) -> None:
    """Its items go to users, graphs and threads; those without a target are rejected."""
    thread = zep.thread.create(user_uuid=ada["uuid"])
    graph = zep.graph.create(name="desk")
    batch = zep.batch.create(metadata={"source": "crm"}, ignore_roles=["assistant"])
    assert (batch["status"], batch.get("progress")) == ("draft", None)
    added = zep.batch.add_items(
        batch["uuid"],
        items=[
            data("Ada likes tea.", user_uuid=ada["uuid"], reference_time="2026-01-02T00:00:00Z"),
            data("Nowhere.", graph_uuid=NOBODY),
            said("I live here.", thread["uuid"]),
            data("The desk is open.", graph_uuid=graph["uuid"]),
            said("Nowhere.", NOBODY),
            said("Welcome.", thread["uuid"], "assistant"),
        ],
    )
    assert [item["sequence_index"] for item in added["items"]] == [0, 1, 2, 3]
    assert added["rejected_items"] == [
        {"index": 1, "reason": "graph not found"},
        {"index": 4, "reason": "thread not found"},
    ]
    first, message, desk, _ = added["items"]
    assert (first["graph_uuid"], first["user_uuid"]) == (ada["graph_uuid"], ada["uuid"])
    assert message["thread_uuid"] == thread["uuid"]
    assert (desk["graph_uuid"], desk.get("user_uuid")) == (graph["uuid"], None)
    result = zep.batch.process(batch["uuid"])
    assert result["batch"]["status"] == "succeeded"
    assert result["batch"]["progress"]["succeeded_items"] == 4
    assert zep.batch.get(batch["uuid"]) == result["batch"]
    assert zep.task.get(result["task"]["uuid"])["type"] == "batch.process"
    episode = zep.graph.episode.get(ada["graph_uuid"], first["episode_uuid"])
    assert (episode["processed"], episode["reference_time"]) == (True, "2026-01-02T00:00:00Z")
    messages = zep.thread.list_messages(thread["uuid"])
    assert {one["content"] for one in messages} == {"I live here.", "Welcome."}
    [edge] = zep.graph.edge.list(graph["uuid"])
    assert edge["fact"] == "The desk is open."
    items = zep.batch.list_items(batch["uuid"], page_size=3)
    assert [item["uuid"] for item in items] == [item["uuid"] for item in added["items"]]
    assert {item["status"] for item in items} == {"succeeded"}


def test_batches_are_listed_by_status(zep: Any, ada: dict[str, Any]) -> None:
    """Batches are listed newest first; a draft can be deleted, and one that has ended cannot."""
    uuids = [zep.batch.create()["uuid"] for _ in range(3)]
    assert [one["uuid"] for one in zep.batch.list(page_size=2)] == uuids[::-1]
    zep.batch.add_items(uuids[0], items=[data("Tea.", user_uuid=ada["uuid"])])
    zep.batch.process(uuids[0])
    assert [one["uuid"] for one in zep.batch.list(status="succeeded")] == [uuids[0]]
    assert zep.batch.delete(uuids[1]) is None
    assert [one["uuid"] for one in zep.batch.list(status="draft")] == [uuids[2]]
    for call in (zep.batch.delete, zep.batch.process):
        with pytest.raises(SdkError, match="the batch is succeeded") as refused:
            call(uuids[0], request_options=NO_RETRY)
        assert (refused.value.kind, refused.value.status) == ("ConflictError", 409)
    for call in (zep.batch.get, zep.batch.list_items, zep.batch.process, zep.batch.delete):
        with pytest.raises(SdkError, match="batch not found"):
            call(uuids[1])
        with pytest.raises(SdkError, match="invalid_identifier"):
            call("batch-1")


@pytest.mark.parametrize(
    ("item", "param"),
    [
        (data("x"), "items.0"),
        (data("x", user_uuid=NOBODY, graph_uuid=NOBODY), "items.0"),
        (model("BatchItemInput", type="thread_message", thread_uuid=NOBODY), "items.0"),
        (data("x" * 10_001, user_uuid=NOBODY), "items.0.data"),
    ],
)
def test_faulty_items_are_refused(zep: Any, item: dict[str, Any], param: str) -> None:
    """An item that lacks what its type needs is refused with all others."""
    uuid = zep.batch.create()["uuid"]
    with pytest.raises(SdkError) as refused:
        zep.batch.add_items(uuid, items=[item])
    assert refused.value.status == 400
    assert refused.value.body["error"]["param"] == param
    assert zep.batch.list_items(uuid) == []


def test_tasks_wait_and_end(zep: Any, ada: dict[str, Any], control: ControlClient) -> None:
    """Tasks are listed newest first, by status and type, while they wait and when they ended."""
    control.clock.freeze()
    control.settings(apis={"zep": {"ingestion": {"mode": "delayed", "delay": "PT5S"}}})
    batch = zep.batch.create()["uuid"]
    zep.batch.add_items(batch, items=[data("Tea.", user_uuid=ada["uuid"])])
    result = zep.batch.process(batch)
    assert result["batch"]["status"] == "queued"
    assert result["batch"]["progress"]["stage"] == "queued"
    added = zep.graph.episode.add(ada["graph_uuid"], type="text", data="Ada likes rain.")
    tasks = [added["task"]["uuid"], result["task"]["uuid"]]
    assert [one["uuid"] for one in zep.task.list(page_size=1)] == tasks
    assert [one["uuid"] for one in zep.task.list(status="pending", type="batch.process")] == tasks[
        1:
    ]
    waiting = zep.task.get(tasks[1])
    assert (waiting["status"], waiting.get("completed_at")) == ("pending", None)
    control.clock.advance(seconds=5)
    done = zep.task.get(tasks[1])
    assert done["status"] == "succeeded"
    assert len(done["result"]["episodes"]) == 1
    assert zep.task.list(status="pending") == []
    assert len(zep.task.list(status="succeeded")) == 2
    with pytest.raises(SdkError, match="task not found"):
        zep.task.get(NOBODY)


def test_failing_batch_fails_as_a_whole(
    zep: Any, ada: dict[str, Any], control: ControlClient
) -> None:
    """If ingestion fails, so do the batch, its items and its task, and nothing is added."""
    control.settings(apis={"zep": {"ingestion": {"mode": "failing", "message": "No luck."}}})
    batch = zep.batch.create()["uuid"]
    zep.batch.add_items(batch, items=[data("Tea.", user_uuid=ada["uuid"])])
    result = zep.batch.process(batch)
    assert (result["batch"]["status"], result["task"]["status"]) == ("failed", "failed")
    assert result["batch"]["progress"]["failed_items"] == 1
    assert zep.task.get(result["task"]["uuid"])["error"]["message"] == "No luck."
    assert [item["status"] for item in zep.batch.list_items(batch)] == ["failed"]
    assert zep.graph.episode.list(ada["graph_uuid"]) == []


def test_same_key_adds_items_once(zep: Any, ada: dict[str, Any]) -> None:
    """A request that is sent again with its idempotency key adds nothing."""
    batch = zep.batch.create()["uuid"]
    arguments: dict[str, Any] = {
        "items": [data("Tea.", user_uuid=ada["uuid"])],
        "idempotency_key": "once",
    }
    first = zep.batch.add_items(batch, **arguments)
    assert zep.batch.add_items(batch, **arguments) == first
    assert len(zep.batch.list_items(batch)) == 1


def test_debug_logging_lasts_an_hour(zep: Any, ada: dict[str, Any], control: ControlClient) -> None:
    """Episodes that are added within the hour have a debug log, later ones have none."""
    control.clock.freeze()
    assert zep.debug_log.enable() == {"duration_seconds": 3600, "ingestion_trace_enabled": True}
    early = zep.graph.episode.add(ada["graph_uuid"], type="text", data="Ada likes tea.")["episode"]
    control.clock.advance(hours=1)
    late = zep.graph.episode.add(ada["graph_uuid"], type="text", data="Ada likes rain.")["episode"]
    logs = zep.graph.episode.get_debug_logs
    assert logs(ada["graph_uuid"], early["uuid"])
    with pytest.raises(SdkError, match="debug log not found"):
        logs(ada["graph_uuid"], late["uuid"])


def test_user_groups_answer_from_examples(zep: Any) -> None:
    """User groups are not kept: the answers are the examples of the document."""
    created = zep.user_group.create(name="other")
    assert created["name"] == "support"
    assert zep.user_group.get(created["uuid"]) == created
    assert zep.user_group.list() == [created]
    assert zep.user_group.delete(created["uuid"]) is None
