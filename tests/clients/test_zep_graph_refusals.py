"""Errors of graph methods of Zep's own Python client, zep-cloud 2.22.0."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from zep_cloud import ApiError, BadRequestError, NotFoundError
from zep_cloud.core.api_error import ApiError as Refusal

from tests.clients.zep_python import Zep, settled

Act = Callable[[Zep], Any]

MOVED = "Ann moved to Lisbon in August."

UNKNOWN: dict[str, Act] = {
    "edge.get": lambda zep: zep.graph.edge.get("none"),
    "node.get": lambda zep: zep.graph.node.get("none"),
    "episode.delete": lambda zep: zep.graph.episode.delete("none"),
}


@pytest.mark.parametrize("act", UNKNOWN.values(), ids=UNKNOWN)
def test_unknown_resource_is_not_found(origin: str, act: Act) -> None:
    """The client raises NotFoundError for methods that declare 404."""
    with pytest.raises(NotFoundError) as caught:
        act(settled(origin))
    assert (caught.value.status_code, caught.value.body) == (404, ApiError(message="not found"))


UNDECLARED: dict[str, Act] = {
    "edge.delete": lambda zep: zep.graph.edge.delete("none"),
    "edges of a user": lambda zep: zep.graph.edge.get_by_user_id("none"),
    "edges of a group": lambda zep: zep.graph.edge.get_by_group_id("none"),
    "edges after": lambda zep: zep.graph.edge.get_by_user_id("ann", uuid_cursor="none"),
    "nodes of a user": lambda zep: zep.graph.node.get_by_user_id("none"),
    "nodes of a group": lambda zep: zep.graph.node.get_by_group_id("none"),
    "nodes after": lambda zep: zep.graph.node.get_by_user_id("ann", uuid_cursor="none"),
    "node.get_edges": lambda zep: zep.graph.node.get_edges("none"),
    "node.get_episodes": lambda zep: zep.graph.node.get_episodes("none"),
    "episode.get": lambda zep: zep.graph.episode.get("none"),
    "episode.get_nodes_and_edges": lambda zep: zep.graph.episode.get_nodes_and_edges("none"),
    "episodes of a user": lambda zep: zep.graph.episode.get_by_user_id("none"),
    "episodes of a group": lambda zep: zep.graph.episode.get_by_group_id("none"),
    "add": lambda zep: zep.graph.add(user_id="none", type="text", data=MOVED),
    "add_batch": lambda zep: zep.graph.add_batch(group_id="none", episodes=[]),
    "add_fact_triple": lambda zep: zep.graph.add_fact_triple(
        user_id="none", fact="?", fact_name="IS", target_node_name="It"
    ),
    "clone": lambda zep: zep.graph.clone(source_user_id="none", target_user_id="bob"),
    "search": lambda zep: zep.graph.search(group_id="none", query="?"),
}


@pytest.mark.parametrize("act", UNDECLARED.values(), ids=UNDECLARED)
def test_unknown_resource_is_not_found_undeclared(origin: str, act: Act) -> None:
    """The client raises its core ApiError for methods that declare no 404."""
    with pytest.raises(Refusal) as caught:
        act(settled(origin))
    assert type(caught.value) is Refusal
    assert (caught.value.status_code, caught.value.body) == (404, {"message": "not found"})


BAD: dict[str, tuple[Act, str]] = {
    "no owner": (lambda zep: zep.graph.add(type="text", data=MOVED), "bad request: body: "),
    "two owners": (
        lambda zep: zep.graph.add(user_id="ann", group_id="desk", type="text", data=MOVED),
        "bad request: body: ",
    ),
    "type": (
        lambda zep: zep.graph.add(user_id="ann", type="video", data=MOVED),
        "bad request: body /type: ",
    ),
    "time": (
        lambda zep: zep.graph.add(user_id="ann", type="text", data=MOVED, created_at="now"),
        "bad request: body /created_at: ",
    ),
    "batch": (lambda zep: zep.graph.add_batch(episodes=[]), "bad request: body: "),
    "triple": (
        lambda zep: zep.graph.add_fact_triple(fact="?", fact_name="IS", target_node_name="It"),
        "bad request: body: ",
    ),
    "no source": (lambda zep: zep.graph.clone(target_user_id="bob"), "bad request: body: "),
    "two targets": (
        lambda zep: zep.graph.clone(
            source_user_id="ann", target_user_id="bob", target_group_id="bobs"
        ),
        "bad request: body: ",
    ),
    "taken user": (
        lambda zep: zep.graph.clone(source_user_id="ann", target_user_id="ann"),
        "bad request: user already exists with user_id: ann",
    ),
    "taken group": (
        lambda zep: [zep.graph.clone(source_user_id="ann", target_group_id="g") for _ in "ab"],
        "bad request: group already exists with group_id: g",
    ),
    "edges": (
        lambda zep: zep.graph.edge.get_by_user_id("ann", limit=-1),
        "bad request: body /limit: ",
    ),
    "nodes": (
        lambda zep: zep.graph.node.get_by_group_id("desk", limit=-1),
        "bad request: body /limit: ",
    ),
    "episodes": (
        lambda zep: zep.graph.episode.get_by_user_id("ann", lastn=-1),
        "bad request: query /lastn: ",
    ),
    "types": (
        lambda zep: zep.graph.set_entity_types_internal(entity_types=3),  # type: ignore[arg-type]
        "bad request: body /entity_types: ",
    ),
    "search": (lambda zep: zep.graph.search(query="?"), "bad request: body: "),
    "limit": (
        lambda zep: zep.graph.search(user_id="ann", query="?", limit=51),
        "bad request: body /limit: ",
    ),
}


@pytest.mark.parametrize(("act", "message"), BAD.values(), ids=BAD)
def test_bad_request_says_why(origin: str, act: Act, message: str) -> None:
    """The client raises BadRequestError."""
    zep = settled(origin)
    with pytest.raises(BadRequestError) as caught:
        act(zep)
    assert isinstance(caught.value.body, ApiError)
    assert (caught.value.body.message or "").startswith(message)
    assert zep.graph.edge.get_by_user_id("ann") == []
