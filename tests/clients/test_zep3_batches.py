"""Zep's own Python client, zep-cloud 3.30.0, against the running server: batches and tasks."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from tests.clients.sdk import Sdk, SdkError, model
from tests.clients.zep_python import KEY
from understudy.client import ControlClient


@pytest.fixture
def zep(sdk3: Sdk, origin: str) -> Any:
    """Return a client with the user `ada`, her thread `support`, and the graph `desk`."""
    client = sdk3.at(f"{origin}/api/v2", KEY)
    client.user.add(user_id="ada", first_name="Ada")
    client.thread.create(thread_id="support", user_id="ada")
    client.graph.create(graph_id="desk")
    return client


def data(text: str, **target: str) -> dict[str, Any]:
    """Return an item that is data for a graph."""
    return model("BatchAddItem", type="graph_episode", data=text, data_type="text", **target)


def said(text: str, role: str = "user", thread_id: str = "support") -> dict[str, Any]:
    """Return an item that is a message for a thread."""
    return model(
        "BatchAddItem", type="thread_message", thread_id=thread_id, content=text, role=role
    )


def test_batch_is_filled_and_processed(zep: Any) -> None:
    """Its items go to users, graphs and threads, in their order."""
    batch = zep.batch.create(metadata={"source": "crm"}, ignore_roles=["assistant"])
    assert (batch["status"], batch["item_count"]) == ("draft", 0)
    assert "progress" not in batch
    uuid = batch["batch_id"]
    first = zep.batch.add(uuid, items=[data("Ada likes tea.", user_id="ada"), said("I live here.")])
    [second] = zep.batch.add(uuid, items=[data("The desk is open.", graph_id="desk")])
    assert [item["sequence_index"] for item in (*first, second)] == [0, 1, 2]
    assert {item["status"] for item in (*first, second)} == {"pending"}
    zep.batch.add(uuid, items=[said("Welcome.", role="assistant")])
    done = zep.batch.process(uuid)
    assert (done["status"], done["item_count"]) == ("succeeded", 4)
    assert done["progress"]["succeeded_items"] == done["progress"]["total_items"] == 4
    assert done["progress"]["percent_complete"] == 100
    assert zep.batch.get(uuid) == done
    episode = zep.graph.episode.get(first[0]["episode_uuid"])
    assert (episode["content"], episode["processed"]) == ("Ada likes tea.", True)
    messages = zep.thread.get("support")["messages"]
    assert [message["content"] for message in messages] == ["I live here.", "Welcome."]
    assert messages[0]["uuid"] == first[1]["source_uuid"]
    [edge] = zep.graph.search(graph_id="desk", query="desk")["edges"]
    assert edge["fact"] == "The desk is open."
    episodes = zep.graph.episode.get_by_user_id("ada", lastn=9)["episodes"]
    assert "Welcome." not in [one["content"] for one in episodes]


def test_batches_and_items_are_listed_by_pages(zep: Any) -> None:
    """Batches are listed newest first, items in their order; both by status, and with cursors."""
    uuids = [zep.batch.create()["batch_id"] for _ in range(3)]
    zep.batch.add(uuids[0], items=[data(f"Fact {number}.", user_id="ada") for number in range(3)])
    page = zep.batch.list(limit=2)
    assert [one["batch_id"] for one in page["batches"]] == [uuids[2], uuids[1]]
    rest = zep.batch.list(limit=2, cursor=page["next_cursor"])
    assert [one["batch_id"] for one in rest["batches"]] == [uuids[0]]
    assert rest["next_cursor"] is None
    items = zep.batch.list_items(uuids[0], limit=2)
    assert [item["sequence_index"] for item in items["items"]] == [0, 1]
    [last] = zep.batch.list_items(uuids[0], cursor=items["next_cursor"])["items"]
    assert last["sequence_index"] == 2
    zep.batch.process(uuids[0])
    assert len(zep.batch.list_items(uuids[0], status="succeeded")["items"]) == 3
    assert zep.batch.list_items(uuids[0], status="pending")["items"] == []
    [done] = zep.batch.list(status="succeeded")["batches"]
    assert done["batch_id"] == uuids[0]
    assert len(zep.batch.list(status="draft")["batches"]) == 2


def test_drafts_only_can_be_changed(zep: Any) -> None:
    """A draft can be deleted; what is processed is refused with 409, and an unknown batch 404."""
    draft, done = (zep.batch.create()["batch_id"] for _ in range(2))
    zep.batch.add(done, items=[said("Hello.")])
    zep.batch.process(done)
    assert zep.batch.delete(draft)["message"] == "OK"
    add = partial(zep.batch.add, items=[said("Again.")])
    for call in (zep.batch.delete, zep.batch.process, add):
        with pytest.raises(SdkError, match="the batch is succeeded") as refused:
            call(done)
        assert (refused.value.kind, refused.value.status) == ("ConflictError", 409)
    for call in (zep.batch.get, zep.batch.list_items, zep.batch.process, zep.batch.delete, add):
        with pytest.raises(SdkError, match="not found") as unknown:
            call(draft)
        assert unknown.value.kind == "NotFoundError"


@pytest.mark.parametrize(
    ("item", "status", "reason"),
    [
        (data("x"), 400, "items/1: a graph_episode needs data, and user_id or graph_id"),
        (data("x", user_id="ada", graph_id="desk"), 400, "user_id or graph_id, but not both"),
        (data("", user_id="ada"), 400, "/items/1/data"),
        (
            model("BatchAddItem", type="thread_message", content="x"),
            400,
            "a thread_message needs thread_id and content",
        ),
        (data("x", user_id="bob"), 404, "not found"),
        (said("x", thread_id="other"), 404, "not found"),
    ],
)
def test_faulty_items_are_refused(zep: Any, item: dict[str, Any], status: int, reason: str) -> None:
    """An item that is faulty, or that has nowhere to go, is refused with all others."""
    uuid = zep.batch.create()["batch_id"]
    with pytest.raises(SdkError, match=reason) as refused:
        zep.batch.add(uuid, items=[said("Fine."), item])
    assert refused.value.status == status
    assert zep.batch.list_items(uuid)["items"] == []


def test_bounds_of_a_batch(zep: Any) -> None:
    """A call takes at most 350 items, and an empty batch is not processed."""
    uuid = zep.batch.create()["batch_id"]
    with pytest.raises(SdkError, match="350"):
        zep.batch.add(uuid, items=[said("Hi.")] * 351)
    with pytest.raises(SdkError, match="the batch has no items"):
        zep.batch.process(uuid)
    assert zep.batch.get(uuid)["status"] == "draft"


def test_item_whose_graph_is_gone_fails_alone(zep: Any) -> None:
    """The batch succeeds in part, and the item says why it failed."""
    uuid = zep.batch.create()["batch_id"]
    zep.batch.add(uuid, items=[data("One.", graph_id="desk"), data("Two.", user_id="ada")])
    zep.graph.delete("desk")
    done = zep.batch.process(uuid)
    assert (done["status"], done["progress"]["failed_items"]) == ("partial", 1)
    [failed] = zep.batch.list_items(uuid, status="failed")["items"]
    assert failed["error"]["message"] == "not found"


def test_batch_waits_for_its_time(zep: Any, control: ControlClient) -> None:
    """With a delay, the batch is queued until the clock has moved on; then it is processed."""
    control.clock.freeze()
    control.settings(apis={"zep": {"ingestion": {"mode": "delayed", "delay": "PT5S"}}})
    uuid = zep.batch.create()["batch_id"]
    [item] = zep.batch.add(uuid, items=[data("Ada likes tea.", user_id="ada")])
    queued = zep.batch.process(uuid)
    assert (queued["status"], queued["completed_at"]) == ("queued", None)
    assert queued["progress"]["queued_items"] == 1
    assert [one["status"] for one in zep.batch.list_items(uuid)["items"]] == ["queued"]
    with pytest.raises(SdkError, match="the batch is queued"):
        zep.batch.process(uuid)
    control.clock.advance(seconds=5)
    done = zep.batch.get(uuid)
    assert (done["status"], done["processed_at"]) == ("succeeded", queued["processed_at"])
    assert zep.graph.episode.get(item["episode_uuid"])["processed"] is True


def test_task_says_how_far_work_is(zep: Any, control: ControlClient) -> None:
    """A task waits, and has succeeded when its work is done; an unknown one is 404."""
    control.settings(apis={"zep": {"ingestion": {"mode": "manual"}}})
    added = zep.graph.add(user_id="ada", type="text", data="Ada likes tea.")
    waiting = zep.task.get(added["task_id"])
    assert (waiting["status"], waiting["type"]) == ("pending", "graph.add")
    assert waiting["completed_at"] is None
    control.call_action("zep", "finish_work", {"uuid": added["uuid"]})
    done = zep.task.get(added["task_id"])
    assert (done["status"], done["progress"]["stage"]) == ("succeeded", "completed")
    failed = zep.graph.add(user_id="ada", type="text", data="Ada likes rain.")
    control.call_action("zep", "fail_work", {"uuid": failed["uuid"], "message": "No luck."})
    task = zep.task.get(failed["task_id"])
    assert (task["status"], task["error"]["message"]) == ("failed", "No luck.")
    for unknown in ("2b214ddf-3326-4165-a9af-cb268f63623b", "no-uuid"):
        with pytest.raises(SdkError, match="not found"):
            zep.task.get(unknown)
