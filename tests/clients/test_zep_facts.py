"""Facts, as Zep's own Python client, zep-cloud 2.22.0, adds, reads and deletes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from zep_cloud import ApiError, Fact, Message, NewFact, NotFoundError, SuccessResponse
from zep_cloud.core.api_error import ApiError as Refusal

from tests.clients.zep_python import HELLO, Zep, add_sessions, settled

Act = Callable[[Zep], Any]

UNKNOWN = "00000000-0000-4000-8000-000000000000"
OK = SuccessResponse(message="OK")
TEA = NewFact(fact="Ann likes green tea.")


def facts_of(zep: Zep, session_id: str = "s", **options: Any) -> list[Fact]:
    """The facts of a session."""
    return zep.memory.get_session_facts(session_id, **options).facts or []


def test_message_becomes_a_fact(origin: str) -> None:
    """The fact has the speaker, the text, a rating and the time from which it is valid."""
    zep = settled(origin)
    zep.memory.add("s", messages=[HELLO])
    [message] = zep.memory.get_session_messages("s").messages or []
    [fact] = facts_of(zep)
    assert fact == Fact(
        uuid=fact.uuid_,
        created_at=fact.created_at,
        content="Ann: Where is my order?",
        fact="Ann: Where is my order?",
        name="ASKS_ABOUT",
        source_node_name="Ann",
        target_node_name="order",
        rating=0.33,
        valid_at=message.created_at,
        invalid_at=None,
        expired_at=None,
    )
    assert zep.memory.get_fact(fact.uuid_).fact == fact


def test_sender_without_a_name_is_the_user(origin: str) -> None:
    """A message without a sender's name counts as a message of the session's user."""
    zep = settled(origin)
    zep.memory.add("s", messages=[Message(role_type="user", content="Tea, please.")])
    zep.memory.add("s", messages=[Message(role="Dr. Lee", role_type="user", content="Tea!")])
    assert [fact.content for fact in facts_of(zep)] == ["Ann: Tea, please.", "Dr. Lee: Tea!"]
    assert {fact.source_node_name for fact in facts_of(zep)} == {"Ann"}


def test_facts_are_added(origin: str) -> None:
    """Their text and order are kept, in an ended session, too."""
    zep = settled(origin)
    zep.memory.end_session("s")
    assert zep.memory.add_session_facts("s", facts=[TEA, NewFact(fact="Ann has a cat.")]) == OK
    assert zep.memory.add_session_facts("s", facts=[]) == OK
    assert [fact.content for fact in facts_of(zep)] == [TEA.fact, "Ann has a cat."]
    assert [fact.name for fact in facts_of(zep)] == ["TELLS_OF", "TELLS_OF"]
    assert len({fact.uuid_ for fact in facts_of(zep)}) == 2


def test_facts_belong_to_a_session_and_its_user(origin: str) -> None:
    """Another session of the user does not list them, while the user does."""
    zep = settled(origin)
    add_sessions(zep, "t")
    zep.memory.add_session_facts("s", facts=[TEA])
    assert facts_of(zep, "t") == []
    assert zep.user.get_facts("ann").facts == facts_of(zep)


def test_facts_are_listed_from_a_minimum_rating(origin: str) -> None:
    """A rating equal to the minimum is enough."""
    zep = settled(origin)
    zep.memory.add_session_facts("s", facts=[TEA, NewFact(fact="Cats.")])
    assert [fact.rating for fact in facts_of(zep)] == [0.33, 0.08]
    assert [fact.content for fact in facts_of(zep, min_rating=0.33)] == [TEA.fact]
    assert facts_of(zep, min_rating=0.34) == []


def test_deleted_fact_is_gone_everywhere(origin: str) -> None:
    """It is no longer found or relevant, and its edge is gone, too."""
    zep = settled(origin)
    zep.memory.add_session_facts("s", facts=[TEA])
    [fact] = facts_of(zep)
    assert zep.graph.edge.get(fact.uuid_).fact == TEA.fact
    assert zep.memory.delete_fact(fact.uuid_) == OK
    assert facts_of(zep) == zep.user.get_facts("ann").facts == []
    assert zep.memory.get("s").relevant_facts == []
    assert zep.graph.edge.get_by_user_id("ann") == []
    with pytest.raises(NotFoundError):
        zep.memory.delete_fact(fact.uuid_)


def test_fact_is_deleted_with_its_edge(origin: str) -> None:
    """The fact is deleted when its edge is."""
    zep = settled(origin)
    zep.memory.add("s", messages=[HELLO])
    [fact] = facts_of(zep)
    zep.graph.edge.delete(fact.uuid_)
    assert facts_of(zep) == []
    with pytest.raises(NotFoundError):
        zep.memory.get_fact(fact.uuid_)


def test_message_becomes_part_of_the_graph(origin: str) -> None:
    """The message is an episode that mentions the edge and its nodes; one of them is the user."""
    zep = settled(origin)
    zep.memory.add("s", messages=[HELLO])
    [fact] = facts_of(zep)
    [episode] = zep.graph.episode.get_by_user_id("ann").episodes or []
    assert (episode.content, episode.session_id) == (HELLO.content, "s")
    edge = zep.graph.edge.get(fact.uuid_)
    assert (edge.fact, edge.episodes) == (fact.fact, [episode.uuid_])
    assert zep.user.get_node("ann").node == zep.graph.node.get(edge.source_node_uuid)
    assert zep.graph.node.get(edge.target_node_uuid).name == "order"


NOT_THERE: dict[str, Act] = {
    "get_fact": lambda zep: zep.memory.get_fact(UNKNOWN),
    "get_fact, no uuid": lambda zep: zep.memory.get_fact("17"),
    "delete_fact": lambda zep: zep.memory.delete_fact(UNKNOWN),
    "delete_fact, no uuid": lambda zep: zep.memory.delete_fact("17"),
    "get_session_facts": lambda zep: zep.memory.get_session_facts("nowhere"),
    "add_session_facts": lambda zep: zep.memory.add_session_facts("nowhere", facts=[TEA]),
}


@pytest.mark.parametrize("act", NOT_THERE.values(), ids=NOT_THERE)
def test_unknown_fact_or_session_is_not_found(origin: str, act: Act) -> None:
    """The client raises NotFoundError, with the message in its body."""
    with pytest.raises(NotFoundError) as caught:
        act(settled(origin))
    assert caught.value.body == ApiError(message="not found")


def test_empty_fact_is_refused(origin: str) -> None:
    """An empty fact is refused with all others; the client has no class for this error."""
    zep = settled(origin)
    with pytest.raises(Refusal) as caught:
        zep.memory.add_session_facts("s", facts=[TEA, NewFact(fact="")])
    assert (type(caught.value), caught.value.status_code) == (Refusal, 400)
    assert caught.value.body["message"].startswith("bad request: body /facts/1/fact: ")
    assert facts_of(zep) == []
