"""Facts about users and groups. Each fact is an edge in the graph of its user or group.

A fact is stored with its index fields: `{"uuid", "owner": `user:ID` or `group:ID`, "session_id",
"source", "target", "episode", "hyperedge", "attributes", "fact": as responses show it}`. `source`
and `target` are the uuids of the nodes that the edge connects, `episode` that of the episode that
the fact was learned from, and `hyperedge` that of the hyperedge that the edge is a member of. Ids
that do not apply are null; `hyperedge` is absent, then.

A test may preset facts with as little as `{"uuid", "owner", "session_id", "fact"}`. A fact without
nodes is not an edge.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from math import inf
from typing import Any

from understudy import Collection, Index, Record, World

from ...intelligence.statements import Extracted
from ...metadata import patched
from ...records import existing
from ..owner import Owner, graph_of
from ..record_types import FactRecord
from ..records import IN_GRAPH, records_in

FACTS_OF_SESSION = Index(group="session_id")
MEMBERS_OF_HYPEREDGE = Index(group="hyperedge")
_BY_SOURCE = Index(group="source")
_BY_TARGET = Index(group="target")
_INDEXES = {"both": (_BY_SOURCE, _BY_TARGET), "out": (_BY_SOURCE,), "in": (_BY_TARGET,)}
#: The fields of an edge that name the nodes it connects.
ENDS = ("source", "target")
#: What the members of a hyperedge have in common.
_SHARED = ("fact", "valid_at", "invalid_at", "expired_at")
_CHANGEABLE = ("name", *_SHARED)
FACTS = Collection(
    "facts",
    (IN_GRAPH, FACTS_OF_SESSION, _BY_SOURCE, _BY_TARGET, MEMBERS_OF_HYPEREDGE),
    record=FactRecord,
    key="uuid",
)


def new_fact(
    world: World,
    owner: Owner,
    extracted: Extracted,
    source: str,
    target: str,
    origin: Mapping[str, Any],
) -> dict[str, Any]:
    """Return a new fact as it is stored.

    `origin` may hold its uuid, session, episode and dates.
    """
    uuid = origin.get("uuid") or world.ids.uuid()
    fact = {
        "uuid": uuid,
        "created_at": origin["created_at"],
        "content": extracted.fact,
        "fact": extracted.fact,
        "rating": extracted.rating,
        "name": extracted.name,
        "source_node_name": extracted.source,
        "target_node_name": extracted.target,
        "valid_at": origin.get("valid_at"),
        "invalid_at": origin.get("invalid_at"),
        "expired_at": origin.get("expired_at"),
    }
    return {
        "uuid": uuid,
        "owner": graph_of(owner),
        "session_id": origin.get("session_id"),
        "source": source,
        "target": target,
        "episode": origin.get("episode"),
        "attributes": origin.get("attributes") or {},
        "fact": fact,
    }


def put_new_fact(world: World, fact: Mapping[str, Any]) -> Record:
    """Store a new fact as the newest of all, and return it."""
    world.store.put(FACTS, fact["uuid"], fact)
    return fact


def members_of(world: World, hyperedge: str) -> list[Record]:
    """Return the members of a hyperedge, in the order they were added in."""
    return world.store.list(FACTS, MEMBERS_OF_HYPEREDGE, hyperedge.lower())


def change_fact(world: World, stored: Record, given: Mapping[str, Any]) -> Record:
    """Store an edge with a new name, words or dates, and attributes merged in; return it.

    All members of its hyperedge get the words and dates.
    """
    shared = {name: given[name] for name in _SHARED if name in given}
    if shared and stored.get("hyperedge"):
        for member in members_of(world, stored["hyperedge"]):
            _change(world, member, shared)
    return _change(world, stored, given)


def _change(world: World, stored: Record, given: Mapping[str, Any]) -> Record:
    fact = {**stored["fact"], **{name: given[name] for name in _CHANGEABLE if name in given}}
    if "fact" in given:
        fact["content"] = given["fact"]
    changed = {**stored, "fact": fact}
    if given.get("attributes") is not None:
        changed["attributes"] = patched(stored.get("attributes") or {}, given["attributes"])
    world.store.put(FACTS, stored["uuid"], changed)
    return changed


def facts_of(
    world: World, index: Index, group: str, min_rating: float | None = None
) -> list[dict[str, Any]]:
    """Return the facts that `index` lists for a group, oldest first.

    Facts rated below `min_rating` are left out.
    """
    return [
        stored["fact"]
        for stored in world.store.list(FACTS, index, group)
        if is_rated(stored["fact"], min_rating)
    ]


def is_rated(fact: Mapping[str, Any], min_rating: float | None) -> bool:
    """Return whether a fact has at least this rating; a fact without a rating counts as 0."""
    return min_rating is None or (fact.get("rating") or 0) >= min_rating


def find_fact(world: World, uuid: str) -> Record:
    """Return a stored fact, whether it is an edge or not. Raises Problem 404."""
    return existing(world.store.get(FACTS, uuid.lower()))


def detach_facts(world: World, session_id: str) -> None:
    """Take the facts of a session out of it; they stay with its user, as in Zep."""
    for stored in world.store.list(FACTS, FACTS_OF_SESSION, session_id):
        world.store.put(FACTS, stored["uuid"], {**stored, "session_id": None})


def as_edge(stored: Record) -> dict[str, Any]:
    """Return a fact as responses show edges."""
    fact, episode = stored["fact"], stored.get("episode")
    return {
        "uuid": fact["uuid"],
        "created_at": fact["created_at"],
        "name": fact.get("name") or "",
        "fact": fact["fact"],
        "source_node_uuid": stored["source"],
        "target_node_uuid": stored["target"],
        "episodes": [episode] if episode else [],
        "attributes": stored.get("attributes") or {},
        "valid_at": fact.get("valid_at"),
        "invalid_at": fact.get("invalid_at"),
        "expired_at": fact.get("expired_at"),
    }


def facts_of_episode(world: World, episode: Record) -> list[Record]:
    """Return the facts that were learned from an episode and still exist."""
    candidates = (world.store.get(FACTS, uuid) for uuid in episode["facts"])
    return [stored for stored in candidates if stored and stored.get("episode") == episode["uuid"]]


def edges_of_node(
    world: World, node: str, last: int | None = None, direction: str = "both"
) -> list[Record]:
    """Return the facts whose edges begin or end at a node, oldest first; the `last` ones only.

    In the direction `out` they begin there, in `in` they end there.
    """
    found = [
        world.store.list(FACTS, index, node, descending=True, limit=last)
        for index in _INDEXES[direction]
    ]
    newest = _merged(world, *found)[:last] if all(found) else next(filter(None, found), [])
    return newest[::-1]


def _merged(world: World, *lists: Iterable[Record]) -> list[Record]:
    """Return the facts of several lists, each once, newest first.

    Those that the store has no position of yet are the newest.
    """
    by_uuid = {stored["uuid"]: stored for stored in chain(*lists)}
    positions = {uuid: world.store.position(FACTS, uuid) or inf for uuid in by_uuid}
    newest = sorted(by_uuid, key=positions.__getitem__, reverse=True)
    return [by_uuid[uuid] for uuid in newest]


def episodes_of(edges: Sequence[Record]) -> list[str]:
    """Return the uuids of the episodes that edges were learned from, newest first."""
    newest = reversed(edges)
    return list(dict.fromkeys(edge["episode"] for edge in newest if edge.get("episode")))


def node_uuids(edges: Iterable[Record]) -> list[str]:
    """Return the uuids of the nodes that edges connect, each once."""
    return list(dict.fromkeys(stored[end] for stored in edges for end in ENDS))


def degrees_in(world: World, owner: Owner) -> Counter[str]:
    """Return how many edges of a graph begin or end at each node."""
    edges = records_in(world, FACTS, owner)
    return Counter(node for stored in edges for node in node_uuids([stored]))
