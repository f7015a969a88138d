"""What a test plants by actions of the control API, as Zep's clients of v2 and v3 find it."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tests.clients.sdk import Sdk
from tests.clients.zep_python import HELLO, KEY, Zep, settled

FACT = "Ann likes tea."


@pytest.fixture
def newer(sdk3: Sdk, origin: str) -> Any:
    """Return a client of v3."""
    return sdk3.at(f"{origin}/api/v2", KEY)


@pytest.fixture
def zep(origin: str) -> Zep:
    """Return a client of v2 with the session `s`, which has a message."""
    client = settled(origin)
    client.memory.add("s", messages=[HELLO])
    return client


def call(origin: str, action: str, **arguments: Any) -> Any:
    """Call an action in the state of the client's project; return its result."""
    url = f"{origin}/_understudy/actions/zep/{action}"
    response = httpx.post(url, json={"tenant": KEY, "arguments": arguments})
    response.raise_for_status()
    return response.json()["result"]


def test_planted_fact(zep: Zep, newer: Any, origin: str) -> None:
    """It is an edge with nodes, a fact of the session, found by searches and in contexts."""
    edge = call(
        origin,
        "plant_fact",
        fact=FACT,
        thread_id="s",
        name="LIKES",
        target="tea",
        valid_at="2026-01-01T00:00:00Z",
        rating=0.75,
    )
    assert (edge["source_node_name"], edge["target_node_name"]) == ("Ann", "tea")
    fact = zep.memory.get_fact(edge["uuid"]).fact
    assert fact is not None
    assert fact.rating == 0.75
    assert fact in (zep.memory.get_session_facts("s").facts or [])
    assert (zep.graph.search(user_id="ann", query=FACT).edges or [])[0].uuid_ == edge["uuid"]
    assert newer.graph.edge.get(edge["uuid"])["name"] == "LIKES"
    for context in (
        zep.memory.get("s").context,
        newer.thread.get_user_context("s")["context"],
    ):
        assert f"{FACT} (2026-01-01T00:00:00Z - present)" in (context or "")


def test_planted_search_results(zep: Zep, origin: str) -> None:
    """A search for their query finds them and nothing else, in their order."""
    planted = ["Ann drinks Assam.", FACT]
    edges = call(origin, "plant_search_results", query="drinks", facts=planted, thread_id="s")
    found = zep.memory.search_sessions(text="drinks", user_id="ann").results or []
    assert [result.fact.fact for result in found if result.fact] == planted
    in_graph = zep.graph.search(user_id="ann", query="drinks").edges or []
    assert [edge.uuid_ for edge in in_graph] == [edge["uuid"] for edge in edges]
    assert len(zep.graph.search(user_id="ann", query="Ann drinks").edges or []) == 3


def test_planted_summaries(zep: Zep, newer: Any, origin: str) -> None:
    """That of a thread stays when messages come; that of a user is the summary of its node."""
    call(origin, "plant_summary", text="Tea was spoken of.", thread_id="s")
    zep.memory.add("s", messages=[HELLO])
    [summary] = zep.memory.get_summaries("s").summaries or []
    assert summary.content == newer.thread.get_summary("s")["summary"] == "Tea was spoken of."
    call(origin, "plant_summary", text="Ann drinks tea.", user_id="ann")
    assert newer.user.get_node("ann")["node"]["summary"] == "Ann drinks tea."
    assert "Ann drinks tea." in newer.thread.get_user_context("s")["context"]
    call(origin, "plant_summary", text="A parcel.", user_id="ann", node="ORDER")
    nodes = {node.name: node.summary for node in zep.graph.node.get_by_user_id("ann")}
    assert nodes["order"] == "A parcel."


def test_planted_context(zep: Zep, newer: Any, origin: str) -> None:
    """It is the context of one thread, or of all threads of a user without their own."""
    call(origin, "plant_context", text="She is busy.", user_id="ann")
    assert zep.memory.get("s").context == "She is busy."
    call(origin, "plant_context", text="She waits.", thread_id="s")
    assert zep.memory.add("s", messages=[HELLO], return_context=True).context == "She waits."
    assert newer.thread.get_user_context("s")["context"] == "She waits."


def test_planted_conclusions(zep: Zep, origin: str) -> None:
    """Classes, values and questions of v2 are those that are planted."""
    call(origin, "plant_classification", thread_id="s", name="mood", chosen="calm")
    classified = zep.memory.classify_session("s", name="mood", classes=["order", "weather"])
    assert classified.class_ == "calm"
    call(origin, "plant_extraction", thread_id="s", values={"drink": "tea"})
    request = {"last_n": 4, "model_schema": json.dumps({"properties": {"drink": {}}})}
    headers = {"Authorization": f"Api-Key {KEY}"}
    extract = f"{origin}/api/v2/sessions/s/extract"
    assert httpx.post(extract, json=request, headers=headers).json() == {"drink": "tea"}
    call(origin, "plant_question", thread_id="s", question="Does Ann like tea?")
    assert zep.memory.synthesize_question("s").question == "Does Ann like tea?"


def test_plants_that_cannot_be(zep: Zep, origin: str) -> None:
    """What is not there is named, and so is what is missing."""
    with pytest.raises(httpx.HTTPStatusError) as unknown:
        call(origin, "plant_fact", fact=FACT, user_id="bob")
    assert "there is no user 'bob'" in unknown.value.response.text
    with pytest.raises(httpx.HTTPStatusError) as missing:
        call(origin, "plant_fact", fact=FACT)
    assert "give one of" in missing.value.response.text
    assert zep.graph.edge.get_by_user_id("ann")[0].fact == "Ann: Where is my order?"
