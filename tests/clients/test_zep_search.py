"""Search, as Zep's own Python client, zep-cloud 2.22.0, asks for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from zep_cloud import (
    ApiError,
    MemorySearchResult,
    Message,
    NewFact,
    NotFoundError,
    SessionSearchResult,
)
from zep_cloud.core.api_error import ApiError as Refusal

from tests.clients.zep_python import KEY, Zep, connect

CAT = "My cat is called Tom."
LATE = "The order for my cat is late!"
SHIPPED = "It left the warehouse."


@pytest.fixture
def zep(origin: str) -> Zep:
    """A client whose project has two users: Ann with the sessions s and t, and Bob with b."""
    client = connect(origin, KEY)
    for user_id, first_name, session_ids in (("ann", "Ann", "st"), ("bob", "Bob", "b")):
        client.user.add(user_id=user_id, first_name=first_name)
        for session_id in session_ids:
            client.memory.add_session(session_id=session_id, user_id=user_id)
    client.memory.add("s", messages=[user(CAT, topic="pets", seen={"n": 1})])
    client.memory.add("t", messages=[user(LATE, topic="orders"), assistant(SHIPPED)])
    client.memory.add("b", messages=[user("My dog is called Rex.")])
    return client


def user(content: str, **metadata: Any) -> Message:
    """Return a user's message."""
    return Message(role_type="user", content=content, metadata=metadata or None)


def assistant(content: str) -> Message:
    """Return an assistant's message."""
    return Message(role_type="assistant", content=content)


def search(zep: Zep, text: str, **options: Any) -> list[SessionSearchResult]:
    """Search sessions; each result has just one kind of thing, and a score from 0 to 1."""
    results = zep.memory.search_sessions(text=text, **options).results
    assert results is not None
    for result in results:
        assert result.score is not None
        assert 0 <= result.score <= 1
        assert [result.message, result.summary, result.fact].count(None) == 2
    return results


def contents_of(results: list[SessionSearchResult] | list[MemorySearchResult]) -> list[str]:
    """Return the contents of the messages among results."""
    return [result.message.content for result in results if result.message]


def facts(results: list[SessionSearchResult]) -> list[str]:
    """Return the contents of the facts among results."""
    return [result.fact.content for result in results if result.fact]


def in_messages(zep: Zep, text: str, **options: Any) -> list[str]:
    """Return the contents of the messages that a search over sessions finds."""
    return contents_of(search(zep, text, search_scope="messages", **options))


def test_search_returns_the_best_messages_first(zep: Zep) -> None:
    """A message with all words of the text is first, with its session and the score 1."""
    results = search(zep, "late order", search_scope="messages")
    assert contents_of(results)[0] == LATE
    assert len(results) == 4
    assert (results[0].session_id, results[0].score) == ("t", 1)
    scores = [result.score or 0 for result in results]
    assert scores == sorted(scores, reverse=True)
    messages = zep.memory.get_session_messages("t").messages
    assert messages
    assert results[0].message == messages[0]


def test_search_is_limited_to_sessions(zep: Zep) -> None:
    """Named sessions, those of a user, or those that are both are searched, else all."""
    assert set(in_messages(zep, "cat", session_ids=["s"])) == {CAT}
    assert set(in_messages(zep, "cat", session_ids=["s", "b", "s"])) == {
        CAT,
        "My dog is called Rex.",
    }
    assert set(in_messages(zep, "cat", user_id="ann")) == {CAT, LATE, SHIPPED}
    assert set(in_messages(zep, "cat", user_id="ann", session_ids=["s", "b"])) == {CAT}
    assert in_messages(zep, "cat", session_ids=[]) == in_messages(zep, "cat")


def test_search_finds_facts_by_default(zep: Zep) -> None:
    """The default scope is facts, as in the Community Edition."""
    results = search(zep, "cat called", session_ids=["s"])
    [fact] = zep.memory.get_session_facts("s").facts or []
    assert results == [SessionSearchResult(session_id="s", score=1, fact=fact)]
    assert search(zep, "cat called", session_ids=["s"], search_scope="facts") == results


def test_user_search_includes_facts_of_the_graph(zep: Zep) -> None:
    """Data that was added to the user's graph belongs to no session."""
    zep.graph.add(user_id="ann", type="text", data="Ann has a cat.")
    best = search(zep, "Ann has a cat", user_id="ann", min_score=1)
    assert (facts(best), best[0].session_id) == (["Ann has a cat."], None)
    assert facts(search(zep, "Ann has a cat", min_score=1)) == []


def test_facts_are_found_from_a_minimum_rating(zep: Zep) -> None:
    """The minimum rating applies to facts only."""
    zep.memory.add_session_facts("s", facts=[NewFact(fact="Tom")])
    assert facts(search(zep, "Tom", session_ids=["s"])) == [f"Ann: {CAT}", "Tom"]
    assert facts(search(zep, "Tom", session_ids=["s"], min_fact_rating=0.3)) == [f"Ann: {CAT}"]
    assert in_messages(zep, "Tom", session_ids=["s"], min_fact_rating=0.9) == [CAT]


def test_summaries_are_found(zep: Zep) -> None:
    """Each session with messages has a summary; missing ones are created for the search."""
    results = search(zep, "warehouse", search_scope="summary", min_score=1)
    [summary] = zep.memory.get_summaries("t").summaries or []
    assert results == [SessionSearchResult(session_id="t", score=1, summary=summary)]
    zep.memory.add_session(session_id="silent", user_id="ann")
    assert len(search(zep, "warehouse", search_scope="summary")) == 3


def test_limit_and_min_score_leave_out_results(zep: Zep) -> None:
    """`limit` keeps the best results, where 0 is no limit; `min_score` leaves out lower scores."""
    assert in_messages(zep, "cat called Tom", limit=1) == [CAT]
    assert len(in_messages(zep, "cat called Tom", limit=0)) == 4
    assert in_messages(zep, "cat called Tom", min_score=1) == [CAT]
    assert in_messages(zep, "cat called Tom", min_score=1.1) == []


def test_empty_text_finds_everything(zep: Zep) -> None:
    """All results have the score 0, and are in the order of adding."""
    assert in_messages(zep, "", user_id="ann") == [CAT, LATE, SHIPPED]
    assert {result.score for result in search(zep, "")} == {0}


def test_mmr_prefers_variety(zep: Zep) -> None:
    """A result similar to a better one comes later; the weight is `mmr_lambda`."""
    zep.memory.add("s", messages=[user("My cat is called Tommy.")])
    query: dict[str, Any] = {"text": "my cat is called Tom", "user_id": "ann", "limit": 2}
    assert in_messages(zep, **query) == [CAT, "My cat is called Tommy."]
    assert in_messages(zep, **query, search_type="mmr", mmr_lambda=1) == in_messages(zep, **query)
    assert in_messages(zep, **query, search_type="mmr", mmr_lambda=0.3) == [CAT, SHIPPED]
    assert in_messages(zep, **query, search_type="mmr") == in_messages(
        zep, **query, search_type="mmr", mmr_lambda=0.5
    )
    assert in_messages(zep, **query, search_type="similarity", mmr_lambda=0) == in_messages(
        zep, **query
    )


FILTERS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "a value": ({"topic": "pets"}, [CAT]),
    "an object": ({"seen": {"n": 1}}, [CAT]),
    "another value": ({"topic": "weather"}, []),
    "a jsonpath": ({"where": {"jsonpath": '$[*] ? (@.topic == "orders")'}}, [LATE]),
    "a deep jsonpath": ({"where": {"jsonpath": "$[*] ? (@.seen.n > 0)"}}, [CAT]),
    "one of two": (
        {
            "where": {
                "or": [
                    {"jsonpath": '$[*] ? (@.topic == "orders")'},
                    {"jsonpath": "$[*] ? (@.seen.n == 1)"},
                ]
            }
        },
        [CAT, LATE],
    ),
}


@pytest.mark.parametrize(("wanted", "contents"), FILTERS.values(), ids=FILTERS)
def test_metadata_is_filtered(zep: Zep, wanted: dict[str, Any], contents: list[str]) -> None:
    """Messages are found by their metadata, in a search over sessions and over one."""
    assert in_messages(zep, "", record_filter=wanted) == contents
    by_session = [contents_of(zep.memory.search(s, text="", metadata=wanted)) for s in ("s", "t")]
    assert by_session == [[c for c in contents if c == CAT], [c for c in contents if c == LATE]]


def test_metadata_filter_leaves_no_facts(zep: Zep) -> None:
    """A filter by metadata excludes all facts."""
    assert search(zep, "", search_scope="facts", record_filter={"topic": "pets"}) == []


def test_session_search_finds_its_messages(zep: Zep) -> None:
    """Its messages are searched by default, each returned with its metadata."""
    [first] = zep.memory.get_session_messages("s").messages or []
    results = zep.memory.search("s", text="Tom the cat", min_score=0.5)
    assert results == [
        MemorySearchResult(message=first, score=results[0].score, metadata=first.metadata)
    ]
    assert contents_of(zep.memory.search("t", text="warehouse", limit=1)) == [SHIPPED]
    assert contents_of(zep.memory.search("t")) == [LATE, SHIPPED]
    [summary] = zep.memory.search("t", text="warehouse", search_scope="summary")
    assert [summary.summary] == zep.memory.get_summaries("t").summaries


def test_facts_of_a_session_are_searched(zep: Zep) -> None:
    """The client declares no field for the fact, but keeps it."""
    [result] = zep.memory.search("s", text="Tom", search_scope="facts")
    assert result.dict()["fact"]["content"] == f"Ann: {CAT}"


UNKNOWN: dict[str, Callable[[Zep], Any]] = {
    "session": lambda zep: zep.memory.search_sessions(text="cat", session_ids=["s", "nowhere"]),
    "user": lambda zep: zep.memory.search_sessions(text="cat", user_id="nobody"),
}


@pytest.mark.parametrize("act", UNKNOWN.values(), ids=UNKNOWN)
def test_unknown_session_or_user_is_not_found(zep: Zep, act: Callable[[Zep], Any]) -> None:
    """The response is 404, for which the client has no class."""
    with pytest.raises(Refusal) as caught:
        act(zep)
    assert type(caught.value) is Refusal
    assert (caught.value.status_code, caught.value.body) == (404, {"message": "not found"})


def test_unknown_session_is_not_found(zep: Zep) -> None:
    """The client declares 404 for the search of one session, and raises NotFoundError."""
    with pytest.raises(NotFoundError) as caught:
        zep.memory.search("nowhere", text="cat")
    assert caught.value.body == ApiError(message="not found")


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "limit": ({"limit": -1}, "query /limit: "),
    "scope": ({"search_scope": "moods"}, "body /search_scope: "),
    "type": ({"search_type": "magic"}, "body /search_type: "),
    "lambda": ({"mmr_lambda": 2}, "body /mmr_lambda: "),
}


@pytest.mark.parametrize(("options", "message"), BAD.values(), ids=BAD)
def test_bad_search_says_why(zep: Zep, options: dict[str, Any], message: str) -> None:
    """The message of the client's core ApiError says why, for both searches."""
    for act in (
        lambda: zep.memory.search_sessions(text="cat", **options),
        lambda: zep.memory.search("s", text="cat", **options),
    ):
        with pytest.raises(Refusal) as caught:
            act()
        assert caught.value.status_code == 400
        assert caught.value.body["message"].startswith(f"bad request: {message}")
