"""What a graph learns from an episode: an edge for each fact, and the nodes that it connects.

With a strict ontology, facts about things of no declared type are left out; so are those that the
content policy of the graph prohibits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from understudy import Record, World

from ...dates import timestamp
from ...intelligence.statements import Extracted, facts_from
from ...settings.content_policy import policy_of
from ...settings.ontology import labels_for
from ..elements.episodes import as_episode, put_learned
from ..elements.facts import new_fact, put_new_fact
from ..elements.nodes import LONGEST_NAME, find_node_by_name, full_name, new_node, user_node
from ..owner import Owner, known_owner, owner_of, user_of
from .data import facts_in
from .screening import record_events, screen, state_of


def learn(world: World, stored: Record, *, strict: bool = False) -> Record:
    """Learn the facts of a stored episode, which is processed then; return it."""
    owner = owner_of(stored["owner"])
    facts = _facts(stored, name_of(world, owner))
    if strict:
        facts = [fact for fact in facts if _is_typed(world, owner, fact)]
    return learn_facts(world, stored, facts)


def learn_facts(world: World, stored: Record, facts: Iterable[Extracted]) -> Record:
    """Add facts of a stored episode to its graph; return the episode, which is processed then."""
    owner, episode = owner_of(stored["owner"]), as_episode(stored)
    policy = policy_of(world, owner)
    if policy is not None:
        screened = screen(policy, facts)
        record_events(world, owner, policy, stored["uuid"], screened)
        stored = {**stored, "content_policy": state_of(policy, screened)}
        facts = screened.kept
    origin = {
        "session_id": episode.get("session_id"),
        "episode": episode["uuid"],
        "created_at": timestamp(world.clock.now()),
        "valid_at": episode["created_at"],
    }
    nodes = _known_nodes(world, owner)
    edges = [_add_edge(world, owner, fact, origin, nodes)["uuid"] for fact in facts]
    return put_learned(world, stored, edges)


def name_of(world: World, owner: Owner) -> str:
    """Return the name of a graph's owner, for facts that do not name their subject."""
    kind, owner_id = owner
    record = known_owner(world, owner) or {}
    if kind == "user":
        return full_name({"user_id": owner_id, **record})
    return (record.get("name") or owner_id)[:LONGEST_NAME]


def _facts(stored: Record, name: str) -> list[Extracted]:
    message = stored.get("message")
    if message is None:
        episode = stored["episode"]
        return facts_in(episode["source"], episode["content"], name)
    if message["role_type"] != "user":
        return []
    return facts_from(message["role"] or name, message["content"], name)


def _is_typed(world: World, owner: Owner, fact: Extracted) -> bool:
    return len(labels_for(world, owner, f"{fact.target} {fact.fact}")) > 1


def _known_nodes(world: World, owner: Owner) -> dict[str, str]:
    """Return the uuid of the user's node by its name, if the owner is a user."""
    user = user_of(world, owner)
    return {full_name(user): user_node(world, user)["uuid"]} if user else {}


def _add_edge(
    world: World,
    owner: Owner,
    fact: Extracted,
    origin: Mapping[str, Any],
    nodes: dict[str, str],
) -> Record:
    """Add a fact as an edge; `nodes` caches the uuids of nodes by their names."""
    for name in (fact.source, fact.target):
        if name not in nodes:
            node = find_node_by_name(world, owner, name) or new_node(world, owner, name, fact.fact)
            nodes[name] = node["uuid"]
    edge = new_fact(world, owner, fact, nodes[fact.source], nodes[fact.target], origin)
    return put_new_fact(world, edge)
