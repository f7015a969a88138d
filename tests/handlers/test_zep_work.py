"""Work that takes time in Zep: episodes, clones, triples, deletes and batches, and their tasks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from handlers.zep import advance
from handlers.zep.graph import (
    add_fact_triple,
    add_graph_data,
    clone_graph,
)
from handlers.zep.graph_edges import list_group_edges, list_user_edges
from handlers.zep.graph_episodes import get_graph_episode
from handlers.zep.memory import add_memory, get_session_messages
from handlers.zep.model.work.batches import add_items, find_batch, new_batch, status_of_item
from handlers.zep.model.work.pending import fail_work, finish_work, submit
from handlers.zep.model.work.submission import (
    add_data_batch,
    add_messages,
    add_triples,
    process_batch,
)
from handlers.zep.model.work.tasks import TASKS, find_task, task_index
from handlers.zep.ontology import set_entity_types_internal
from handlers.zep.sessions import add_session, get_session
from handlers.zep.users import add_user, get_user
from understudy import Clock, Problem, World
from understudy.runtime.ids import Ids
from understudy.runtime.stores.memory_store import MemoryStore
from understudy.runtime.webhooks import Webhook

DATA = {"type": "text", "data": "Ann likes tea.", "user_id": "ann"}


@pytest.fixture
def world() -> World:
    """A world with a frozen clock, a user and a session of hers, where work waits for a test."""
    clock = Clock()
    clock.freeze(datetime(2026, 1, 1, tzinfo=UTC))
    created = World(MemoryStore(), clock, Ids("work"), settings=mode("manual"))
    add_user(created, {"user_id": "ann", "first_name": "Ann"})
    add_session(created, {"session_id": "s", "user_id": "ann"})
    return created


def mode(name: str, **others: str) -> dict[str, Any]:
    """Return settings with a mode of ingestion."""
    return {"ingestion": {"mode": name, **others}}


def status(world: World, uuid: str) -> str:
    """Return the status of a task."""
    task = find_task(world, uuid)
    assert task is not None
    return str(task["status"])


def test_pending_episode(world: World) -> None:
    """It is readable at once, and its facts are learned when the work is finished."""
    episode = add_graph_data(world, DATA)
    assert episode["processed"] is False
    assert list_user_edges(world, "ann", None) == []
    assert status(world, episode["task_id"]) == "pending"
    [task] = finish_work(world, uuid=episode["uuid"])
    assert (task["uuid"], task["status"]) == (episode["task_id"], "succeeded")
    assert get_graph_episode(world, episode["uuid"]) == {**episode, "processed": True}
    [edge] = list_user_edges(world, "ann", None)
    assert edge["episodes"] == [episode["uuid"]]
    with pytest.raises(Problem, match="no pending work"):
        finish_work(world, uuid=episode["uuid"])


def test_failed_episode(world: World) -> None:
    """It stays unprocessed, and its task says why."""
    episode = add_graph_data(world, DATA)
    [task] = fail_work(world, message="out of credits")
    assert task["error"]["message"] == "out of credits"
    assert get_graph_episode(world, episode["uuid"])["processed"] is False
    world.settings = mode("failing", message="no model")
    task_id = add_graph_data(world, DATA)["task_id"]
    task = dict(find_task(world, task_id) or {})
    assert (task["status"], task["error"]["message"]) == ("failed", "no model")
    assert list_user_edges(world, "ann", None) == []


def test_delayed_work(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is done when the clock has passed its due time, in the order of due times."""
    woken: list[int] = []
    world.settings = mode("delayed", delay="PT10S")
    monkeypatch.setattr(World, "wake_at", lambda _, micros: woken.append(micros))
    first = add_graph_data(world, DATA)["task_id"]
    world.clock.advance(timedelta(seconds=4))
    second = add_graph_data(world, DATA)["task_id"]
    world.clock.advance(timedelta(seconds=6))
    advance(world)
    assert (status(world, first), status(world, second)) == ("succeeded", "pending")
    assert woken[-1] - world.clock.now() == 4_000_000
    world.settings = mode("immediate")
    advance(world)
    assert status(world, second) == "succeeded"


def test_message_waits(world: World) -> None:
    """It is in its session at once; one of an ignored role is never in the graph."""
    roles = [
        {"role_type": role, "role": None, "content": f"I like {role} tea."}
        for role in ("user", "tool")
    ]
    add_memory(world, "s", {"messages": roles, "ignore_roles": ["tool"]})
    messages = get_session_messages(world, "s", None, None)["messages"]
    assert [message["processed"] for message in messages] == [False, True]
    finish_work(world)
    messages = get_session_messages(world, "s", None, None)["messages"]
    assert [message["processed"] for message in messages] == [True, True]
    assert len(list_user_edges(world, "ann", None)) == 1


def test_strict_ontology(world: World) -> None:
    """Only facts about things of a declared type are learned."""
    session = get_session(world, "s")
    said = [{"role_type": "user", "content": text} for text in ("I like tea.", "I like Bonn town.")]
    world.settings = mode("immediate")

    town = {"name": "Town", "description": "A town."}
    set_entity_types_internal(world, {"entity_types": [town]})
    add_messages(world, session, said, strict=True)
    assert [edge["fact"] for edge in list_user_edges(world, "ann", None)] == [
        "Ann: I like Bonn town."
    ]


def test_triple_waits(world: World) -> None:
    """Its uuids are known before it is in the graph, and stay."""
    given = {
        "user_id": "ann",
        "fact": "Ann drinks tea",
        "fact_name": "DRINKS",
        "source_node_name": "Ann",
        "target_node_name": "tea",
        "edge_attributes": {"cups": 2},
    }
    planned = add_fact_triple(world, given)
    assert list_user_edges(world, "ann", None) == []
    finish_work(world)
    assert list_user_edges(world, "ann", None) == [planned["edge"]]
    assert planned["edge"]["attributes"] == {"cups": 2}
    again = add_fact_triple(world, given)
    assert again["target_node"]["uuid"] == planned["target_node"]["uuid"]
    plans, _ = add_triples(world, ("user", "ann"), [{**given, "target_node_name": "Milk"}] * 2)
    assert (
        plans[0]["target"]["uuid"] == plans[1]["target"]["uuid"] != planned["target_node"]["uuid"]
    )


def test_clone_waits(world: World) -> None:
    """The new graph is there at once, and its facts later."""
    world.settings = mode("immediate")
    add_graph_data(world, DATA)
    world.settings = mode("manual")
    clone_graph(world, {"source_user_id": "ann", "target_group_id": "copy"})
    assert list_group_edges(world, "copy", None) == []
    finish_work(world)
    assert len(list_group_edges(world, "copy", None)) == 1


def test_deletes_wait(world: World) -> None:
    """What is to be deleted is there until the work is done; work on it then has no effect."""
    episode = add_graph_data(world, DATA)
    delete = submit(world, "delete_user", {"user_id": "ann"}, "user.delete")
    assert get_user(world, "ann")["user_id"] == "ann"
    finish_work(world, uuid=delete["uuid"])
    with pytest.raises(Problem):
        get_user(world, "ann")
    assert finish_work(world)[0]["uuid"] == episode["task_id"]
    assert world.store.count(TASKS, *task_index("succeeded", None)) == 2


def test_batch_items_succeed_or_fail_each(world: World) -> None:
    """A batch with an unknown target succeeds in part, and says which item failed."""
    batch = new_batch(world, {})
    items = [
        {"type": "graph_episode", "user_id": "ann", "data": "Ann likes tea."},
        {"type": "thread_message", "thread_id": "s", "content": "Hello", "role": "user"},
        {"type": "thread_message", "thread_id": "unknown", "content": "Hello"},
    ]
    added = add_items(world, batch, items)
    task = process_batch(world, find_batch(world, batch["uuid"]) or {})
    queued = find_batch(world, batch["uuid"]) or {}
    assert [status_of_item(queued, item) for item in added] == ["queued"] * 3
    with pytest.raises(Problem, match="the batch is queued"):
        add_items(world, queued, items)
    finish_work(world, uuid=task["uuid"])
    done = find_batch(world, batch["uuid"]) or {}
    assert (done["status"], done["succeeded"], done["failed"]) == ("partial", 2, 1)
    assert status(world, task["uuid"]) == "partial"
    assert get_graph_episode(world, added[0]["episode_uuid"])["processed"] is True
    assert len(list_user_edges(world, "ann", None)) == 2


def test_webhooks(world: World) -> None:
    """They tell of each processed episode, and of the end of a batch."""
    sent: list[Webhook] = []
    names = ("episode.processed", "ingest.batch.completed")
    world.webhooks.connect(sent.extend, names)
    owner = ("user", "ann")
    [episode], task = add_data_batch(world, owner, [DATA], {})
    batch = new_batch(world, {})
    add_items(world, batch, [{"type": "graph_episode", "user_id": "ann", "data": "I like tea."}])
    process_batch(world, find_batch(world, batch["uuid"]) or {})
    world.commit()
    assert sent == []
    finish_work(world)
    world.commit()
    assert [webhook.name for webhook in sent] == [*names, *names]
    place = {"user_id": "ann", "graph_type": "user"}
    assert sent[0].body.items() >= {**place, "episode_uuid": episode["uuid"]}.items()
    assert sent[1].body["task_id"] == task["uuid"]
    assert sent[1].body["episode_uuids"] == [episode["uuid"]]
    assert sent[3].body["batch_id"] == batch["uuid"]
    assert "task_id" not in sent[3].body
