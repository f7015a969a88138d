"""Zep's own Python client, zep-cloud 4.0.1, against the running server: whole graphs."""

from __future__ import annotations

from typing import Any

from tests.clients.sdk import Sdk
from tests.clients.zep4 import NOBODY, refusal, values
from understudy.client import ControlClient


def test_graphs_live(zep: Any) -> None:
    """A graph is created, read, changed and deleted with all that it has."""
    made = zep.graph.create(name="Support", description="A desk.", time_zone="Europe/Stockholm")
    assert zep.graph.get(made["uuid"]) == made
    assert (made["type"], made.get("graph_id"), made.get("user_uuid")) == ("standard", None, None)
    changed = zep.graph.update(made["uuid"], description="Another desk.", name="")
    assert (changed["name"], changed["description"]) == ("Support", "Another desk.")
    assert changed["time_zone"] == "Europe/Stockholm"
    episode = zep.graph.episode.add(made["uuid"], data="Ann likes Lisbon.")["episode"]
    task = zep.graph.delete(made["uuid"])["task"]
    assert (task["type"], task["status"]) == ("graph.delete", "succeeded")
    assert refusal(zep.graph.get, made["uuid"]) == (404, "not_found", None)
    assert refusal(zep.graph.episode.get, made["uuid"], episode["uuid"])[0] == 404
    assert refusal(zep.graph.create, time_zone="Europe/Atlantis")[:2] == (400, "invalid_request")
    assert refusal(zep.graph.get, "support") == (400, "invalid_identifier", "graph_uuid")


def test_graphs_of_users(zep: Any) -> None:
    """The graph of a user has its own uuid and that of the user; it lives as long as the user."""
    user = zep.user.create(user_id="ada", first_name="Ada")
    graph = zep.graph.get(user["graph_uuid"])
    assert zep.graph.get(user["uuid"]) == graph
    assert (graph["type"], graph["user_uuid"]) == ("user", user["uuid"])
    assert refusal(zep.graph.update, user["uuid"], name="Hers")[:2] == (400, "invalid_request")
    assert refusal(zep.graph.delete, user["graph_uuid"])[:2] == (400, "invalid_request")
    assert zep.graph.list() == []


def test_graphs_are_listed(zep: Any) -> None:
    """The pager returns all, newest first; a search and an order hold on each page."""
    names = ["Tea", "Coffee", "Milk"]
    for name in names:
        zep.graph.create(name=name, description=f"All about {name.lower()}.")
    zep.graph.create()
    assert values(zep.graph.list(page_size=1), "name") == [None, "Milk", "Coffee", "Tea"]
    by_name = zep.graph.list(page_size=3, order_by="name", order="asc")
    assert values(by_name, "name") == [None, "Coffee", "Milk", "Tea"]
    assert values(zep.graph.list(search="ABOUT c"), "name") == ["Coffee"]
    uuids = values(zep.graph.list(order_by="uuid", order="asc"), "uuid")
    assert uuids == sorted(uuids)


def test_graphs_are_looked_up(zep: Any, sdk2: Sdk, origin: str) -> None:
    """Graphs of older generations are found by the ids that clients chose for them."""
    v2 = sdk2.at(f"{origin}/api/v2")
    v2.group.add(group_id="desk", name="Desk")
    v2.user.add(user_id="ada", first_name="Ada")
    v2.memory.add_session(session_id="s1", user_id="ada")
    desk = zep.graph.lookup(graph_id="desk")
    assert (desk["name"], desk["graph_id"]) == ("Desk", "desk")
    assert zep.graph.get(desk["uuid"]) == desk
    of_ada = zep.graph.lookup(user_id="ada")
    assert (of_ada["type"], zep.graph.lookup(thread_id="s1")) == ("user", of_ada)
    assert refusal(zep.graph.lookup, graph_id="nothing") == (404, "not_found", None)
    assert refusal(zep.graph.lookup, thread_id="nothing") == (404, "not_found", None)
    assert refusal(zep.graph.lookup)[:2] == (400, "invalid_request")
    assert refusal(zep.graph.lookup, graph_id="desk", user_id="ada")[0] == 400
    v2.graph.add(group_id="desk", type="text", data="Ann likes Lisbon.")
    [episode] = zep.graph.episode.list(desk["uuid"])
    assert (episode["content"], episode["source"]) == ("Ann likes Lisbon.", "text")


def test_graphs_are_cloned(zep: Any) -> None:
    """A clone has copies of all that a graph has, and belongs to no user."""
    user = zep.user.create(first_name="Ada")
    zep.graph.episode.add(user["uuid"], data="Ada likes Lisbon.", metadata={"from": "form"})
    pair = [
        {"name": "MET", "source_node": {"name": one}, "target_node": {"name": "Club"}}
        for one in "AB"
    ]
    zep.graph.hyperedge.add(user["uuid"], fact="They met.", edges=pair)
    made = zep.graph.clone(user["uuid"], request={})
    assert (made["task"]["type"], made["task"]["status"]) == ("graph.clone", "succeeded")
    clone = made["graph"]["uuid"]
    assert made["graph"]["type"] == "standard"
    [episode] = zep.graph.episode.list(clone)
    assert (episode["content"], episode["metadata"]) == ("Ada likes Lisbon.", {"from": "form"})
    facts = sorted(values(zep.graph.edge.list(clone), "fact"))
    assert facts == sorted(values(zep.graph.edge.list(user["uuid"]), "fact"))
    [copy] = zep.graph.hyperedge.list(clone)
    [original] = zep.graph.hyperedge.list(user["uuid"])
    assert (copy["fact"], len(copy["edges"])) == (original["fact"], 2)
    assert copy["uuid"] != original["uuid"]
    zep.graph.hyperedge.delete(clone, copy["uuid"])
    assert zep.graph.hyperedge.list(user["uuid"]) == [original]
    assert zep.graph.warm(clone)["task"]["type"] == "graph.warm"
    assert refusal(zep.graph.clone, NOBODY, request={}) == (404, "not_found", None)
    assert refusal(zep.graph.warm, NOBODY) == (404, "not_found", None)


def test_work_on_graphs_takes_time(zep: Any, origin: str) -> None:
    """What is asked for happens when its task has ended, at the time of the namespace's clock."""
    url, _, namespace = origin.rpartition("/_ns/")
    graph = zep.graph.create(name="Desk")["uuid"]
    with ControlClient(url, namespace) as control:
        control.settings(apis={"zep": {"ingestion": {"mode": "delayed", "delay": "PT5S"}}})
        added = zep.graph.episode.add(graph, data="Ann likes Lisbon.")
        episode, task = added["episode"], added["task"]
        assert (episode["processed"], task["status"]) == (False, "pending")
        assert zep.graph.episode.get(graph, episode["uuid"]) == episode
        edge = {"fact_name": "LIKES", "fact": "Bo likes tea.", "source_node": {"name": "Bo"}}
        zep.graph.edge.add(graph, edges=[{**edge, "target_node": {"name": "tea"}}])
        zep.graph.node.add(graph, nodes=[{"name": "Porto"}])
        assert (zep.graph.edge.list(graph), zep.graph.node.list(graph)) == ([], [])
        control.clock.advance("PT5S")
        assert zep.task.get(task["uuid"])["status"] == "succeeded"
        assert zep.graph.episode.get(graph, episode["uuid"])["processed"] is True
        assert len(zep.graph.edge.list(graph)) == 2
        assert "Porto" in values(zep.graph.node.list(graph), "name")
        task = zep.graph.delete(graph)["task"]
        assert zep.graph.get(graph)["uuid"] == graph
        control.clock.advance("PT5S")
        assert refusal(zep.graph.get, graph)[0] == 404
        assert zep.task.get(task["uuid"])["status"] == "succeeded"
