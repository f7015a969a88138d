"""Operations of the tag `graph` on observations and on summaries of threads and documents."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from understudy import World

from .model.graph.derived.document_summaries import document_summaries_of
from .model.graph.derived.observations import find_observation, observations_of
from .model.graph.derived.thread_summaries import thread_summaries_of
from .model.graph.lists.lists import Answer, answer, list_derived
from .model.graph.owner import Owner
from .model.graph.search.scopes import observation_json
from .model.owners import group_owner, user_owner

#: What summaries show; each has one of the first two.
_OF_SUMMARIES = (
    "thread_id",
    "document_id",
    "uuid",
    "summary",
    "created_at",
    "last_summarized_at",
    "last_summarized_episode_valid_at",
)


def get_observation(world: World, uuid: str) -> dict[str, Any]:
    """Return an observation."""
    return observation_json(find_observation(world, uuid))


def list_user_observations(world: World, user_id: str, body: dict[str, Any] | None) -> Answer:
    """List a page of the observations of a user's graph."""
    return _observations(world, user_owner(world, user_id), body)


def list_graph_observations(world: World, graph_id: str, body: dict[str, Any] | None) -> Answer:
    """List a page of the observations of a graph."""
    return _observations(world, group_owner(world, graph_id), body)


def _observations(world: World, owner: Owner, body: dict[str, Any] | None) -> Answer:
    return _page(world, owner, observations_of(world, owner), body, observation_json)


def list_user_thread_summaries(world: World, user_id: str, body: dict[str, Any] | None) -> Answer:
    """List a page of the summaries of a user's threads."""
    owner = user_owner(world, user_id)
    return _page(world, owner, thread_summaries_of(world, owner), body, _summary)


def list_graph_thread_summaries(world: World, graph_id: str, body: dict[str, Any] | None) -> Answer:
    """List a page of the summaries of a graph's threads, of which it has none."""
    owner = group_owner(world, graph_id)
    return _page(world, owner, thread_summaries_of(world, owner), body, _summary)


def list_document_summaries(world: World, graph_id: str, body: dict[str, Any] | None) -> Answer:
    """List a page of the summaries of a graph's documents."""
    owner = group_owner(world, graph_id)
    return _page(world, owner, document_summaries_of(world, owner), body, _summary)


def _summary(derived: Mapping[str, Any]) -> dict[str, Any]:
    return {name: derived[name] for name in _OF_SUMMARIES if name in derived}


def _page(
    world: World,
    owner: Owner,
    derived: list[dict[str, Any]],
    body: dict[str, Any] | None,
    show: Callable[[Mapping[str, Any]], dict[str, Any]],
) -> Answer:
    page = list_derived(world, owner, derived, body or {})
    return answer([show(one) for one in page.items], page.next_cursor)
