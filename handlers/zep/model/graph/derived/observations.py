"""Observations: what the facts of a graph say together.

The rule here: a node that at least two episodes mention gives an observation that says how many.
It has a label for each type of the graph's steering that its node's name or facts have as a word.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from understudy import Record, World

from ...intelligence.words import plain_words
from ...records import existing
from ...settings.steering import steering_of
from ..elements.facts import FACTS, edges_of_node, node_uuids
from ..owner import Owner, owner_of
from ..records import NODES, records_in
from .uuids import derived_uuid

#: How many episodes make an observation.
_LEAST_EPISODES = 2


def observations_of(world: World, owner: Owner) -> list[dict[str, Any]]:
    """Return the observations of a graph."""
    edges_of: dict[str, list[Record]] = {}
    for edge in records_in(world, FACTS, owner):
        for node in node_uuids([edge]):
            edges_of.setdefault(node, []).append(edge)
    types = _types(world, owner)
    found = (_observe(world, node, edges, types) for node, edges in edges_of.items())
    return [observation for observation in found if observation is not None]


def find_observation(world: World, uuid: str) -> dict[str, Any]:
    """Return an observation. Raises Problem 404."""
    node = existing(world.store.get(NODES, derived_uuid(uuid)))
    edges = edges_of_node(world, node["uuid"])
    return existing(_observe(world, node["uuid"], edges, _types(world, owner_of(node["owner"]))))


def _words(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(word for text in texts for word in plain_words(text))


def _types(world: World, owner: Owner) -> list[str]:
    return [kind["name"] for kind in steering_of(world, owner)["types"]]


def _observe(
    world: World, uuid: str, edges: Iterable[Record], types: Sequence[str]
) -> dict[str, Any] | None:
    """Return the observation of a node by its edges, oldest first, or None if there is none."""
    by_episode: dict[str, Mapping[str, Any]] = {}
    for edge in edges:
        if edge["episode"]:
            by_episode.setdefault(edge["episode"], edge["fact"])
    node = world.store.get(NODES, uuid)
    if node is None or len(by_episode) < _LEAST_EPISODES:
        return None
    facts = list(by_episode.values())
    name = node["node"]["name"]
    times = [fact["valid_at"] or fact["created_at"] for fact in facts]
    words = _words([name, *(str(fact["fact"]) for fact in facts)]) if types else frozenset()
    return {
        "uuid": derived_uuid(uuid),
        "owner": node["owner"],
        "node": uuid,
        "name": name,
        "summary": f"{name} is mentioned in {len(facts)} episodes.",
        "created_at": facts[_LEAST_EPISODES - 1]["created_at"],
        "labels": ["Observation", *(kind for kind in types if kind.casefold() in words)],
        "attributes": {},
        "episodes": list(by_episode),
        "start_at": times[0],
        "latest_evidence_at": times[-1],
    }
