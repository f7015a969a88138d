"""Zep's own Python client, zep-cloud 2.22.0, against the running server: groups."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from zep_cloud import (
    ApiError,
    BadRequestError,
    FactRatingInstruction,
    Group,
    NotFoundError,
    SuccessResponse,
)

from tests.clients.zep_python import KEY, Zep, connect

Act = Callable[[Zep], Any]


def with_group(origin: str) -> Zep:
    """Return a client whose project has a group."""
    zep = connect(origin, KEY)
    zep.group.add(group_id="desk", name="Support desk", description="What it knows")
    return zep


def ids(groups: list[Group] | None) -> list[str | None]:
    """Return the ids of groups, in their order."""
    return [group.group_id for group in groups or []]


def test_group_is_added_and_read_back(origin: str) -> None:
    """The group comes back with what it was added with."""
    zep = connect(origin, KEY)
    rating = FactRatingInstruction(instruction="How much does it matter?")
    added = zep.group.add(
        group_id="desk", name="Desk", description="All of it", fact_rating_instruction=rating
    )
    assert (added.group_id, added.name, added.description) == ("desk", "Desk", "All of it")
    assert added.fact_rating_instruction == rating
    assert (added.uuid_ and added.created_at, added.external_id) == (added.created_at, None)
    assert zep.group.get_group("desk") == added


def test_group_is_updated(origin: str) -> None:
    """Given values replace the old ones; empty or absent ones change nothing."""
    zep = with_group(origin)
    updated = zep.group.update("desk", name="", description="More")
    assert (updated.name, updated.description) == ("Support desk", "More")
    assert zep.group.get_group("desk") == updated


def test_groups_are_listed_by_pages_newest_first(origin: str) -> None:
    """Pages are counted from 1; without a size, all groups are on one."""
    zep = with_group(origin)
    for group_id in ("b", "c"):
        zep.group.add(group_id=group_id)
    page = zep.group.get_all_groups(page_number=2, page_size=2)
    assert (ids(page.groups), page.total_count, page.row_count) == (["desk"], 3, 1)
    assert page.groups == [zep.group.get_group("desk")]
    assert ids(zep.group.get_all_groups().groups) == ["c", "b", "desk"]


def test_groups_are_paged_in_snake_case_too(http: httpx.Client) -> None:
    """The parameters may be spelt as those of the sessions."""
    for group_id in ("a", "b"):
        http.post("/api/v2/groups", json={"group_id": group_id})
    page = http.get("/api/v2/groups-ordered", params={"page_number": 2, "page_size": 1}).json()
    assert [group["group_id"] for group in page["groups"]] == ["a"]


def test_group_has_the_facts_of_its_graph(origin: str) -> None:
    """Its facts come from the data that was added to its graph."""
    zep = with_group(origin)
    assert zep.group.get_facts("desk").facts == []
    zep.graph.add(group_id="desk", type="text", data="The desk opens at eight.")
    facts = zep.group.get_facts("desk").facts or []
    assert [fact.content for fact in facts] == ["The desk opens at eight."]
    assert facts[0].source_node_name == "Support desk"


def test_deleted_group_is_gone_with_its_graph(origin: str) -> None:
    """Its facts and its graph are deleted; the id may be used again."""
    zep = with_group(origin)
    zep.graph.add(group_id="desk", type="text", data="The desk opens at eight.")
    edge = zep.graph.edge.get_by_group_id("desk")[0]
    assert zep.group.delete("desk") == SuccessResponse(message="OK")
    with pytest.raises(NotFoundError):
        zep.group.get_group("desk")
    for get in (zep.graph.edge.get, zep.memory.get_fact):
        with pytest.raises(NotFoundError):
            get(edge.uuid_)
    zep.group.add(group_id="desk")
    assert zep.graph.node.get_by_group_id("desk") == []
    assert zep.group.get_facts("desk").facts == []


UNKNOWN: dict[str, Act] = {
    "get_group": lambda zep: zep.group.get_group("none"),
    "update": lambda zep: zep.group.update("none", name="None"),
    "delete": lambda zep: zep.group.delete("none"),
    "get_facts": lambda zep: zep.group.get_facts("none"),
}


@pytest.mark.parametrize("act", UNKNOWN.values(), ids=UNKNOWN)
def test_unknown_group_is_not_found(origin: str, act: Act) -> None:
    """The client raises NotFoundError."""
    with pytest.raises(NotFoundError) as caught:
        act(with_group(origin))
    assert (caught.value.status_code, caught.value.body) == (404, ApiError(message="not found"))


BAD: dict[str, tuple[Act, str]] = {
    "taken": (
        lambda zep: zep.group.add(group_id="desk"),
        "bad request: group already exists with group_id: desk",
    ),
    "empty id": (lambda zep: zep.group.add(group_id=""), "bad request: body /group_id: "),
    "name": (
        lambda zep: zep.group.update("desk", name=3),  # type: ignore[arg-type]
        "bad request: body /name: ",
    ),
    "page": (
        lambda zep: zep.group.get_all_groups(page_number=-1),
        "bad request: query /pageNumber: ",
    ),
}


@pytest.mark.parametrize(("act", "message"), BAD.values(), ids=BAD)
def test_bad_request_says_why(origin: str, act: Act, message: str) -> None:
    """The client raises BadRequestError."""
    with pytest.raises(BadRequestError) as caught:
        act(with_group(origin))
    assert isinstance(caught.value.body, ApiError)
    assert (caught.value.body.message or "").startswith(message)
