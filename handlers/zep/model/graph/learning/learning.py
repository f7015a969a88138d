"""What a graph learns from an episode: an edge for each fact, and the nodes that it connects.

With a strict ontology, facts about things of no declared type are left out; so are those that the
content policy of the graph prohibits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from understudy import Record, World

from ...dates import timestamp
from ...intelligence.statements import Extracted, facts_from
from ...settings.content_policy import policy_of
from ...settings.ontology import entity_types, labels_of
from ..elements.episodes import as_episode, put_learned
from ..elements.facts import new_fact, put_new_fact
from ..elements.nodes import LONGEST_NAME, find_node_by_name, full_name, new_node, user_node
from ..owner import Owner, known_owner
from .data import facts_in
from .screening import record_events, screen, state_of


class Learner:
    """Learns from the episodes of one graph; what it has to know of the graph is read once."""

    def __init__(self, world: World, owner: Owner) -> None:
        self._world, self._owner = world, owner
        self._record = known_owner(world, owner)
        self._policy = policy_of(world, owner)
        self._types: list[str] | None = None
        self.owner_name = name_of(owner, self._record)
        #: The uuids of nodes by their names; the node of a user that a test has preset is created.
        self._nodes: dict[str, str] = {}
        if owner[0] == "user" and self._record is not None:
            self._nodes[self.owner_name] = user_node(world, self._record)["uuid"]

    def learn(self, stored: Record, *, strict: bool = False) -> Record:
        """Learn the facts of a stored episode, which is processed then; return it."""
        facts = _facts(stored, self.owner_name)
        if strict:
            facts = [fact for fact in facts if len(self._labels(fact.target, fact.fact)) > 1]
        return self.learn_facts(stored, facts)

    def learn_facts(self, stored: Record, facts: Iterable[Extracted]) -> Record:
        """Add facts of a stored episode; return the episode, which is processed then."""
        world, policy = self._world, self._policy
        if policy is not None:
            screened = screen(policy, facts)
            record_events(world, self._owner, policy, stored["uuid"], screened)
            stored = {**stored, "content_policy": state_of(policy, screened)}
            facts = screened.kept
        edges = self._add_edges(stored, list(facts))
        return put_learned(world, stored, edges)

    def _add_edges(self, stored: Record, facts: Sequence[Extracted]) -> list[str]:
        """Add facts of an episode as edges; return their uuids."""
        if not facts:
            return []
        episode = as_episode(stored)
        origin = {
            "session_id": episode.get("session_id"),
            "episode": episode["uuid"],
            "created_at": timestamp(self._world.clock.now()),
            "valid_at": episode["created_at"],
        }
        return [self._add_edge(fact, origin)["uuid"] for fact in facts]

    def _add_edge(self, fact: Extracted, origin: Mapping[str, Any]) -> Record:
        source, target = self._node(fact.source, fact), self._node(fact.target, fact)
        edge = new_fact(self._world, self._owner, fact, source, target, origin)
        return put_new_fact(self._world, edge)

    def _node(self, name: str, fact: Extracted) -> str:
        """Return the uuid of the node of a name, which is created for a fact if there is none."""
        uuid = self._nodes.get(name)
        if uuid is None:
            known = find_node_by_name(self._world, self._owner, self._record, name)
            node = known or new_node(self._world, self._owner, name, self._labels(name, fact.fact))
            uuid = self._nodes[name] = node["uuid"]
        return uuid

    def _labels(self, name: str, fact: str) -> list[str]:
        if self._types is None:
            self._types = entity_types(self._world, self._owner, self._record)
        return labels_of(f"{name} {fact}", self._types)


def name_of(owner: Owner, record: Record | None) -> str:
    """Return the name of a graph's owner, for facts that do not name their subject."""
    kind, owner_id = owner
    if kind == "user":
        return full_name(record or {"user_id": owner_id})
    return ((record or {}).get("name") or owner_id)[:LONGEST_NAME]


def _facts(stored: Record, name: str) -> list[Extracted]:
    message = stored.get("message")
    if message is None:
        episode = stored["episode"]
        return facts_in(episode["source"], episode["content"], name)
    if message["role_type"] != "user":
        return []
    return facts_from(message["role"] or name, message["content"], name)
