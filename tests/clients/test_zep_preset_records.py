"""Records that a test adds through the control API's state, as Zep's Python client returns them."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from zep_cloud import Fact, SessionSearchResult, Summary

from tests.clients.zep_python import HELLO, KEY, Zep, add_sessions, settled
from tests.support.server import ROOT
from understudy.openapi.loading.loader import load

FACT: dict[str, Any] = {
    "uuid": "0b9d1f0e-5c1c-4a8e-8a86-7d0f3a5e2b90",
    "created_at": "2026-01-01T00:00:00Z",
    "content": "Ann likes tea.",
    "fact": "Ann likes tea.",
    "rating": 0.9,
}
SUMMARY = {
    "uuid": "5a0cde7e-6a31-4b5b-a1a1-0f2b8d8a9c11",
    "created_at": "2026-01-01T00:00:00Z",
    "content": "Tea was spoken of.",
}


def preset(origin: str, **presets: dict[str, Any]) -> None:
    """Add records, by collection and key, to the state of the client's project."""
    url = f"{origin}/_understudy/state"
    state = httpx.get(url).json()
    collections = state["apis"]["zep"][KEY]
    for name, records in presets.items():
        collections.setdefault(name, {"records": {}})["records"].update(records)
    httpx.put(url, json=state).raise_for_status()


@pytest.fixture
def zep(origin: str) -> Zep:
    """Return a client with the sessions `s`, which has a message, and `t`."""
    client = settled(origin)
    add_sessions(client, "t")
    client.memory.add("s", messages=[HELLO])
    return client


def test_preset_facts(zep: Zep, origin: str) -> None:
    """They belong to the user and the session, are found by search, and are part of the context."""
    record = {"uuid": FACT["uuid"], "owner": "user:ann", "session_id": "s", "fact": FACT}
    preset(origin, facts={FACT["uuid"]: record})
    fact = Fact.parse_obj(FACT)
    assert zep.memory.get_fact(fact.uuid_).fact == fact
    assert fact in (zep.memory.get_session_facts("s").facts or [])
    assert fact in (zep.user.get_facts("ann").facts or [])
    memory = zep.memory.get("s")
    assert fact in (memory.relevant_facts or [])
    assert "Ann likes tea." in (memory.context or "")
    [result] = zep.memory.search_sessions(text="tea", user_id="ann", min_score=1).results or []
    assert result.fact == fact


def test_preset_summaries(zep: Zep, origin: str) -> None:
    """They stay unchanged when messages are added."""
    preset(origin, summaries={"s": {"session_id": "s", "summary": SUMMARY}})
    zep.memory.add("s", messages=[HELLO])
    summary = Summary.parse_obj(SUMMARY)
    assert zep.memory.get("s").summary == summary
    assert zep.memory.get_summaries("s").summaries == [summary]


def test_preset_classifications(zep: Zep, origin: str) -> None:
    """They apply to one session and one classifier."""
    record = {"session_id": "s", "name": "mood", "class": "calm"}
    preset(origin, classifications={"s/mood": record})
    classes = ["order", "weather"]
    assert zep.memory.classify_session("s", name="mood", classes=classes).class_ == "calm"
    assert zep.memory.classify_session("s", name="topic", classes=classes).class_ == "order"
    assert zep.memory.classify_session("t", name="mood", classes=classes).class_ == "order"
    assert zep.memory.get_session("s").classifications == {"mood": "calm", "topic": "order"}


def test_preset_search_results(zep: Zep, origin: str) -> None:
    """They are returned for their text, up to the limit, and by session."""
    results = [
        {"session_id": "s", "score": 0.9, "fact": FACT},
        {"session_id": "t", "score": 0.8, "summary": SUMMARY},
    ]
    preset(origin, searches={"tea": {"text": "tea", "results": results}})
    expected = [SessionSearchResult.parse_obj(result) for result in results]
    assert zep.memory.search_sessions(text="tea", user_id="ann").results == expected
    assert zep.memory.search_sessions(text="tea", user_id="ann", limit=1).results == expected[:1]
    in_session = zep.memory.search("t", text="tea", search_scope="summary")
    assert [result.summary for result in in_session] == [Summary.parse_obj(SUMMARY)]


def test_preset_questions(zep: Zep, origin: str) -> None:
    """They are returned for their session only."""
    preset(origin, questions={"s": {"session_id": "s", "question": "Does Ann like tea?"}})
    assert zep.memory.synthesize_question("s").question == "Does Ann like tea?"
    assert zep.memory.synthesize_question("t").question == ""


def test_preset_extractions(zep: Zep, origin: str) -> None:
    """They fill the requested properties; other properties come from the messages."""
    preset(origin, extractions={"s": {"session_id": "s", "values": {"drink": "tea", "cup": "1"}}})
    schema = json.dumps({"properties": {"drink": {}, "size": {}}})
    extracted = zep.memory.extract_data("s", last_n=4, model_schema=schema)
    assert extracted == {"drink": "tea", "size": "unknown"}


def test_document_shows_how_to_plant(zep: Zep, origin: str) -> None:
    """The JSON in the description of the document is a call of an action of the control API."""
    description = load(ROOT / "specs" / "zep.yaml").document["info"]["description"]
    shown, _, rest = description.partition("```json\n")[2].partition("```")
    call = json.loads(shown.replace("KEY", KEY).replace("ada-7f3a", "ann"))
    path = rest.partition("sent to `")[2].partition("`")[0]
    httpx.post(f"{origin}{path}", json=call).raise_for_status()
    assert [fact.fact for fact in zep.user.get_facts("ann").facts or []][-1] == "Ada likes tea."
