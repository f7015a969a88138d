"""The webhooks of Zep, as servers of its clients receive them: from whatever generation of the API
what they tell of was added."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from svix.webhooks import Webhook

from tests.clients.sdk import Sdk, model
from tests.clients.zep_python import KEY, connect
from tests.support.receiver import Answer, Receiver, receiving
from tests.support.timeouts import wait_until
from understudy.client import ApiDouble, ControlClient

EPISODE, BATCH = "episode.processed", "ingest.batch.completed"


@pytest.fixture
def zep(control: ControlClient) -> ApiDouble:
    """Return the API as a test has it."""
    return ApiDouble(control, "zep4", "/api/v4")


def bodies(receiver: Receiver, secret: str | None) -> list[dict[str, Any]]:
    """Return what was received, if the library of Svix finds every signature right."""
    assert secret is not None
    for request in receiver.requests:
        Webhook(secret).verify(request.body, request.headers)
    return [json.loads(request.body) for request in receiver.requests]


def test_episodes_of_all_generations_are_told(
    zep: ApiDouble, sdk3: Sdk, sdk4: Sdk, origin: str
) -> None:
    """Data and messages that clients of v2, v3 and v4 add are told when they are in the graph."""
    v2, v3 = connect(origin, KEY), sdk3.at(f"{origin}/api/v2", KEY)
    v4 = sdk4.at(f"{origin}/api/v4", KEY)
    with receiving() as receiver:
        secret = zep.webhooks.deliver_to(receiver.url)
        v2.user.add(user_id="ada", first_name="Ada")
        v2.graph.add(user_id="ada", type="text", data="Ada likes tea.")
        v3.thread.create(thread_id="support", user_id="ada")
        v3.thread.add_messages(
            "support", messages=[model("Message", role="user", content="I like rain.")]
        )
        graph = v4.graph.create(name="desk")
        added = v4.graph.episode.add(graph["uuid"], type="json", data='{"name": "desk"}')
        zep.webhooks.wait_for(EPISODE, count=3)
        told = sorted(bodies(receiver, secret), key=lambda body: str(body["completed_at"]))
    assert [body["source"] for body in told] == ["text", "message", "json"]
    assert {body["event_name"] for body in told} == {EPISODE}
    assert [body.get("user_id") for body in told] == ["ada", "ada", None]
    assert told[2]["graph_id"] == graph["uuid"]
    assert [body["graph_type"] for body in told] == ["user", "user", "graph"]
    assert told[2]["episode_uuid"] == added["episode"]["uuid"]
    zep.webhooks.assert_sent(EPISODE, times=1, body={"source": "json"})


def test_batches_are_told_by_their_kind(zep: ApiDouble, sdk3: Sdk, sdk4: Sdk, origin: str) -> None:
    """A batch is told by its id, and data of an older batch operation by the id of its task."""
    v3, v4 = sdk3.at(f"{origin}/api/v2", KEY), sdk4.at(f"{origin}/api/v4", KEY)
    with receiving() as receiver:
        secret = zep.webhooks.deliver_to(receiver.url, BATCH)
        user = v4.user.create(user_id="ada")
        batch = v4.batch.create()["uuid"]
        item = model("BatchItemInput", type="graph_episode", data="Tea.", user_uuid=user["uuid"])
        v4.batch.add_items(batch, items=[item])
        v4.batch.process(batch)
        zep.webhooks.wait_for(BATCH, body={"batch_id": batch})
        episodes = v3.graph.add_batch(
            user_id="ada", episodes=[model("EpisodeData", type="text", data="Rain.")]
        )
        zep.webhooks.wait_for(BATCH, body={"task_id": episodes[0]["task_id"]})
        first, second = bodies(receiver, secret)
    assert set(first) == {
        "event_name",
        "account_uuid",
        "project_uuid",
        "completed_at",
        "batch_id",
    }
    assert second["episode_uuids"] == [episodes[0]["uuid"]]
    assert (second["graph_type"], second["user_id"]) == ("user", "ada")
    assert "batch_id" not in second


def test_webhook_leaves_when_the_work_is_done(
    zep: ApiDouble, control: ControlClient, http: httpx.Client
) -> None:
    """With a delay, it leaves when the clock has moved on, and is tried again 5 seconds later."""
    control.clock.freeze(datetime.now(UTC))
    control.settings(apis={"zep": {"ingestion": {"mode": "delayed", "delay": "PT3S"}}})
    http.post("/api/v2/users", json={"user_id": "ada"}).raise_for_status()
    data = {"user_id": "ada", "type": "text", "data": "Ada likes tea."}
    with receiving(Answer(503), Answer(204)) as receiver:
        secret = zep.webhooks.deliver_to(receiver.url)
        added = http.post("/api/v2/graph", json=data).json()
        control.clock.advance(seconds=2)
        assert receiver.requests == []
        control.clock.advance(seconds=1)
        wait_until(lambda: [len(one.attempts) for one in zep.webhooks.under_way()] == [1])
        control.clock.advance(seconds=5)
        [sent] = zep.webhooks.wait_for(EPISODE, body={"episode_uuid": added["uuid"]})
        assert (sent.attempts, sent.response.status) == (2, 204)
        first, second = bodies(receiver, secret)
    assert first == second


def test_nothing_is_told_without_an_address(zep: ApiDouble, http: httpx.Client) -> None:
    """As long as a test has set no address, no webhook is sent, and none fails."""
    http.post("/api/v2/users", json={"user_id": "ada"}).raise_for_status()
    data = {"user_id": "ada", "type": "text", "data": "Ada likes tea."}
    http.post("/api/v2/graph", json=data).raise_for_status()
    zep.webhooks.assert_sent(EPISODE, times=0)
