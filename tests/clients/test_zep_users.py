"""Zep's own Python client, zep-cloud 2.22.0, against the running server: users."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from zep_cloud import (
    ApiError,
    BadRequestError,
    FactRatingExamples,
    FactRatingInstruction,
    NotFoundError,
    SuccessResponse,
    User,
)

from tests.clients.zep_python import HELLO, Zep, add_sessions, connect, settled

Act = Callable[[Zep], Any]


def ids(users: list[User] | None) -> list[str | None]:
    """Return the ids of users, in their order."""
    return [user.user_id for user in users or []]


def test_user_is_updated(origin: str) -> None:
    """Given fields are replaced, metadata is merged, and all else stays."""
    zep = settled(origin)
    zep.user.update("ann", metadata={"plan": {"name": "pro", "seats": 1}})
    rating = FactRatingInstruction(instruction="?", examples=FactRatingExamples(high="much"))
    updated = zep.user.update(
        "ann", last_name="Lee", metadata={"plan": {"seats": 2}}, fact_rating_instruction=rating
    )
    assert updated == zep.user.get("ann")
    assert (updated.first_name, updated.last_name) == ("Ann", "Lee")
    assert updated.email == "ann@example.com"
    assert updated.metadata == {"plan": {"name": "pro", "seats": 2}}
    assert updated.fact_rating_instruction == rating
    assert updated.session_count == 1
    assert (updated.updated_at or "") > (updated.created_at or "")


def test_empty_values_do_not_clear_a_users_fields(origin: str) -> None:
    """Empty or null fields leave the old values, as in the Community Edition."""
    zep = settled(origin)
    updated = zep.user.update("ann", email="", first_name=None, metadata={})
    assert (updated.email, updated.first_name) == ("ann@example.com", "Ann")


def test_users_are_listed_by_pages_newest_first(origin: str) -> None:
    """Pages are counted from 1; without a size, all users are on one."""
    zep = settled(origin)
    for user_id in ("bob", "cat"):
        zep.user.add(user_id=user_id)
    page = zep.user.list_ordered(page_number=2, page_size=2)
    assert (ids(page.users), page.total_count, page.row_count) == (["ann"], 3, 1)
    assert page.users == [zep.user.get("ann")]
    assert ids(zep.user.list_ordered().users) == ["cat", "bob", "ann"]
    assert ids(zep.user.list_ordered(page_number=3, page_size=2).users) == []


def test_users_are_paged_in_snake_case_too(http: httpx.Client) -> None:
    """The parameters may be spelt as those of the sessions."""
    for user_id in ("ann", "bob"):
        http.post("/api/v2/users", json={"user_id": user_id})
    page = http.get("/api/v2/users-ordered", params={"page_number": 2, "page_size": 1}).json()
    assert [user["user_id"] for user in page["users"]] == ["ann"]


def test_users_are_listed_by_a_cursor(http: httpx.Client) -> None:
    """The Community Edition's list holds those whose id is above the cursor, oldest first."""
    added = [http.post("/api/v2/users", json={"user_id": name}).json() for name in "abc"]
    assert http.get("/api/v2/users").json() == added
    after = {"cursor": added[0]["id"], "limit": 1}
    assert http.get("/api/v2/users", params=after).json() == [added[1]]
    assert http.get("/api/v2/users", params={"cursor": added[2]["id"]}).json() == []
    response = http.get("/api/v2/users", params={"limit": "many"})
    assert response.status_code == 400
    assert response.json()["message"].startswith("bad request: query /limit: ")


def test_user_has_its_sessions(origin: str) -> None:
    """They come oldest first; an unknown user has none."""
    zep = settled(origin)
    add_sessions(zep, "t")
    zep.user.add(user_id="bob")
    zep.memory.add_session(session_id="u", user_id="bob")
    assert zep.user.get_sessions("ann") == [
        zep.memory.get_session("s"),
        zep.memory.get_session("t"),
    ]
    assert zep.user.get_sessions("nobody") == []


def test_user_has_the_facts_of_its_sessions(origin: str) -> None:
    """They come from all sessions, and are those of the sessions and the edges of the graph."""
    zep = settled(origin)
    add_sessions(zep, "t")
    zep.memory.add("s", messages=[HELLO])
    zep.memory.add("t", messages=[HELLO])
    facts = zep.user.get_facts("ann").facts or []
    assert [fact.fact for fact in facts] == ["Ann: Where is my order?"] * 2
    assert facts[:1] == zep.memory.get_session_facts("s").facts
    edges = zep.graph.edge.get_by_user_id("ann")
    assert [fact.uuid_ for fact in facts] == [edge.uuid_ for edge in edges]


def test_user_has_a_node(origin: str) -> None:
    """The node exists from the start, and is renamed with the user."""
    zep = settled(origin)
    node = zep.user.get_node("ann").node
    assert node
    assert (node.name, node.labels, node.summary) == ("Ann", ["Entity", "User"], "")
    assert node.attributes == {"user_id": "ann", "first_name": "Ann", "email": "ann@example.com"}
    assert zep.graph.node.get(node.uuid_) == node
    zep.memory.add("s", messages=[HELLO])
    zep.user.update("ann", last_name="Lee")
    renamed = zep.user.get_node("ann").node
    assert renamed
    assert (renamed.uuid_, renamed.name) == (node.uuid_, "Ann Lee")
    assert renamed.summary == "Ann: Where is my order?"


def test_messages_with_the_users_first_name_are_about_its_node(origin: str) -> None:
    """A speaker with the user's first name is the user."""
    zep = settled(origin)
    zep.user.update("ann", last_name="Lee")
    zep.memory.add("s", messages=[HELLO])
    node = zep.user.get_node("ann").node
    assert node
    assert [edge.source_node_uuid for edge in zep.graph.edge.get_by_user_id("ann")] == [node.uuid_]


def test_deleted_user_is_gone_with_all_data(origin: str) -> None:
    """Sessions, messages, facts and graph are deleted; the id may be used again."""
    zep = settled(origin)
    zep.memory.add("s", messages=[HELLO])
    fact = (zep.user.get_facts("ann").facts or [])[0].uuid_
    node = zep.user.get_node("ann").node
    assert node
    assert zep.user.delete("ann") == SuccessResponse(message="OK")
    calls: list[Act] = [
        lambda zep: zep.user.get("ann"),
        lambda zep: zep.user.delete("ann"),
        lambda zep: zep.memory.get_session("s"),
        lambda zep: zep.memory.get_fact(fact),
        lambda zep: zep.graph.edge.get(fact),
        lambda zep: zep.graph.node.get(node.uuid_),
    ]
    for call in calls:
        with pytest.raises(NotFoundError):
            call(zep)
    assert zep.memory.list_sessions().total_count == 0
    zep.user.add(user_id="ann")
    add_sessions(zep, "s")
    assert zep.memory.get_session_messages("s").messages == []
    assert zep.user.get_facts("ann").facts == []
    assert zep.graph.episode.get_by_user_id("ann").episodes == []
    assert zep.user.get("ann").session_count == 1


def test_deleted_user_leaves_others_unchanged(origin: str) -> None:
    """The sessions and the graph of another user stay."""
    zep = settled(origin)
    zep.user.add(user_id="bob", first_name="Bob")
    zep.memory.add_session(session_id="t", user_id="bob")
    zep.memory.add("t", messages=[HELLO])
    facts = zep.user.get_facts("bob")
    zep.user.delete("ann")
    assert zep.user.get_facts("bob") == facts
    assert len(facts.facts or []) == 1
    assert ids(zep.user.list_ordered().users) == ["bob"]


UNKNOWN: dict[str, Act] = {
    "update": lambda zep: zep.user.update("nobody", first_name="No"),
    "delete": lambda zep: zep.user.delete("nobody"),
    "get_facts": lambda zep: zep.user.get_facts("nobody"),
    "get_node": lambda zep: zep.user.get_node("nobody"),
}


@pytest.mark.parametrize("act", UNKNOWN.values(), ids=UNKNOWN)
def test_unknown_user_is_not_found(origin: str, act: Act) -> None:
    """The client raises NotFoundError."""
    with pytest.raises(NotFoundError) as caught:
        act(settled(origin))
    assert (caught.value.status_code, caught.value.body) == (404, ApiError(message="not found"))


BAD: dict[str, tuple[Act, str]] = {
    "metadata": (
        lambda zep: zep.user.update("ann", metadata=3),  # type: ignore[arg-type]
        "bad request: body /metadata: ",
    ),
    "page": (lambda zep: zep.user.list_ordered(page_size=-1), "bad request: query /pageSize: "),
}


@pytest.mark.parametrize(("act", "message"), BAD.values(), ids=BAD)
def test_bad_request_says_why(origin: str, act: Act, message: str) -> None:
    """The client raises BadRequestError."""
    with pytest.raises(BadRequestError) as caught:
        act(settled(origin))
    assert isinstance(caught.value.body, ApiError)
    assert (caught.value.body.message or "").startswith(message)


def test_keys_have_separate_users(origin: str) -> None:
    """Deleting a user in one project does not change another project."""
    zep, other = settled(origin), connect(origin, "other")
    other.user.add(user_id="ann")
    other.user.delete("ann")
    assert zep.user.get("ann").first_name == "Ann"
