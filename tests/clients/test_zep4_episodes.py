"""Zep's own Python client, zep-cloud 4.0.1, against the running server: episodes."""

from __future__ import annotations

from typing import Any

from tests.clients.sdk import model
from tests.clients.zep4 import NOBODY, refusal, values
from understudy.client import ControlClient


def test_episodes_live(zep: Any, graph: str) -> None:
    """An episode is added with all fields, read, changed and deleted with what it has told."""
    given = {
        "source_description": "form",
        "document_id": "handbook",
        "metadata": {"channel": "phone", "tags": ["a", 2], "urgent": True},
        "reference_time": "2026-01-01T12:00:00Z",
    }
    added = zep.graph.episode.add(graph, data="Ann moved to Lisbon.", **given)
    episode = added["episode"]
    assert (added["task"]["type"], added["task"]["status"]) == ("graph.add", "succeeded")
    assert {name: episode[name] for name in given} == given
    assert (episode["source"], episode["processed"], episode["graph_uuid"]) == ("text", True, graph)
    assert zep.graph.episode.get(graph, episode["uuid"]) == episode
    assert zep.graph.episode.list_for_document(graph, "handbook") == [episode]
    changed = zep.graph.episode.update(graph, episode["uuid"], metadata={"urgent": None, "to": "x"})
    assert changed["metadata"] == {"channel": "phone", "tags": ["a", 2], "to": "x"}
    [learned] = zep.graph.edge.list(graph)
    assert (learned["fact"], learned["episode_uuids"]) == (
        "Ann moved to Lisbon.",
        [episode["uuid"]],
    )
    assert learned["valid_at"] == given["reference_time"]
    task = zep.graph.episode.delete(graph, episode["uuid"])["task"]
    assert (task["type"], task["status"]) == ("graph.episode.delete", "succeeded")
    assert refusal(zep.graph.episode.get, graph, episode["uuid"]) == (404, "not_found", None)
    assert (zep.graph.edge.list(graph), zep.graph.node.list(graph)) == ([], [])


def test_episodes_are_refused(zep: Any, graph: str) -> None:
    """Too much data, too many keys, and values in values are errors; nothing is added."""
    add = zep.graph.episode.add
    assert refusal(add, graph, data="x" * 10_001) == (400, "invalid_request", "data")
    many = {f"key{number}": number for number in range(11)}
    assert refusal(add, graph, data="x", metadata=many) == (400, "invalid_request", "metadata")
    deep = {"a": {"b": 1}}
    assert refusal(add, graph, data="x", metadata=deep) == (400, "invalid_request", "metadata.a")
    assert refusal(add, NOBODY, data="x") == (404, "not_found", None)
    assert zep.graph.episode.list(graph) == []
    added = add(graph, data="x", metadata={f"key{number}": 1 for number in range(10)})["episode"]
    update = zep.graph.episode.update
    assert refusal(update, graph, added["uuid"], metadata={"more": 1})[2] == "metadata"
    replaced = update(graph, added["uuid"], metadata={"more": 1, "key0": None})
    assert len(replaced["metadata"]) == 10
    other = zep.graph.create()["uuid"]
    for call in (zep.graph.episode.get, zep.graph.episode.delete, update):
        assert refusal(call, other, added["uuid"]) == (404, "not_found", None)


def test_episodes_are_listed(zep: Any) -> None:
    """The pager returns all, newest first, messages too; filters are by mention and metadata."""
    user = zep.user.create(first_name="Ada")
    graph = user["graph_uuid"]
    thread = zep.thread.create(user_uuid=user["uuid"])["uuid"]
    said = model("AddMessage", role="user", content="I like Porto.", name="Ada")
    zep.thread.add_messages(thread, messages=[said])
    for number, text in enumerate(["Ada likes Lisbon.", "Ada likes Rome.", "Bo likes Rome."]):
        zep.graph.episode.add(graph, data=text, metadata={"number": number, "kind": "note"})
    found = zep.graph.episode.list(graph, page_size=1)
    texts = ["Bo likes Rome.", "Ada likes Rome.", "Ada likes Lisbon.", "I like Porto."]
    assert values(found, "content") == texts
    assert (found[3]["role"], found[3]["role_name"], found[3]["thread_uuid"]) == (
        "user",
        "Ada",
        thread,
    )
    oldest_first = zep.graph.episode.list(graph, page_size=3, order_by="created_at", order="asc")
    assert values(oldest_first, "content") == texts[::-1]
    rome = next(one for one in zep.graph.node.list(graph) if one["name"] == "Rome")
    named = {"mentioned_node_uuids": [rome["uuid"], found[3]["uuid"]]}
    listed = zep.graph.episode.list(graph, filters=named)
    assert values(listed, "content") == ["Bo likes Rome.", "Ada likes Rome.", "I like Porto."]
    comparisons = [
        {"property_name": "number", "operator": "gte", "value": 1},
        {"property_name": "kind", "operator": "contains", "value": "ot"},
    ]
    by_metadata = {"metadata_filters": {"type": "and", "filters": comparisons}}
    assert values(zep.graph.episode.list(graph, filters=by_metadata), "content") == texts[:2]
    violated = {"content_policy_violated": True}
    refused = refusal(zep.graph.episode.list, graph, filters=violated)
    assert refused == (400, "unsupported_filter", "filters.content_policy_violated")


def test_ingestion_is_told(zep: Any, graph: str) -> None:
    """While debug logging is enabled, new episodes have a debug log and ingestion traces."""
    before = zep.graph.episode.add(graph, data="Ann likes Rome.")["episode"]["uuid"]
    zep.debug_log.enable()
    after = zep.graph.episode.add(graph, data="Ann likes Lisbon.")["episode"]["uuid"]
    assert refusal(zep.graph.episode.get_debug_logs, graph, before) == (404, "not_found", None)
    assert zep.graph.episode.list_ingestion_traces(graph, before) == []
    log = zep.graph.episode.get_debug_logs(graph, after)
    assert log["status"] == "completed"
    assert [entry["message"] for entry in log["entries"]] == [
        "Received 17 characters of text.",
        "Learned TELLS_OF: Ann likes Lisbon.",
        "Edges learned: 1.",
    ]
    traces = zep.graph.episode.list_ingestion_traces(graph, after, page_size=1)
    steps = ["combined_extraction", "resolve_nodes", "resolve_edges"]
    assert values(traces, "step") == steps
    assert values(traces[0]["output"]["extracted_edges"], "fact") == ["Ann likes Lisbon."]
    assert values(traces[1]["output"]["nodes"], "name") == ["Desk", "Lisbon"]


def test_failed_ingestion_is_told(zep: Any, graph: str, origin: str) -> None:
    """An episode whose ingestion fails stays unprocessed, and its log has the error."""
    url, _, namespace = origin.rpartition("/_ns/")
    zep.debug_log.enable()
    with ControlClient(url, namespace) as control:
        failing = {"mode": "failing", "message": "The model is away."}
        control.settings(apis={"zep": {"ingestion": failing}})
    added = zep.graph.episode.add(graph, data="Ann likes Lisbon.")
    assert (added["task"]["status"], added["episode"]["processed"]) == ("failed", False)
    log = zep.graph.episode.get_debug_logs(graph, added["episode"]["uuid"])
    assert (log["status"], log["error"]) == ("error", "The model is away.")
    assert zep.graph.episode.list_ingestion_traces(graph, added["episode"]["uuid"]) == []
    assert zep.graph.edge.list(graph) == []
